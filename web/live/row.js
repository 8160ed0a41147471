import { el, fill } from "../dom.js";
import { count } from "../format.js";
import { rowTexts, sparkline } from "./listing.js";
import { SHAPES, shapeIcon, svg } from "./shapes.js";
import { BestLine } from "./walk.js";

const LINE_WIDTH = 84;
const LINE_HEIGHT = 30;

/** One search in the list. */
export class Row {
  #key = "";
  #slot = -2;

  /**
   * @param {Search} search
   * @param {(search:Search)=>void} open
   */
  constructor(search, open) {
    this.search = search;
    this.line = new BestLine(search.header);
    this.mark = el("td", { class: "mark" });
    this.subject = el("span", { class: "subject-text" });
    this.source = el("small");
    this.button = el("button", { type: "button", class: "open", testid: `search-${search.id}`, onclick: () => open(search) }, el("b", { text: search.id }), " ", this.subject);
    this.played = svg("path", { class: "played" });
    this.rest = svg("path", { class: "rest" });
    this.tip = svg("circle", { r: 3, class: "tip" });
    this.picture = svg("svg", { width: LINE_WIDTH, height: LINE_HEIGHT, viewBox: `0 0 ${LINE_WIDTH} ${LINE_HEIGHT}`, role: "img" }, this.rest, this.played, this.tip);
    this.none = el("small", { text: "steps not sent" });
    this.spark = el("td", { class: "spark" }, this.picture);
    this.distances = el("td");
    this.time = el("td");
    this.recall = el("span");
    this.bar = el("i");
    this.recallCell = el("td", { class: "recall-cell" }, this.recall, el("span", { class: "recall-bar", "aria-hidden": "true" }, this.bar));
    this.host = el("tr", {
      onclick: (/** @type {any} */ event) => {
        if (!event.target.closest("button")) open(search);
      },
    }, this.mark, el("td", { class: "who" }, this.button, this.source), this.spark, this.distances, this.time, this.recallCell);
  }

  /**
   * @param {import("./picks.js").Pick|null} pick
   * @param {boolean} isWatched
   * @param {number|null} revision of the map
   */
  draw(pick, isWatched, revision) {
    const { search, line } = this;
    const key = [search.length, search.recall !== null, search.results !== null, search.failure, pick?.slot, pick?.walk.cursor, pick?.ended, isWatched, revision].join();
    if (key === this.#key) return;
    this.#key = key;
    // Columns that were given up take nothing from the line.
    if (search.length > line.cursor) line.advance(search.columns, search.length);
    const slot = pick?.slot ?? -1;
    if (slot !== this.#slot) {
      this.#slot = slot;
      fill(this.mark, shapeIcon(slot, slot < 0 ? "not animated" : SHAPES[slot][0]));
      this.host.dataset.slot = String(slot);
    }
    const texts = rowTexts(search, line);
    this.subject.textContent = texts.subject;
    this.source.textContent = search.revision === revision || revision === null ? texts.source : `${texts.source} · r${search.revision}, not on this map`;
    this.source.title = this.source.textContent;
    this.host.dataset.state = texts.state;
    if (isWatched) this.host.setAttribute("aria-current", "true");
    else this.host.removeAttribute("aria-current");
    this.host.title = texts.why;
    this.distances.textContent = count(texts.distances);
    this.time.textContent = texts.time;
    this.recall.textContent = texts.recallText;
    this.bar.style.width = `${Math.round((texts.recall ?? 0) * 100)}%`;
    this.#drawLine(pick, texts.spoken);
  }

  /**
   * @param {import("./picks.js").Pick|null} pick
   * @param {string} spoken
   */
  #drawLine(pick, spoken) {
    const { line, search } = this;
    const larger = search.header.largerIsNearer && search.header.stages?.[0]?.algorithm !== "hnswlib";
    const isWhole = !pick || pick.ended !== null;
    const path = sparkline(line, isWhole ? line.evaluated : pick.walk.line.evaluated, LINE_WIDTH, LINE_HEIGHT, larger);
    if (!path) {
      if (search.started.followed === false) fill(this.spark, this.none);
      return;
    }
    if (!this.picture.isConnected) fill(this.spark, this.picture);
    this.played.setAttribute("d", path.played);
    this.rest.setAttribute("d", path.rest);
    this.tip.setAttribute("cx", path.x.toFixed(1));
    this.tip.setAttribute("cy", path.y.toFixed(1));
    this.tip.setAttribute("visibility", isWhole ? "hidden" : "visible");
    this.picture.setAttribute("aria-label", spoken);
  }
}
