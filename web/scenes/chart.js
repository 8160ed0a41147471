import { tilesOver } from "../tiles.js";
import { withAlpha } from "../theme.js";
import { Scene } from "./scene.js";
import { nearestAmong } from "./grid.js";
import { cellAt, cellPath, drawMarks } from "./map-layer.js";
import { ring, stroke } from "./marks.js";
import { everyLayer, lowestShown } from "../chart/layers.js";
import { nearestReaching } from "../chart/lasso.js";
import { drawMap, drawNotes, FOOT_PIXELS } from "../chart/map-picture.js";
import { drawSearch } from "../chart/search-picture.js";
import { drawCellSelection, drawLasso, drawSelection } from "../chart/selection-picture.js";

/** Where there are cells between them, nodes are hit from nearer by. */
const PICK_PIXELS = Object.freeze({ node: 12, nodeInCell: 5 });
/** Square pixels that a node needs for itself to be hit within a cell. */
const CROWDED_PIXELS = 120;

/**
 * What the chart's panels tell its scene.
 * @typedef {object} Chosen
 * @property {import("../chart/layers.js").LayerChoice|null} layers
 * @property {import("../chart/selection.js").Selection} selection
 * @property {{outline:readonly Point[],nodes:readonly number[],isOpen:boolean}|null} lasso
 * @property {(map:LayoutMap,scale:number)=>import("../chart/labels.js").Label[]} labels
 * @property {number} labelled rises when labels are others
 */

/** The whole index from above: every level of a graph, or the cells of an IVF, with the selected search over it. */
export class ChartScene extends Scene {
  /** @type {Chosen|null} */
  chosen = null;
  /**
   * Labels that were drawn.
   * @type {import("../chart/cells-picture.js").Box[]}
   */
  labels = [];

  /** @param {Parameters<Scene["setData"]>[0]&{chosen?:Chosen|null}} data */
  setData(data) {
    super.setData(data);
    this.chosen = data.chosen ?? null;
  }

