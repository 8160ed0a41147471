import { count } from "../format.js";
import { settleGrowth } from "../motion.js";
import { Kind } from "../replay/kinds.js";
import { withAlpha } from "../theme.js";
import { Scene } from "./scene.js";
import { Sheets } from "./sheets.js";
import { drawLens, drawSight } from "./lens.js";
import { drawMarks } from "./map-layer.js";
import { drawCandidates, drawMet, drawPresent, drawRoute } from "./descent-walk.js";
import { measuredNodes } from "./expansion.js";
import { drawIsobaths, drawSoundings, ISOBATHS, ringSoundings } from "./isobaths.js";
import { crosshair, diamond, label, missedRing, note, ring, stroke, vagueness } from "./marks.js";
import { drawResultMarks } from "./result-marks.js";
import { drawSheet } from "./sheet-layer.js";

const MAX_SHEETS = 6;
const PICK_PIXELS = 12;
/** The figures stand left of the sheets where there is room for both: a little more than `.descent-figures` has in the style sheet. */
const FIGURES_REM = 13;
const LEAST_WITH_FIGURES = 640;

/** The layers of a graph as sheets at depth, and a search going down through them along the query's plumb line. */
export class DescentScene extends Scene {
  #sheets = new Sheets(1, { x: 0, y: 0, width: 1, height: 1 }, { scale: 1, x: 0, y: 0 });
  /**
   * What the rings stand for, as far as it was measured.
   * @type {{search:any,cursor:number,values:(number|null)[]}|null}
   */
  #soundings = null;
  #age = (/** @type {number} */ _step) => Infinity;

  #figures = FIGURES_REM * 16;

  /** The lens is drawn over all sheets. */
  isLensLarge = false;
  /**
   * The lens as it was last drawn.
   * @type {{x:number,y:number,radius:number,nodeAt:(x:number,y:number)=>number}|null}
   */
  #lens = null;

  /** @param {any} data as of `Scene`, and `age`: ms since a step was passed */
  setData(data) {
    super.setData(data);
    this.#age = data.age ?? (() => Infinity);
  }

  /** @param {number} width @param {number} height @param {number} ratio */
  resize(width, height, ratio) {
    super.resize(width, height, ratio);
    // They grow with the reader's text.
    this.#figures = FIGURES_REM * (parseFloat(getComputedStyle(document.documentElement).fontSize) || 16);
  }

