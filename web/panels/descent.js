import { el, fill, show } from "../dom.js";
import { count, distance } from "../format.js";
import { layerTable, recallFigure, shareText } from "../search-figures.js";

/** The figures of a descent beside its picture: what it cost, how good it is, and its layers. */
export class DescentPanels {
  #key = "";

  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.host = el("section", { class: "descent-figures", testid: "descent-figures", "aria-label": "Figures of the search" });
    this.frame = el("div", { class: "over" }, this.host);
    app.stage.host.before(this.frame);
  }

  draw() {
    const { search, player, store } = this.app;
    const { summary } = store;
    show(this.frame, this.app.view === "descent" && summary !== null);
    if (this.frame.hidden) return;
    const cursor = search ? Math.min(player.cursor, search.length) : 0;
    const key = [summary.name, summary.revision, search?.id, search?.length, cursor, search?.microseconds, search?.recall?.share, search?.complete].join("|");
    if (key === this.#key) return;
    this.#key = key;
    const state = search ? search.replay.at(cursor, search.length) : null;
    fill(this.host, ...(search && state ? figures(search, state, summary) : [el("p", { class: "muted", text: "Choose a picture, or search for an id: the way down appears here, layer by layer." })]),
      table(layerTable(summary.levels, state)));
  }

  leave() {
    show(this.frame, false);
  }
}

/** @param {Search} search @param {Picture} state @param {Summary} summary */
function figures(search, state, summary) {
  const recall = recallFigure(search);
  return [
    el("div", { class: "bigs" },
      el("div", { testid: "figure-distances" }, el("b", { class: "big", text: count(state.evaluated) }), el("span", { class: "muted", text: "distances computed" })),
      el("div", { testid: "figure-recall", class: "good" }, el("b", { class: "big", text: recall.figure }), el("span", { class: "muted", text: recall.name }))),
    el("p", { class: "muted", testid: "figure-share", text: shareText(search, state, summary) }),
  ];
}

/** @param {ReturnType<typeof layerTable>} rows */
function table(rows) {
  if (rows.length === 0) return null;
  /** @param {number|null} value */
  const number = (value) => (value === null ? "–" : count(value));
  return el("table", { testid: "layers" },
    el("thead", {}, el("tr", {}, ...["layer", "nodes", "dist.", "hops", "best"].map((text) => el("th", { text, scope: "col" })))),
    el("tbody", {}, ...rows.map((row) => el("tr", { class: row.isNow ? "now" : "", "aria-current": row.isNow ? "true" : null, title: row.distances === null ? "not reached" : `${count(row.met)} nodes met` },
      ...[row.isNow ? `▸ ${row.layer}` : row.layer, number(row.nodes), number(row.distances), number(row.hops), distance(row.best)].map((text) => el("td", { text }))))));
}
