import { el } from "../dom.js";

/**
 * A button that opens a list of things to do: by pointer or by keys, as menus are used everywhere.
 * @param {HTMLElement} button @param {{id:string,text:string,hint?:string,run:()=>void}[]} entries
 */
export function menu(button, entries) {
  const items = entries.map(({ id, text, hint, run }) => el("button", {
    type: "button", role: "menuitem", tabindex: -1, testid: `share-${id}`,
    onclick: () => {
      open(false);
      run();
    },
  }, el("span", { text }), hint && el("span", { class: "muted", text: hint })));
  const list = el("div", { class: "menu card", role: "menu", "aria-label": button.textContent ?? "", hidden: true }, ...items);
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  button.after(list);

  /** @param {boolean} isOpen @param {number} [first] the item that gets the focus */
  function open(isOpen, first = 0) {
    const hadFocus = list.contains(document.activeElement);
    list.hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) items.at(first)?.focus();
    else if (hadFocus) button.focus();
  }

  button.addEventListener("click", () => open(list.hidden));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    event.stopPropagation();
    open(true, event.key === "ArrowDown" ? 0 : -1);
  });
  list.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    event.stopPropagation();
    const at = items.indexOf(document.activeElement);
    const to = /** @type {Record<string,number>} */ ({ ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 })[event.key];
    if (to !== undefined) items.at(to % items.length)?.focus();
    else if (event.key === "Escape" || event.key === "Tab") open(false);
    else return;
    if (event.key !== "Tab") event.preventDefault();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!list.hidden && !list.contains(/** @type {Node} */ (event.target)) && event.target !== button) open(false);
  });
}