  /** @param {number} cursor @param {{node?:number}|null} hover */
  draw(cursor, hover) {
    const c = this.begin();
    this.#lens = null;
    if (!this.theme || !this.map) return;
    this.#refresh();
    const state = this.stateAt(cursor);
    const active = state ? Math.max(0, state.layer) : -1;
    this.cached(`${this.mapKey()}|${active}`, (layer) => this.#drawSheets(layer, active));
    drawMarks(c, this.map, (/** @type {number} */ x, /** @type {number} */ y) => this.#sheets.place(0, x, y), this.theme);
    if (state) this.#drawSearch(c, state, hover);
    else this.#drawEntry(c, null);
    if (!this.isLensLarge || !this.#lens) this.#drawHover(c, hover);
  }

  /** Where the lens is drawn and how large, if it is. */
  get lens() {
    return this.#lens && { x: this.#lens.x, y: this.#lens.y, radius: this.#lens.radius };
  }

  /** @param {number} x @param {number} y @returns {{node:number}|{lens:true}|null} */
  pick(x, y) {
    if (!this.map) return null;
    const lens = this.#lens;
    if (lens && Math.hypot(x - lens.x, y - lens.y) < lens.radius) {
      if (!this.isLensLarge) return { lens: true };
      const node = lens.nodeAt(x, y);
      return node >= 0 ? { node } : { lens: true };
    }
    this.#refresh();
    const layer = this.#sheets.layerAt(x, y);
    if (layer < 0) return null;
    const at = this.#sheets.unplace(layer, x, y);
    let node = -1;
    let least = PICK_PIXELS ** 2;
    const reach = PICK_PIXELS / (this.#sheets.sheets[layer].vy * this.camera.scale);
    /** @param {number} i */
    const consider = (i) => {
      if (this.map.nodeLevel[i] < layer) return;
      const p = this.#sheets.place(layer, this.map.nodeX[i], this.map.nodeY[i]);
      const square = (p.x - x) ** 2 + (p.y - y) ** 2;
      if (square > least) return;
      least = square;
      node = i;
    };
    this.grid.forEachIn(at.x - reach, at.y - reach, at.x + reach, at.y + reach, consider);
    for (const places of this.search?.placed ?? []) places.node.forEach(consider);
    return node >= 0 ? { node } : null;
  }

  /** @param {number} x @param {number} y */
  place(x, y) {
    return this.#refresh().place(0, x, y);
  }

  get #layers() {
    return Math.max(1, Math.min(MAX_SHEETS, this.map.levels));
  }

  get #column() {
    return this.width < LEAST_WITH_FIGURES ? 2 * this.#lensRadius + 30 : this.#figures;
  }

  get #lensRadius() {
    return Math.max(58, Math.min((this.#figures - 20) / 2, this.width * 0.1, this.height * 0.2));
  }

  /** Lays the sheets out for the present size and camera. */
  #refresh() {
    const side = this.#column;
    const room = { x: side, y: 14, width: this.width - side - 6, height: this.height - 40 };
    return (this.#sheets = new Sheets(this.#layers, room, this.camera));
  }

  /** @param {number} layer */
  #nodesOn(layer) {
    const counted = this.index?.levels?.[layer];
    if (counted !== undefined) return counted;
    return this.map.nodeLevel.reduce((/** @type {number} */ sum, /** @type {number} */ level) => sum + Number(level >= layer), 0);
  }

  /** @param {Drawing} c @param {number} active */
  #drawSheets(c, active) {
    const { map, theme, marksMisplaced } = this;
    const sheets = this.#sheets;
    for (let layer = 0; layer < this.#layers; layer += 1) {
      const drawGround = (/** @type {import("../render/raster.js").Affine} */ at) => layer === 0 && this.drawDepths(c, at, "sheet");
      drawSheet(c, { map, theme, sheets, layer, isActive: layer === active, nodes: this.#nodesOn(layer), drawGround, zoom: this.camera.scale, marksMisplaced });
    }
  }

  /** @param {number} layer @param {number} node */
  #point(layer, node) {
    const x = this.map.nodeX[node];
    if (!(x >= 0) || layer >= this.#layers) return null;
    return this.#sheets.place(Math.max(0, layer), x, this.map.nodeY[node]);
  }

  /**
   * The entry point on the uppermost sheet, named on the side that is turned away from the query.
   * @param {Drawing} c @param {Point|null} query
   */
  #drawEntry(c, query) {
    const { theme, map } = this;
    const p = this.#point(this.#layers - 1, this.index?.entryPoint);
    if (!p) return;
    diamond(c, p.x, p.y, 8, theme);
    const isRight = query !== null && query.x < map.nodeX[this.index.entryPoint];
    label(c, "entry", p.x + (isRight ? 13 : -13), p.y, theme, { font: `700 11px ${theme.faces.heading}`, color: theme.entry, align: isRight ? "left" : "right" });
  }

  /** @param {Drawing} c @param {Picture} state @param {Hover|null} hover */
  #drawSearch(c, state, hover) {
    const { theme, search } = this;
    const { place } = search;
    const sheets = this.#sheets;
    const view = { theme, state, search, k: search.header.k, age: this.#age, point: this.#point.bind(this) };
    if (place) this.#drawPlumb(c, state, place);
    const { drawn, met } = drawMet(c, view);
    if (drawn < met) note(c, `the latest ${count(drawn)} of ${count(met)} nodes met are marked`, this.width - 10, 10, theme, "right");
    drawPresent(c, view);
    drawCandidates(c, view);
    drawRoute(c, view);
    this.#drawEntry(c, place);
    for (const { node } of this.missed) {
      const p = this.#point(0, node);
      if (p) missedRing(c, p.x, p.y, 7, theme);
    }
    for (let layer = 0; place && layer < this.#layers; layer += 1) {
      const p = sheets.place(layer, place.x, place.y);
      crosshair(c, p.x, p.y, layer === state.layer ? 12 : 9, theme);
      if (layer === this.#layers - 1) label(c, "query", p.x, p.y + 21, theme, { font: `700 11px ${theme.faces.heading}`, align: "center" });
    }
    this.#drawResults(c, state);
    if (place && this.#soundings) drawSoundings(c, sheets, place, this.#soundings.values, theme);
    const onBase = state.layer <= 0 && state.cursor > 0 && (state.results.length > 0 || state.candidates.length > 0);
    if (place && onBase) this.#drawLens(c, state, place, hover);
  }

  /**
   * The plumb line through all sheets, and rings on the map round its foot.
   * @param {Drawing} c @param {Picture} state @param {NonNullable<Search["place"]>} place
   */
  #drawPlumb(c, state, place) {
    const { theme, search } = this;
    const map = /** @type {LayoutMap} */ (/** @type {unknown} */ (this.map));
    const sheets = this.#sheets;
    for (let layer = 0; layer < this.#layers; layer += 1) drawIsobaths(c, sheets, layer, place, theme);
    c.beginPath();
    sheets.circle(c, 0, place.x, place.y, place.spread);
    vagueness(c, theme);
    if (this.#soundings?.search !== search || this.#soundings?.cursor !== state.cursor) {
      const measured = [...measuredNodes(search, state.cursor)].map(([node, distance]) => ({
        radius: Math.hypot(map.nodeX[node] - place.x, map.nodeY[node] - place.y), distance,
      }));
      this.#soundings = { search, cursor: state.cursor, values: ringSoundings(ISOBATHS, measured) };
    }
    c.setLineDash([2, 4]);
    c.beginPath();
    for (let layer = this.#layers - 1; layer >= 0; layer -= 1) {
      const p = sheets.place(layer, place.x, place.y);
      c.lineTo(p.x, p.y);
    }
    stroke(c, theme.query, 1.5);
    c.setLineDash([]);
  }

  /** @param {Drawing} c @param {Picture} state */
  #drawResults(c, state) {
    const results = state.results.slice(0, this.search.header.k);
    const sheet = this.#sheets.sheets[0];
    const media = /** @type {(node:number)=>CanvasImageSource|null} */ (this.media);
    const { place } = this.search;
    const ended = this.search.columns.kind[state.cursor - 1] === Kind.stop ? this.#age(state.cursor - 1) : Infinity;
    drawResultMarks(c, {
      theme: this.theme, spots: results.map((r) => this.#point(0, r.node)), image: (i) => media(results[i].node), isOver: state.stopReason !== null,
      centre: place && this.#sheets.place(0, place.x, place.y), radiusX: Math.max(110, sheet.ux * 0.26), radiusY: Math.max(70, sheet.vy * 0.42),
      width: 56, bounds: { x: this.#column, y: 4, width: this.width - this.#column - 4, height: this.height - 8 }, growth: (i) => settleGrowth(ended, i),
    });
  }

  /** @param {Drawing} c @param {Picture} state @param {NonNullable<Search["place"]>} place @param {Hover|null} hover */
  #drawLens(c, state, place, hover) {
    const { width, height, theme, isLensLarge } = this;
    const radius = isLensLarge ? Math.min(width, height) / 2 - 30 : this.#lensRadius;
    const x = isLensLarge ? width / 2 : radius + 12;
    const y = isLensLarge ? height / 2 - 14 : height - radius - 44;
    if (isLensLarge) {
      c.fillStyle = withAlpha(theme.background, 0.8);
      c.fillRect(0, 0, width, height);
    }
    const lens = drawLens(c, { map: this.map, theme, state, search: this.search, grid: this.grid, centre: place, x, y, radius, hover, missed: this.missed });
    this.#lens = { x, y, radius, nodeAt: lens.nodeAt };
    if (!isLensLarge) drawSight(c, this.#sheets, this.#lens, place, lens.reach || place.spread, theme);
    const { projection } = this.search;
    const lines = isLensLarge && projection ? projection.lines : [projection ? "local map, projected" : "projected, layer 0", "click to enlarge"];
    lines.forEach((/** @type {string} */ line, /** @type {number} */ i) => note(c, line, x, y + radius + 15 + 14 * i, theme));
  }

  /** @param {Drawing} c @param {Hover|null} hover */
  #drawHover(c, hover) {
    if (hover?.node === undefined) return;
    const top = Math.min(this.#layers - 1, this.map.nodeLevel[hover.node] ?? 0);
    for (let layer = 0; layer <= top; layer += 1) {
      const p = this.#point(layer, hover.node);
      if (p) ring(c, p.x, p.y, 7, this.theme.text, this.theme, 1.8);
    }
  }
}
