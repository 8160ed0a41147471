import { el, fill, show } from "../dom.js";
import { count, duration, plural } from "../format.js";
import { drawProbeStrip, stripPlaces } from "../scenes/probe-strip.js";
import { textSize } from "../text-size.js";
import { cellExtremes, distancesOf, percent, probesOf, recallFigure } from "../search-figures.js";

const FINE = Object.freeze([["distance", "Distance"], ["projection", "Projection"]]);
const STRIP_HEIGHT = 36;

/** What is said over the two pictures of the cells view, and the figures and the strip of probes under them. */
export class CellsPanels {
  #key = "";
  /** @type {import("../search-figures.js").Probe[]} */
  #probes = [];
  /** CSS pixels for each of the strip's. */
  #scale = 1;

  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.coarse = el("div", { testid: "coarse-heading" });
    this.fine = el("div", { testid: "fine-heading" });
    this.modes = el("div", { class: "segments", role: "group", "aria-label": "How the fine search is drawn" }, ...FINE.map(([mode, text]) => el("button", {
      type: "button", testid: `fine-${mode}`, text, onclick: () => app.setFineMode(mode),
    })));
    this.headings = el("div", { class: "cell-headings" }, this.coarse, el("div", { class: "fine-heading" }, this.fine, this.modes));
    this.figures = el("div", { class: "bigs" });
    this.strip = el("canvas", { class: "strip", role: "img", testid: "probe-strip", onclick: (/** @type {MouseEvent} */ event) => this.#pick(event) });
    this.bar = el("section", { class: "probes", "aria-label": "Cells that were read" }, this.figures,
      el("div", { class: "strip-room" }, el("span", { class: "muted", text: "Probes in order, width = vectors read, dots = where results were found" }), this.strip));
    app.stage.host.before(this.headings);
    app.stage.host.after(this.bar);
  }

  draw() {
    const { app } = this;
    const { search, player, store, theme, fineMode } = app;
    const { summary, map } = store;
    const isShown = app.view === "cells" && summary !== null;
    show(this.headings, isShown);
    show(this.bar, isShown && search !== null);
    if (!isShown) return;
    const cursor = search ? Math.min(player.cursor, search.length) : 0;
    const width = this.strip.clientWidth;
    const key = [summary.name, summary.revision, search?.id, search?.length, cursor, search?.recall?.share, search?.complete, fineMode, theme.name, width, map?.cells?.size.length].join("|");
    if (key === this.#key) return;
    this.#key = key;
    for (const [i, [mode]] of FINE.entries()) this.modes.children[i].setAttribute("aria-pressed", String(mode === fineMode));
    show(this.fine.parentElement, search !== null);
    this.headings.classList.toggle("alone", search === null);
    const state = search ? search.replay.at(cursor, search.length) : null;
    if (!search || !state) return fill(this.coarse, ...overview(summary, map));
    const results = /** @type {Scored[]} */ (app.isAtEnd() && search.results ? search.results : state.results.slice(0, search.header.k)).map(({ node }) => node);
    this.#probes = probesOf(search, cursor, results, map?.cells?.size);
    this.#tell(search, state, summary);
    this.#drawFigures(search, state, summary);
    this.#drawStrip(theme, width, cursor, state);
  }

  leave() {
    show(this.headings, false);
    show(this.bar, false);
  }

  /** @param {Search} search @param {Picture} state @param {Summary} summary */
  #tell(search, state, summary) {
    const probes = search.header.nprobe || this.#probes.length;
    const share = percent(distancesOf(state).vectors, summary.count);
    const scan = state.stages.find((stage) => stage.nodes === "vectors");
    const ranked = state.ranks.size;
    fill(this.coarse, el("h2", { text: "Coarse search" }), el("p", {},
      el("b", { text: `${ranked > 0 ? `${count(ranked)} of ${count(summary.nlist)} cells` : plural(summary.nlist, "cell")} ranked by centroid distance. ` }),
      el("span", { class: "muted", text: `The nearest ${probes} are opened; ${share} of the vectors read so far.` })));
    const [what, how] = this.app.fineMode === "distance"
      ? [`Every vector in the ${this.#probes.length} cells, by ${isCoded(summary) ? "the distance of its code" : "true distance"}. `, "The sector is its cell, the radius the distance."]
      : ["What the search measured, in a map of its own, projected. ", "Near the middle is near the query; neighbours are alike."];
    fill(this.fine, el("h2", { text: `Fine search${scan?.summarised ? " · summary" : ""}` }), el("p", {}, el("b", { text: what }), el("span", { class: "muted", text: how })));
  }

  /** @param {Search} search @param {Picture} state @param {Summary} summary */
  #drawFigures(search, state, summary) {
    const recall = recallFigure(search);
    const opened = state.perCell.length;
    /** @param {string} testid @param {string} big @param {string} small @param {string} [kind] */
    const figure = (testid, big, small, kind = "") => el("div", { testid, class: kind }, el("b", { class: "big", text: big }), el("span", { class: "muted", text: small }));
    fill(this.figures,
      figure("figure-cells", `${count(opened)} / ${count(summary.nlist)}`, "cells probed"),
      figure("figure-vectors", count(state.perCell.reduce((sum, row) => sum + row.size, 0)), "vectors read in them"),
      figure("figure-recall", recall.figure, recall.name, "good"),
      figure("figure-time", duration(search.microseconds), "search time"));
  }

