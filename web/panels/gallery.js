import { el, fill, pictureAddress, show } from "../dom.js";
import { count } from "../format.js";
import { pictures } from "../pictures.js";

const PAGE = 24;
const LONGEST_FIND = 200;
const FIND_MILLISECONDS = 200;
const UNKNOWN_METHOD = -32601;
const COLUMNS = 4;
const RECORDED_ONLY = "A recording has the items of its searches: find them here.";

/** The index's items, a page at a time: a click searches for one; who may only watch looks at it. */
export class Gallery {
  #first = 0;
  /**
   * What is found, of which a page is shown; null: all items.
   * @type {{items:any[],total:number,isWhole:boolean}|null}
   */
  #found = null;
  #turn = 0;
  #timer = 0;

  /** @param {HTMLElement} host @param {any} app */
  constructor(host, app) {
    this.host = host;
    this.app = app;
    this.summary = null;
    this.find = el("input", { type: "search", testid: "gallery-find", placeholder: "find by caption or id", maxlength: LONGEST_FIND, autocomplete: "off", "aria-label": "Find by caption or id",
      oninput: () => { clearTimeout(this.#timer); this.#timer = setTimeout(() => this.#search(), FIND_MILLISECONDS); } });
    this.grid = el("div", { class: "grid", role: "group", "aria-label": "Items; arrow keys move, page up and down turn", onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event) });
    this.place = el("span", { class: "muted", role: "status", testid: "gallery-place" });
    this.back = el("button", { type: "button", text: "‹ back", testid: "gallery-back", onclick: () => this.#show(this.#first - PAGE) });
    this.turns = el("div", { class: "more", hidden: true });
    this.on = el("button", { type: "button", text: "on ›", testid: "gallery-on", onclick: () => this.#show(this.#first + PAGE) });
    this.turns.append(this.back, this.place, this.on);
  }

  /** @param {any} summary */
  async use(summary) {
    const isNew = this.summary?.name !== summary?.name;
    this.summary = summary;
    this.#found = null;
    fill(this.host);
    if (!summary || summary.count === 0) return;
    if (isNew) {
      this.find.value = "";
      show(this.find, true);
      this.#first = 0;
    }
    fill(this.host, el("h2", { text: summary.hasMedia ? "Pictures" : "Items" }), this.find, this.grid, this.turns);
    if (this.find.value.trim()) await this.#search();
    else await this.#show(this.#first);
  }

  get #total() {
    return this.#found ? this.#found.items.length : this.summary.count;
  }

  async #search() {
    const { app, summary } = this;
    const text = this.find.value.trim();
    const turn = (this.#turn += 1);
    if (text === "") {
      this.#found = null;
      return this.#show(0);
    }
    try {
      const { items, total, truncated } = await app.session.request("index.find", { index: summary.name, text, limit: 1000 });
      if (turn !== this.#turn || this.summary !== summary) return;
      this.#found = { items, total, isWhole: !truncated && total <= items.length };
      await this.#show(0);
    } catch (error) {
      const { code, message } = /** @type {{code?:number,message:string}} */ (error);
      if (code === UNKNOWN_METHOD) show(this.find, false);
      else if (turn === this.#turn) this.place.textContent = message;
    }
  }

  /** @param {number} first @param {number} [focus] the item of the page that takes the focus */
  async #show(first, focus) {
    const { summary, app } = this;
    const turn = (this.#turn += 1);
    if (!this.#found && app.connection.hello?.recording) return this.#showNone();
    const last = Math.max(0, Math.ceil(this.#total / PAGE) - 1) * PAGE;
    this.#first = Math.max(0, Math.min(last, first));
    const size = Math.min(PAGE, this.#total - this.#first);
    const items = this.#found ? this.#found.items.slice(this.#first, this.#first + size)
      : await app.items.page(Array.from({ length: size }, (_, i) => this.#first + i));
    if (turn !== this.#turn || this.summary !== summary || app.store.selected !== summary.name) return;
    this.grid.classList.toggle("words", !items.some((/** @type {any} */ item) => pictureAddress(item.media)));
    fill(this.grid, ...items.map((/** @type {any} */ item, /** @type {number} */ number) => this.#button(item, number === (focus ?? 0))));
    if (focus !== undefined) /** @type {HTMLElement|undefined} */ (this.grid.children[focus])?.focus();
    show(this.turns, true);
    this.#offerPages(true);
    this.back.disabled = this.#first === 0;
    this.on.disabled = this.#first + PAGE >= this.#total;
    const found = this.#found;
    this.place.textContent = this.#total === 0 ? "nothing found"
      : `${count(this.#first + 1)} – ${count(this.#first + size)} of ${count(this.#total)}${found && !found.isWhole ? ` (${count(found.total)} or more found)` : ""}`;
  }

  /** @param {boolean} areThere */
  #offerPages(areThere) {
    show(this.back, areThere);
    show(this.on, areThere);
  }

  #showNone() {
    fill(this.grid);
    show(this.turns, true);
    this.#offerPages(false);
    this.place.textContent = RECORDED_ONLY;
  }

  /** @param {Item} item @param {boolean} isStop */
  #button(item, isStop) {
    const { app } = this;
    const address = pictureAddress(item.media);
    const name = item.caption ?? `id ${item.label}`;
    const choose = () => (app.maySearch && this.summary.searchable !== false ? app.runLabel(item.label) : app.select(item.node));
    return el("button", { type: "button", testid: `picture-${item.label}`, title: `${name} · id ${item.label}`, "data-label": item.label, "aria-label": `${app.maySearch ? "Search for" : "Look at"} ${name}`, tabindex: isStop ? 0 : -1, onclick: choose },
      pictures.element(address, { loading: "lazy" }) ?? el("span", { text: name }));
  }

  /**
   * One item is a stop of the Tab key; from there the arrows go on.
   * @param {KeyboardEvent} event
   */
  #key(event) {
    const { grid } = this;
    const at = [...grid.children].indexOf(/** @type {Element} */ (event.target));
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const isList = grid.classList.contains("words");
    const by = /** @type {Record<string,number>} */ ({ ArrowLeft: -1, ArrowRight: 1, ArrowUp: isList ? -1 : -COLUMNS, ArrowDown: isList ? 1 : COLUMNS, Home: -at, End: grid.children.length - 1 - at })[event.key];
    const page = /** @type {Record<string,number>} */ ({ PageUp: -PAGE, PageDown: PAGE })[event.key];
    if (by === undefined && page === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (page !== undefined) return this.#show(this.#first + page, 0);
    const to = at + by;
    if (to >= 0 && to < grid.children.length) return this.#focus(to);
    if (to < 0 && this.#first > 0) return this.#show(this.#first - PAGE, Math.max(0, PAGE + to));
    if (to >= grid.children.length && this.#first + PAGE < this.#total) this.#show(this.#first + PAGE, Math.min(to - PAGE, this.#total - this.#first - PAGE - 1));
  }

  /** @param {number} number */
  #focus(number) {
    for (const [i, button] of [.../** @type {any} */ (this.grid.children)].entries()) button.tabIndex = i === number ? 0 : -1;
    /** @type {HTMLElement} */ (this.grid.children[number]).focus();
  }
}
