import { el, fill } from "../dom.js";
import { count, plural } from "../format.js";
import { Listing, sourcesOf } from "./listing.js";
import { OTHERS } from "./second.js";
import { Row } from "./row.js";

/** Rows have one height, so that only those in sight, and some beside them, need to be there. */
const ROW_PIXELS = 42;
const BESIDE = 5;
const HEADS = [["", "mark"], ["id · source", "who"], ["distance to query", "spark"], ["dist.", ""], ["time", ""], ["recall", ""]];

/**
 * The list of searches: newest first, by source, still while somebody looks closer. Only rows in sight are in the document: to lay 200
 * out again at every search would take a frame's time and more.
 */
export class SearchTable {
  #listing = new Listing();
  /** @type {Map<Search,Row>} */
  #rows = new Map();
  /** @type {Search[]} */
  #listed = [];
  /** What of the list is in sight: to ask the document would lay it out at once. */
  #sight = { top: 0, height: 600 };
  #sources = "";
  #counted = "";
  #isPaused = false;
  #isTouched = false;

  /** @param {{open:(search:Search)=>void,onChange:()=>void}} options */
  constructor({ open, onChange }) {
    this.open = open;
    this.onChange = onChange;
    const keep = (/** @type {boolean} */ isTouched) => () => {
      this.#isTouched = isTouched;
      onChange();
    };
    this.pause = el("button", { type: "button", class: "chip", testid: "list-pause", "aria-pressed": "false", text: "pause", onclick: () => this.#turnPause() });
    this.newer = el("button", { type: "button", class: "newer", testid: "list-newer", hidden: true, onclick: () => this.#letGo() });
    this.choice = el("select", { testid: "list-source", "aria-label": "Source", onchange: () => {
      this.#listing.source = this.choice.value === "" ? null : this.choice.value.slice(1);
      onChange();
    } });
    this.body = el("tbody");
    this.above = el("tbody", { "aria-hidden": "true" }, el("tr", {}, el("td", { colspan: HEADS.length })));
    this.below = el("tbody", { "aria-hidden": "true" }, el("tr", {}, el("td", { colspan: HEADS.length })));
    this.empty = el("p", { class: "muted", text: "None yet. Searches pushed by other programs show up here." });
    this.scroll = el("div", { class: "scroll", onscroll: () => this.#scrolled() },
      this.table = el("table", {}, el("thead", {}, el("tr", {}, ...HEADS.map(([text, name]) => el("th", { scope: "col", class: name, text })))), this.above, this.body, this.below),
      this.empty);
    this.counted = el("div", { class: "counted", testid: "counted" });
    new ResizeObserver(() => this.#scrolled()).observe(this.scroll);
    this.parts = [
      el("div", { class: "list-head" }, el("h2", { text: "Searches" }), el("span", { class: "muted", text: "newest first" }), this.choice, this.pause),
      // What tells of newer ones lies over the list, which must not move under the pointer.
      el("div", { class: "list-room", onpointerenter: keep(true), onpointerleave: keep(false), onfocusin: keep(true), onfocusout: keep(false) }, this.newer, this.scroll), this.counted,
    ];
  }

  get isStill() {
    return this.#isPaused || this.#isTouched;
  }

  /** @returns {Search[]} what it shows */
  get shown() {
    return this.#listed;
  }

  /**
   * @param {HTMLElement} host
   * @param {import("../search-list.js").SearchList} searches
   * @param {import("./picks.js").Picks} picks
   * @param {Search|null} watched
   * @param {number|null} revision of the map
   */
  draw(host, searches, picks, watched, revision) {
    if (this.counted.parentNode !== host) fill(host, ...this.parts);
    const { all, counted } = searches;
    const { rows, newer, moreNewer } = this.#listing.rows(all, (search) => picks.of(search) !== null, this.isStill);
    this.#listed = rows;
    this.#placeInSight();
    this.drawRows(picks, watched, revision);
    this.empty.hidden = rows.length > 0;
    this.newer.hidden = newer === 0;
    this.newer.textContent = `${count(newer)}${moreNewer ? " or more" : ""} newer`;
    this.#drawSources(sourcesOf(all, counted.sources));
    this.#drawCounted(counted);
  }

  /**
   * Brings rows up to date that are there already.
   * @param {import("./picks.js").Picks} picks
   * @param {Search|null} watched
   * @param {number|null} revision of the map
   */
  drawRows(picks, watched, revision) {
    for (const [search, row] of this.#rows) row.draw(picks.of(search), search === watched, revision);
  }

  /** Rows that stay are not touched: a button that is taken out for a moment loses its click and its focus. */
  #placeInSight() {
    const { top, height } = this.#sight;
    const all = this.#listed.length;
    const first = Math.max(0, Math.min(all, Math.floor(top / ROW_PIXELS) - BESIDE));
    const last = Math.min(all, Math.ceil((top + height) / ROW_PIXELS) + BESIDE);
    const known = new Map(this.#listed.slice(first, last).map((search) => [search, this.#rows.get(search) ?? new Row(search, this.open)]));
    for (const [search, { host }] of this.#rows) if (!known.has(search)) host.remove();
    this.#rows = known;
    let at = this.body.firstChild;
    let index = first;
    for (const { host } of known.values()) {
      index += 1;
      // The head is the first row.
      if (host.ariaRowIndex !== String(index + 1)) host.ariaRowIndex = String(index + 1);
      if (host === at) at = at.nextSibling;
      else this.body.insertBefore(host, at);
    }
    this.table.setAttribute("aria-rowcount", String(all + 1));
    spread(this.above, first);
    spread(this.below, all - last);
  }

  #scrolled() {
    this.#sight = { top: this.scroll.scrollTop, height: this.scroll.clientHeight };
    if (this.scroll.isConnected) this.onChange();
  }

  /** What is taken out of the document loses pointer and focus without a word. */
  leave() {
    this.#isTouched = false;
  }

  #turnPause() {
    this.#isPaused = !this.#isPaused;
    this.pause.setAttribute("aria-pressed", String(this.#isPaused));
    this.onChange();
  }

  #letGo() {
    const isPaused = this.#isPaused;
    this.#isPaused = this.#isTouched = false;
    this.onChange();
    this.scroll.scrollTop = 0;
    this.#isPaused = isPaused;
  }

  /** @param {string[]} sources */
  #drawSources(sources) {
    const key = JSON.stringify([sources, this.#listing.source]);
    if (key === this.#sources) return;
    this.#sources = key;
    const chosen = this.#listing.source;
    const names = chosen === null || sources.includes(chosen) ? sources : [chosen, ...sources];
    fill(this.choice, el("option", { value: "", text: "all sources" }), ...names.map((name) =>
      el("option", { value: `=${name}`, text: nameOf(name), selected: name === chosen })));
  }

  /** @param {import("./counted.js").Counted} counted */
  #drawCounted(counted) {
    const { source } = this.#listing;
    const key = `${counted.count}|${source}`;
    if (key === this.#counted) return;
    this.#counted = key;
    const lines = [...counted.sources].filter(([name]) => source === null || name === source).sort((a, b) => b[1].count - a[1].count);
    fill(this.counted, lines.length > 0 && el("p", { class: "muted", text: "Counted only, since this page follows the index" }),
      lines.length > 0 && el("ul", { class: "list" }, ...lines.map(([name, sums]) => el("li", {}, el("b", { text: nameOf(name) }), el("span", { text: sumsText(sums) })))));
  }
}

/**
 * Takes the room of rows that are not there.
 * @param {HTMLElement} body
 * @param {number} rows
 */
function spread(body, rows) {
  body.hidden = rows === 0;
  /** @type {any} */ (body.querySelector("td")).style.height = `${rows * ROW_PIXELS}px`;
}

const nameOf = (/** @type {string} */ name) => (name === OTHERS ? "others" : name);

/** @param {{count:number,failed:number,measured:number,recall:number,distances:number}} sums */
function sumsText({ count: number, failed, measured, recall, distances }) {
  const answered = number - failed;
  const parts = [plural(number, "search", "searches")];
  if (answered > 0) parts.push(`${count(Math.round(distances / answered))} distances`);
  parts.push(measured > 0 ? `recall ${(recall / measured).toFixed(2)} of ${count(measured)} measured` : "recall not measured");
  if (failed > 0) parts.push(`${count(failed)} failed`);
  return parts.join(" · ");
}