  /** @param {Theme} theme @param {number} width @param {number} cursor @param {Picture} state */
  #drawStrip(theme, width, cursor, state) {
    const { strip } = this;
    this.#scale = textSize();
    const ratio = devicePixelRatio * this.#scale;
    strip.width = Math.round(width * devicePixelRatio);
    strip.height = STRIP_HEIGHT * ratio;
    const c = /** @type {CanvasRenderingContext2D} */ (strip.getContext("2d"));
    c.scale(ratio, ratio);
    drawProbeStrip(c, { probes: this.#probes, theme, width: width / this.#scale, cursor, isOver: state.stopReason !== null });
    const told = this.#probes.slice(0, 20).map((probe) => `cell ${probe.cell}: ${plural(probe.size, "vector")}${probe.found.length ? `, ${plural(probe.found.length, "result")}` : ""}`);
    const rest = this.#probes.length - told.length;
    strip.setAttribute("aria-label", `Probes in order. ${told.join("; ")}${rest > 0 ? `; and ${plural(rest, "more", "more")}` : ""}`);
  }

  /**
   * A click on a cell goes to where it was opened.
   * @param {MouseEvent} event
   */
  #pick(event) {
    const x = (event.clientX - this.strip.getBoundingClientRect().left) / this.#scale;
    const places = stripPlaces(this.#probes, this.strip.clientWidth / this.#scale);
    const probe = this.#probes[places.findIndex((place) => x < place.x + place.width)];
    if (probe) this.app.seek(probe.at + 1);
  }
}

/** @param {Summary} summary */
const isCoded = (summary) => /PQ|SQ|code/i.test(summary.kind);

/**
 * Before a search: what the cells are like, and what to do.
 * @param {Summary} summary @param {LayoutMap|null} map
 */
function overview(summary, map) {
  const sizes = map?.cells?.size;
  const title = el("h2", { text: "Cells" });
  if (!sizes) return [title, el("p", { class: "muted", text: "The centroids are not in the map: search to see what is read." })];
  const { largest, smallest, empty } = cellExtremes(sizes);
  const named = largest < 0 ? "All are empty." : `Largest: cell ${largest}, ${plural(sizes[largest], "vector")}. Smallest: cell ${smallest}, ${count(sizes[smallest])}.${empty ? ` ${count(empty)} empty.` : ""}`;
  return [title, el("p", {}, el("b", { testid: "cell-extremes", text: `${count(summary.count)} vectors in ${plural(sizes.length, "cell")}. ${named} ` }),
    el("span", { class: "muted", text: "Choose a picture, click a point or search for an id: the cells whose centroids are nearest are opened, as many as nprobe says." }))];
}
