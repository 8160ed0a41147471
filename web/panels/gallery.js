import { el, fill, pictureAddress } from "../dom.js";
import { pictures } from "../pictures.js";

const PAGE = 24;

/** Pictures of the index, a page at a time: a click searches for one. */
export class Gallery {
  #first = 0;

  /** @param {HTMLElement} host @param {any} app */
  constructor(host, app) {
    this.host = host;
    this.app = app;
  }

  /** @param {any} summary */
  async use(summary) {
    fill(this.host);
    if (!summary?.hasMedia || summary.count === 0) return;
    this.summary = summary;
    this.#first = Math.min(this.#first, Math.max(0, summary.count - PAGE));
    await this.#draw();
  }

  async #draw() {
    const { summary, app } = this;
    const nodes = Array.from({ length: Math.min(PAGE, summary.count - this.#first) }, (_, i) => this.#first + i);
    const items = await app.items.page(nodes);
    if (this.summary !== summary || app.store.selected !== summary.name) return;
    const turn = (by) => () => {
      this.#first = Math.max(0, Math.min(summary.count - 1, this.#first + by));
      this.#draw();
    };
    fill(this.host,
      el("h2", { text: "Search for a picture" }),
      el("div", { class: "grid" }, ...items.map((item) => {
        const address = pictureAddress(item.media);
        const name = item.caption ?? `id ${item.label}`;
        return el("button", { type: "button", testid: `picture-${item.label}`, title: name, "aria-label": `Search for ${name}`, onclick: () => app.runLabel(item.label) },
          pictures.element(address, { loading: "lazy" }));
      })),
      el("div", { class: "more" },
        el("button", { type: "button", text: "‹ back", disabled: this.#first === 0, onclick: turn(-PAGE) }),
        el("span", { class: "muted", text: `${this.#first + 1} – ${this.#first + nodes.length} of ${summary.count}` }),
        el("button", { type: "button", text: "on ›", disabled: this.#first + PAGE >= summary.count, onclick: turn(PAGE) })));
  }
}
