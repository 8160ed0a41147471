import { el, pictureAddress } from "../dom.js";
import { count, plural } from "../format.js";
import { pictures } from "../pictures.js";
import { CellPeek, shareText, totalOf } from "./cells.js";

const PICTURES = 9;
const MOST_CARDS = 300;

/** The card of the cell under the pointer: its size, its share and some of its pictures. */
export class CellCard {
  /** @type {{cell:number,box:HTMLElement}|null} */
  #shown = null;

  /** @param {any} app */
  constructor(app) {
    this.app = app;
    this.peek = new CellPeek({
      request: (method, params) => app.session.request(method, params), limit: PICTURES, most: MOST_CARDS, onChange: (cell) => this.#fill(cell),
    });
  }

  forget() {
    this.peek.forget();
    this.#shown = null;
  }

  /** @param {number} cell @returns {Node[]} */
  nodes(cell) {
    const { map, summary } = this.app.store;
    const size = map.cells.size[cell];
    if (this.#shown?.cell !== cell) {
      this.#shown = { cell, box: el("div", { class: summary.hasMedia ? "nine" : "nine-words", testid: "cell-card" }) };
      if (size > 0) this.#fill(cell);
    }
    return [el("b", { text: `cell ${cell}` }), el("div", { class: "muted", text: `${plural(size, "vector")}, ${shareText(size, totalOf(map.cells.size))} of the index` }), this.#shown.box];
  }

  /** @param {number} cell */
  async #fill(cell) {
    const { app, peek } = this;
    const box = this.#shown?.cell === cell ? this.#shown.box : null;
    if (!box) return;
    const nodes = peek.members(app.store.selected, cell);
    if (!nodes?.length) return;
    try {
      const items = await app.items.page(nodes);
      box.replaceChildren(...items.map((/** @type {Item} */ item) => pictures.element(pictureAddress(item.media)) ?? el("div", { text: item.caption ?? `id ${item.label}` })));
      const size = app.store.map?.cells?.size[cell] ?? 0;
      if (size > items.length) box.append(el("div", { class: "muted", text: `${count(items.length)} of ${count(size)}` }));
      // It is larger now, and must stay in the picture.
      app.drawHover();
    } catch {
      // The card then has the size alone.
    }
  }
}
