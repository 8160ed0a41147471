import { fill } from "../dom.js";

/** Where one item is told of. Its code is loaded when an item is selected first. */
export class DetailPlace {
  /** @type {import("./panel.js").DetailPanel|null} */
  #panel = null;
  #isLoading = false;

  /** @param {HTMLElement} host @param {any} app */
  constructor(host, app) {
    this.host = host;
    this.app = app;
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || app.selected === null || event.defaultPrevented) return;
      if (/** @type {HTMLElement} */ (event.target).closest?.("dialog, input, textarea, select")) return;
      app.select(null);
    });
  }

  /** Brings it up to what is selected and searched. */
  draw() {
    if (this.app.selected === null && !this.host.firstChild) return;
    if (this.app.selected === null) this.#panel?.leave();
    if (this.app.selected === null) fill(this.host);
    else if (this.#panel) this.#panel.draw(this.app.selected);
    else this.#load();
  }

  async #load() {
    if (this.#isLoading) return;
    this.#isLoading = true;
    try {
      const { DetailPanel } = await import("./panel.js");
      this.#panel = new DetailPanel(this.host, this.app);
      this.app.refresh();
    } catch {
      this.app.complain("What there is to tell of the item could not be loaded; is the daemon still there? Select it again to try once more.");
      this.app.select(null);
    }
    this.#isLoading = false;
  }
}
