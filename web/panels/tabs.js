import { el, fill, show } from "../dom.js";
import { VIEWS } from "../views.js";

/**
 * Tabs as they were made, by their place: a button that is made anew loses the focus.
 * @type {WeakMap<HTMLElement,HTMLButtonElement[]>}
 */
const made = new WeakMap();

/**
 * The views of the index.
 * @param {HTMLElement} host @param {Shell} shell
 */
export function drawTabs(host, shell) {
  const tabs = made.get(host) ?? build(host, shell);
  const { summary } = shell.store;
  VIEWS.forEach((view, i) => {
    const isShown = view.id === shell.view;
    show(tabs[i], view.has(summary));
    tabs[i].setAttribute("aria-selected", String(isShown));
    tabs[i].tabIndex = isShown ? 0 : -1;
  });
  document.querySelector(".middle")?.setAttribute("aria-labelledby", `tab-${shell.view}`);
}

/** @param {HTMLElement} host @param {Shell} shell */
function build(host, shell) {
  const tabs = VIEWS.map(({ id, title }) => el("button", {
    type: "button", role: "tab", id: `tab-${id}`, testid: `tab-${id}`, "aria-controls": "middle", text: title, onclick: () => shell.setView(id),
  }));
  const list = el("div", {
    role: "tablist", "aria-label": "Views",
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      const seen = tabs.filter((tab) => !tab.hidden);
      const at = seen.indexOf(document.activeElement);
      const to = /** @type {Record<string,number>} */ ({ ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 })[event.key];
      if (to === undefined) return;
      event.preventDefault();
      const tab = seen.at(to % seen.length);
      tab.focus();
      tab.click();
    },
  }, ...tabs);
  made.set(host, tabs);
  fill(host, list);
  return tabs;
}
