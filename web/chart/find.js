import { el, fill, pictureAddress, show } from "../dom.js";
import { pictures } from "../pictures.js";
import { foundText } from "./find-text.js";

const LIMIT = 20;
const REST_MILLISECONDS = 150;

/** Finds items by id or caption: a field with a list of what was found. */
export class Find {
  #timer = 0;
  /** Answers to what was typed before are not shown. */
  #asked = 0;
  /** @type {Item[]} */
  #items = [];
  #active = -1;

  /** @param {{request:(method:string,params:object)=>Promise<any>,index:()=>string|null,choose:(item:Item)=>void}} options */
  constructor(options) {
    this.options = options;
    this.field = el("input", {
      type: "text", role: "combobox", testid: "find", placeholder: "find id or caption  /", "aria-label": "Find by id or caption", "aria-autocomplete": "list",
      "aria-expanded": "false", "aria-controls": "found", autocomplete: "off", spellcheck: "false", maxlength: 200,
      oninput: () => this.#typed(), onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event), onblur: () => this.close(), onfocus: () => this.#typed(),
    });
    this.list = el("ul", { id: "found", role: "listbox", class: "found", testid: "found", "aria-label": "Found", hidden: true });
    this.note = el("p", { class: "muted found-note", role: "status", hidden: true });
    this.host = el("div", { class: "find" }, this.field, el("div", { class: "found-box" }, this.list, this.note));
  }

  focus() {
    this.field.focus();
    this.field.select();
  }

  close() {
    clearTimeout(this.#timer);
    this.#asked += 1;
    show(this.list, false);
    show(this.note, false);
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  #typed() {
    clearTimeout(this.#timer);
    if (this.field.value.trim() === "") return this.close();
    this.#timer = setTimeout(() => this.#ask(), REST_MILLISECONDS);
  }

  async #ask() {
    const index = this.options.index();
    const text = this.field.value.trim();
    if (index === null || text === "") return;
    const asked = (this.#asked += 1);
    try {
      const answer = await this.options.request("index.find", { index, text, limit: LIMIT });
      if (asked === this.#asked) this.#show(answer.items, foundText(answer));
    } catch (error) {
      if (asked === this.#asked) this.#show([], /** @type {Error} */ (error).message);
    }
  }

  /** @param {Item[]} items @param {string} text */
  #show(items, text) {
    this.#items = items;
    this.#active = items.length ? 0 : -1;
    fill(this.list, ...items.map((item, i) => el("li", {
      // The field keeps the focus, so that its list stays.
      role: "option", id: `found-${i}`, testid: `found-${i}`, "data-node": item.node, onmousedown: (/** @type {Event} */ event) => event.preventDefault(), onclick: () => this.#choose(i),
    }, pictures.element(pictureAddress(item.media)), el("span", { text: item.caption ?? item.category ?? "" }), el("span", { class: "id", text: `id ${item.label}` }))));
    this.note.textContent = text;
    show(this.list, items.length > 0);
    show(this.note, text !== "");
    this.field.setAttribute("aria-expanded", String(items.length > 0));
    this.#mark();
  }

  #mark() {
    [...this.list.children].forEach((row, i) => row.setAttribute("aria-selected", String(i === this.#active)));
    const row = this.list.children[this.#active];
    if (!row) return;
    this.field.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const last = this.#items.length - 1;
    const isOpen = !this.list.hidden;
    if (event.key === "ArrowDown" && isOpen) this.#active = this.#active >= last ? 0 : this.#active + 1;
    else if (event.key === "ArrowUp" && isOpen) this.#active = this.#active <= 0 ? last : this.#active - 1;
    else if (event.key === "Enter" && isOpen) this.#choose(this.#active);
    else if (event.key === "Escape" && (isOpen || !this.note.hidden)) {
      this.close();
      event.stopPropagation();
    } else return;
    event.preventDefault();
    if (!this.list.hidden) this.#mark();
  }

  /** @param {number} i */
  #choose(i) {
    const item = this.#items[i];
    if (!item) return;
    this.close();
    this.options.choose(item);
  }
}