  /** @param {number} cursor @param {{node?:number,cell?:number}|null} hover */
  draw(cursor, hover) {
    const c = this.begin();
    if (!this.theme || !this.map) return;
    if (this.map.shown) this.tiles?.see(this.#tilesInSight());
    const { layers, labelled } = this.chosen ?? {};
    this.cached(`${this.mapKey()}|${layers?.shown}|${layers?.linked}|${labelled}`, (layer) => (this.labels = drawMap(layer, this)));
    const state = this.stateAt(cursor);
    if (state) drawSearch(c, this, state);
    this.#drawChosen(c);
    this.#drawHover(c, hover);
    drawMarks(c, this.map, this.placer(), this.theme);
    drawNotes(c, this);
  }

  /** @param {number} x CSS pixels @param {number} y @returns {Hover|null} */
  pick(x, y) {
    if (!this.map) return null;
    const { width, height, size } = this.frame();
    // Where nodes lie close together, their cell is meant.
    const isCrowded = this.map.cells && (width * height) / this.map.placed < CROWDED_PIXELS;
    const reach = isCrowded ? 0 : (this.map.cells ? PICK_PIXELS.nodeInCell : PICK_PIXELS.node) / size;
    const at = this.unplace(x, y);
    const lowest = lowestShown(this.layers);
    let node = -1;
    if (lowest > 0) node = nearestReaching(this.map, lowest, at.x, at.y, reach);
    else {
      node = nearestAmong([...(this.tilesThere), ...(this.search?.placed ?? [])], at.x, at.y, reach);
      if (node < 0) node = this.grid.nearest(at.x, at.y, reach);
    }
    if (node >= 0) return { node };
    const cell = this.map.cells ? cellAt(this.map.cells, at.x, at.y) : -1;
    return cell >= 0 ? { cell } : null;
  }

  /** The layers that are shown; all of them unless somebody chose. */
  get layers() {
    return this.chosen?.layers ?? everyLayer(this.map.structure === "hnsw" ? this.map.levels : 1, this.index?.levels);
  }

  /** Where the map lies on the canvas, a square in the middle, stretched a little where the view is wide. */
  frame(camera = this.camera) {
    // Cells fill the frame; points keep clear of it, and of what is written at its foot.
    const margin = this.map.cells ? 0 : 22;
    const tall = this.height - (this.map.cells ? 0 : FOOT_PIXELS / 2);
    const shape = this.map.cells ? Infinity : 1;
    const { scale, x, y } = camera;
    const wide = Math.min(this.width - 2 * margin, (tall - 2 * margin) * 1.7 * shape);
    const high = Math.min(tall - 2 * margin, (this.width - 2 * margin) * 1.3 * shape);
    return {
      x: ((this.width - wide) / 2) * scale + x, y: ((tall - high) / 2) * scale + y,
      width: wide * scale, height: high * scale, size: Math.min(wide, high) * scale,
    };
  }

  /** @returns {Place} */
  placer() {
    const f = this.frame();
    return (x, y) => ({ x: f.x + x * f.width, y: f.y + y * f.height });
  }

  /** @param {number} x of the map, 0 … 1 @param {number} y */
  place(x, y) {
    return this.placer()(x, y);
  }

  /**
   * A point of the canvas on the map, 0 … 1.
   * @param {number} x CSS pixels @param {number} y
   */
  unplace(x, y) {
    const f = this.frame();
    return { x: (x - f.x) / f.width, y: (y - f.y) / f.height };
  }

  /**
   * Where a node is on the canvas; null where the map has no place for it.
   * @param {number|undefined} node @returns {Point|null}
   */
  pointOf(node) {
    const x = node === undefined ? NaN : this.map.nodeX[node];
    return node !== undefined && x >= 0 ? this.place(x, this.map.nodeY[node]) : null;
  }

  /** The part of the map that is in sight. */
  sight() {
    const [from, to] = [this.unplace(0, 0), this.unplace(this.width, this.height)];
    return { x0: from.x, y0: from.y, x1: to.x, y1: to.y };
  }

  /**
   * Brings a place of the map to the middle.
   * @param {number} x 0 … 1 @param {number} y @param {number} scale
   */
  lookAt(x, y, scale = this.camera.scale) {
    const f = this.frame({ scale, x: 0, y: 0 });
    this.look({ scale, x: this.width / 2 - f.x - x * f.width, y: this.height / 2 - f.y - y * f.height });
  }

  /** @returns {import("./map-layer.js").Affine} */
  affine() {
    const f = this.frame();
    return { ox: f.x, oy: f.y, ux: f.width, uy: 0, vx: 0, vy: f.height };
  }

  /** Tiles of the part in sight, when that is closer up than the whole map: that far the map's own sample goes. */
  #tilesInSight() {
    const { size } = this.frame();
    const over = Math.max(0, Math.floor(Math.log2(size / this.camera.scale / 256)));
    return tilesOver(this.sight(), size, over);
  }

  /** What there is of the tiles in sight, with its nodes' places known to the map. */
  get tilesThere() {
    if (!this.map.shown) return [];
    return this.tiles?.inSight(this.map.revision) ?? [];
  }

  /** @param {Drawing} c */
  #drawChosen(c) {
    const { theme, map, chosen } = this;
    if (!chosen) return;
    const { selection, lasso } = chosen;
    const place = this.placer();
    const pointOf = (/** @type {number} */ node) => this.pointOf(node);
    if (selection.route) this.#veil(c);
    if (lasso) drawLasso(c, lasso, theme, place, pointOf);
    if (selection.cell !== null && map.cells) drawCellSelection(c, map.cells, selection.cell, theme, place);
    drawSelection(c, selection, theme, pointOf);
    if (selection.route) this.drawEntry(c, place);
  }

  /**
   * The map steps back for what is drawn over it.
   * @param {Drawing} c
   */
  #veil(c) {
    c.fillStyle = withAlpha(this.theme.land, 0.4);
    c.beginPath();
    c.roundRect(1, 1, this.width - 2, this.height - 2, 14);
    c.fill();
  }

  /** @param {Drawing} c @param {Hover|null} hover */
  #drawHover(c, hover) {
    const { map, theme } = this;
    if (!hover) return;
    const p = hover.node === undefined ? null : this.pointOf(hover.node);
    if (p) ring(c, p.x, p.y, 8, theme.text, theme, 2);
    else if (hover.cell !== undefined && map.cells) {
      c.beginPath();
      cellPath(c, map.cells, hover.cell, this.placer());
      stroke(c, theme.text, 2);
    }
  }
}
