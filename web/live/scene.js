import { ChartScene } from "../scenes/chart.js";
import { cellPath } from "../scenes/map-layer.js";
import { crosshair, disc, stroke } from "../scenes/marks.js";
import { NONE } from "../replay/kinds.js";
import { withAlpha } from "../theme.js";
import { drawShape } from "./shapes.js";
import { MOST_DOTS } from "./walk.js";

/** Results marked at the end of a walk. */
const MOST_RESULTS = 10;
/** Vertices of a route that have the shape of their search. */
const MOST_VERTICES = 60;

/** Many searches on one map: six walks at most, each with a shape and a colour of its own, and dots for the others. */
export class LiveScene extends ChartScene {
  /** @type {import("./picks.js").Picks|null} */
  #picks = null;
  /** @type {(x:number,y:number)=>{x:number,y:number}} */
  #place = (x, y) => ({ x, y });

  /** @param {any} data as for the chart, with the picks beside what is chosen there */
  setData(data) {
    super.setData({ ...data, search: null, replay: null, missed: [] });
    this.#picks = data.chosen?.picks ?? null;
  }

  /**
   * @param {number} _cursor of the watched search, which is another view's
   * @param {{node?:number,cell?:number}|null} hover
   */
  draw(_cursor, hover) {
    super.draw(0, hover);
    if (!this.theme || !this.map || !this.#picks) return;
    const c = this.context;
    this.#place = this.placer();
    c.save();
    c.beginPath();
    c.roundRect(1, 1, this.width - 2, this.height - 2, 14);
    c.clip();
    // The newest lie on top.
    const shown = this.#picks.shown.sort((a, b) => a.began - b.began);
    for (const pick of shown) if (this.fits(pick.search)) this.#drawWalk(c, pick);
    this.#drawDots(c);
    for (const { search } of shown) if (search.place && this.fits(search)) {
      const p = this.#place(search.place.x, search.place.y);
      crosshair(c, p.x, p.y, 11, this.theme);
    }
    c.restore();
  }

  /**
   * A search of another revision names nodes that this map does not have.
   * @param {any} search
   */
  fits(search) {
    return search.revision === this.map?.revision;
  }

  /**
   * Where a search's name stands: at its query, else where it has got to.
   * @param {import("./picks.js").Pick} pick
   * @returns {{x:number,y:number}|null}
   */
  spotOf({ search, walk }) {
    if (!this.map || !this.fits(search)) return null;
    return search.place ? this.#place(search.place.x, search.place.y) : this.#point(walk.nearest);
  }

  /**
   * @param {number} node
   * @returns {{x:number,y:number}|null}
   */
  #point(node) {
    const x = node === NONE ? NaN : this.map.nodeX[node];
    return x >= 0 ? this.#place(x, this.map.nodeY[node]) : null;
  }

  /**
   * @param {CanvasRenderingContext2D} c
   * @param {import("./picks.js").Pick} pick
   */
  #drawWalk(c, { search, slot, walk, ended }) {
    const { theme, map } = this;
    const color = theme.series[slot];
    for (const cell of map.cells ? walk.cells : []) {
      if (!(cell < map.cells.x.length)) continue;
      c.beginPath();
      cellPath(c, map.cells, cell, this.#place);
      c.fillStyle = withAlpha(color, 0.12);
      c.fill();
      stroke(c, withAlpha(theme.outline, 0.6), 4);
      stroke(c, color, 2);
      const p = this.#place(map.cells.x[cell], map.cells.y[cell]);
      drawShape(c, slot, p.x, p.y, 4.5, color, theme.outline);
    }
    this.#drawMeasured(c, walk, color);
    const route = /** @type {Point[]} */ (walk.route.map((node) => this.#point(node)).filter((p) => p !== null));
    if (route.length > 1) {
      c.lineJoin = c.lineCap = "round";
      c.beginPath();
      route.forEach((p, i) => (i ? c.lineTo(p.x, p.y) : c.moveTo(p.x, p.y)));
      stroke(c, withAlpha(theme.outline, 0.6), 6);
      stroke(c, color, 3.2);
      c.lineCap = "butt";
    }
    if (route.length <= MOST_VERTICES) for (const p of route) drawShape(c, slot, p.x, p.y, 3.4, color);
    for (const { node } of ended !== null && search.results ? search.results.slice(0, MOST_RESULTS) : []) {
      const p = this.#point(node);
      if (p) disc(c, p.x, p.y, 3.4, theme.result, theme.outline);
    }
    const tip = this.#point(walk.nearest);
    if (!tip || ended !== null) return;
    c.beginPath();
    c.arc(tip.x, tip.y, 12, 0, 7);
    c.fillStyle = withAlpha(color, 0.18);
    c.fill();
    stroke(c, withAlpha(color, 0.8), 1.2);
    drawShape(c, slot, tip.x, tip.y, 6.5, color, theme.outline);
  }

  /**
   * What a search measured, and the links that led there.
   * @param {CanvasRenderingContext2D} c
   * @param {import("./walk.js").Walk} walk
   * @param {string} color
   */
  #drawMeasured(c, walk, color) {
    const { nodeX, nodeY } = this.map;
    const has = (/** @type {number} */ node) => node !== NONE && nodeX[node] >= 0;
    const end = Math.min(walk.measured, MOST_DOTS);
    c.beginPath();
    for (let i = 0; i < end; i += 1) {
      if (!has(walk.nodes[i]) || !has(walk.sources[i])) continue;
      const from = this.#place(nodeX[walk.sources[i]], nodeY[walk.sources[i]]);
      const to = this.#place(nodeX[walk.nodes[i]], nodeY[walk.nodes[i]]);
      c.moveTo(from.x, from.y);
      c.lineTo(to.x, to.y);
    }
    stroke(c, withAlpha(color, 0.2), 0.8);
    c.beginPath();
    for (let i = 0; i < end; i += 1) {
      if (!has(walk.nodes[i])) continue;
      const p = this.#place(nodeX[walk.nodes[i]], nodeY[walk.nodes[i]]);
      c.rect(p.x - 1.5, p.y - 1.5, 3, 3);
    }
    c.fillStyle = withAlpha(color, 0.85);
    c.fill();
  }

  /**
   * Searches that are not animated, for a moment.
   * @param {CanvasRenderingContext2D} c
   */
  #drawDots(c) {
    const { theme } = this;
    for (const { search, until } of /** @type {import("./picks.js").Picks} */ (this.#picks).dots) {
      if (until === null || !search.place || !this.fits(search)) continue;
      const p = this.#place(search.place.x, search.place.y);
      disc(c, p.x, p.y, 3, theme.text, theme.outline);
      c.beginPath();
      c.arc(p.x, p.y, 6, 0, 7);
      stroke(c, withAlpha(theme.text, 0.4), 1);
    }
  }
}
