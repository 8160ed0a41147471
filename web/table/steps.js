import { count, distance } from "../format.js";
import { el, fill, show } from "../dom.js";
import { rowsInSight, stepRows } from "./rows.js";

const ROW_PIXELS = 28;
const COLUMNS = /** @type {const} */ (["step", "layer", "what", "from", "to", "distance", "became"]);
/** Elements taller than some millions of pixels are cut by browsers: beyond it rows are reached by the timeline. */
const MOST_ROWS = 400_000;

/** Every step of the search, and its results, as tables that say the same as the picture and go along with it. */
export class StepsTable {
  #search = null;
  #length = -1;
  #rows = /** @type {ReturnType<typeof stepRows>|null} */ (null);
  #cursor = -1;
  /** The row that has the focus is kept in it when the rows are drawn anew. */
  #drawn = "";

  /** @param {HTMLElement} host @param {any} app */
  constructor(host, app) {
    this.host = host;
    this.app = app;
    this.body = el("tbody");
    this.table = el("table", { testid: "steps" }, el("caption", { class: "unseen", text: "The steps of the search. Choosing a row goes to its step." }),
      el("thead", {}, el("tr", {}, ...COLUMNS.map((name) => el("th", { scope: "col", text: name })))), this.body);
    this.view = el("div", { class: "rows", tabindex: 0, role: "group", "aria-label": "Steps, a row each; arrow keys move through the search", onscroll: () => this.#draw(), onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event) }, this.table);
    this.results = el("div", { class: "rows" });
    this.note = el("p", { class: "muted" });
    this.details = el("details", { testid: "steps-table", ontoggle: () => this.draw() }, el("summary", { text: "Steps and results as tables" }), this.note, el("div", { class: "tables" }, this.view, this.results));
    fill(host, this.details);
  }

  draw() {
    const { app } = this;
    const { search } = app;
    show(this.details, Boolean(search));
    if (!search || !this.details.open) return;
    if (search !== this.#search || search.length !== this.#length || this.#state !== this.#told) {
      const isAnother = search !== this.#search;
      this.#search = search;
      this.#length = search.length;
      this.#told = this.#state;
      this.#rows = stepRows(search, (node) => app.items.name(node));
      this.#drawn = "";
      this.#cursor = -1;
      if (isAnother) this.view.scrollTop = 0;
      this.table.setAttribute("aria-rowcount", String(search.length + 1));
      this.note.textContent = search.length > MOST_ROWS ? `The first ${count(MOST_ROWS)} of ${count(search.length)} steps; the timeline reaches all.` : `${count(search.length)} steps, ${count(search.results?.length ?? 0)} results.`;
    }
    this.#draw();
    // There is room to scroll once the rows are made.
    const cursor = Math.min(app.player.cursor, search.length);
    if (cursor !== this.#cursor) {
      this.#follow(cursor);
      this.#draw();
    }
    this.#drawResults();
  }

  #told = "";
  /** All that rows depend on beside the steps. */
  get #state() {
    const { search } = this.app;
    return `${search.results?.length}|${search.recall?.missed.length}|${search.complete}`;
  }

  /** @param {number} cursor */
  #follow(cursor) {
    this.#cursor = cursor;
    const head = this.table.tHead?.offsetHeight ?? 0;
    const top = (cursor - 1) * ROW_PIXELS;
    const { scrollTop, clientHeight } = this.view;
    if (top < scrollTop) this.view.scrollTop = Math.max(0, top);
    else if (top + ROW_PIXELS + head > scrollTop + clientHeight) this.view.scrollTop = top + ROW_PIXELS + head - clientHeight;
  }

  #draw() {
    const rows = this.#rows;
    if (!rows || !this.details.open) return;
    const length = Math.min(rows.length, MOST_ROWS);
    const { first, last } = rowsInSight(this.view.scrollTop, this.view.clientHeight, ROW_PIXELS, length);
    const made = Array.from({ length: last - first }, (_, i) => rows.row(first + i));
    // Names of items come later than the steps.
    const drawn = `${first}|${this.#cursor}|${made.map(({ from, to }) => from + to).join()}`;
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    /** @param {number} height @param {string} name */
    const gap = (height, name) => {
      const cell = el("td", { colspan: COLUMNS.length });
      cell.style.height = `${height}px`;
      return height > 0 && el("tr", { class: "gap", "aria-hidden": "true", "data-gap": name }, cell);
    };
    fill(this.body, gap(first * ROW_PIXELS, "before"),
      ...made.map((row) => el("tr", {
        "aria-rowindex": row.step + 1, "aria-current": row.step === this.#cursor ? "step" : null, class: row.step === this.#cursor ? "now" : row.step > this.#cursor ? "ahead" : null,
        "data-step": row.step, onclick: () => this.app.seek(row.step),
      }, ...COLUMNS.map((name) => el("td", { text: row[name] })))),
      gap((length - last) * ROW_PIXELS, "after"));
  }

  #drawResults() {
    const { app } = this;
    const hits = app.shownResults();
    const told = `${app.isAtEnd()}|${hits.map((/** @type {Hit} */ { node, label }) => `${node}=${label}`).join()}|${app.missed().length}`;
    if (told === this.#results) return;
    this.#results = told;
    /** @param {number|string} place @param {Hit} hit @param {string} what */
    const row = (place, hit, what) => el("tr", {}, ...[place, hit.label ?? `node ${hit.node}`, distance(hit.distance), what, app.items.node(hit.node)?.caption ?? ""].map((text, i) => el("td", { text, "data-long": i > 2, title: i > 2 ? text : null })));
    fill(this.results, el("table", { testid: "results-table" }, el("caption", { text: app.isAtEnd() ? "Results" : "Best so far" }),
      el("thead", {}, el("tr", {}, ...["place", "id", "distance", "what", "caption"].map((name) => el("th", { scope: "col", text: name })))),
      el("tbody", {}, ...hits.map((/** @type {Hit} */ hit, /** @type {number} */ i) => row(i + 1, hit, "found")), ...(app.isAtEnd() ? app.missed().map((/** @type {any} */ hit) => row("–", hit, `missed: ${hit.reason.text}`)) : []))));
  }

  #results = "";

  /** @param {KeyboardEvent} event */
  #key(event) {
    const page = Math.max(1, Math.floor(this.view.clientHeight / ROW_PIXELS) - 1);
    const { player } = this.app;
    const to = { ArrowDown: player.cursor + 1, ArrowUp: player.cursor - 1, PageDown: player.cursor + page, PageUp: player.cursor - page, Home: 1, End: player.length }[event.key];
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.app.seek(to);
  }
}
