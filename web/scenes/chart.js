import { count, mapProgress, qualityText } from "../format.js";
import { tilesOver } from "../tiles.js";
import { mix, withAlpha } from "../theme.js";
import { Scene } from "./scene.js";
import { nearestAmong } from "./grid.js";
import { cellAt, cellPath, drawLinks, drawMarks, drawMisplaced, drawNodes, drawTiles } from "./map-layer.js";
import { note, ring, stroke } from "./marks.js";
import { drawCells, drawScale } from "../chart/cells-picture.js";
import { everyLayer, lowestShown, shownLayers } from "../chart/layers.js";
import { nearestReaching } from "../chart/lasso.js";
import { drawSearch } from "../chart/search-picture.js";
import { drawCellSelection, drawLabels, drawLasso, drawSelection } from "../chart/selection-picture.js";

const PICK_PIXELS = 12;

/**
 * What the chart's panels tell its scene.
 * @typedef {object} Chosen
 * @property {import("../chart/layers.js").LayerChoice|null} layers
 * @property {import("../chart/selection.js").Selection} selection
 * @property {{outline:readonly {x:number,y:number}[],nodes:readonly number[],isOpen:boolean}|null} lasso
 * @property {(map:any,scale:number)=>import("../chart/labels.js").Label[]} labels
 * @property {number} labelled rises when labels are others
 */

/** The whole index from above: every level of a graph, or the cells of an IVF, with the selected search over it. */
export class ChartScene extends Scene {
  /** @type {Chosen|null} */
  chosen = null;
  /** Labels that were drawn. @type {{x:number,y:number,text:string}[]} */
  labels = [];

  /** @param {any} data */
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
    this.cached(`${this.mapKey()}|${layers?.shown}|${layers?.linked}|${labelled}`, (layer) => this.#drawMap(layer));
    const state = this.stateAt(cursor);
    if (state) drawSearch(c, this, state);
    this.#drawChosen(c);
    this.#drawHover(c, hover);
    drawMarks(c, this.map, this.placer(), this.theme);
    this.#drawNotes(c);
  }

  /** @returns {{node:number}|{cell:number}|null} */
  pick(x, y) {
    if (!this.map) return null;
    const reach = PICK_PIXELS / this.frame().size;
    const at = this.unplace(x, y);
    const lowest = lowestShown(this.layers);
    let node = -1;
    if (lowest > 0) node = nearestReaching(this.map, lowest, at.x, at.y, reach);
    else {
      node = nearestAmong([...(this.#tiles ?? []), ...(this.search?.placed ?? [])], at.x, at.y, reach);
      if (node < 0) node = this.grid.nearest(at.x, at.y, reach);
    }
    if (node >= 0) return { node };
    const cell = this.map.cells ? cellAt(this.map.cells, at.x, at.y) : -1;
    return cell >= 0 ? { cell } : null;
  }

  /** The layers that are shown; all of them unless somebody chose. */
  get layers() {
    return this.chosen?.layers ?? everyLayer(this.map.structure === "hnsw" ? this.map.levels : 1);
  }

  /** Where the map lies on the canvas, a square in the middle, stretched a little where the view is wide. */
  frame(camera = this.camera) {
    // Cells fill the frame; points keep clear of it.
    const margin = this.map.cells ? 0 : 22;
    const shape = this.map.cells ? Infinity : 1;
    const { scale, x, y } = camera;
    const wide = Math.min(this.width - 2 * margin, (this.height - 2 * margin) * 1.7 * shape);
    const high = Math.min(this.height - 2 * margin, (this.width - 2 * margin) * 1.3 * shape);
    return {
      x: ((this.width - wide) / 2) * scale + x, y: ((this.height - high) / 2) * scale + y,
      width: wide * scale, height: high * scale, size: Math.min(wide, high) * scale,
    };
  }

  placer() {
    const f = this.frame();
    return (x, y) => ({ x: f.x + x * f.width, y: f.y + y * f.height });
  }

  /** A point of the canvas on the map, 0 … 1. */
  unplace(x, y) {
    const f = this.frame();
    return { x: (x - f.x) / f.width, y: (y - f.y) / f.height };
  }

  /** Where a node is on the canvas; null where the map has no place for it. @param {number} node */
  pointOf(node) {
    const x = this.map.nodeX[node];
    return x >= 0 ? this.placer()(x, this.map.nodeY[node]) : null;
  }

  /** The part of the map that is in sight. */
  sight() {
    const [from, to] = [this.unplace(0, 0), this.unplace(this.width, this.height)];
    return { x0: from.x, y0: from.y, x1: to.x, y1: to.y };
  }

  /** Brings a place of the map to the middle. @param {number} x 0 … 1 @param {number} y @param {number} scale */
  lookAt(x, y, scale = this.camera.scale) {
    const f = this.frame({ scale, x: 0, y: 0 });
    this.camera = { scale, x: this.width / 2 - f.x - x * f.width, y: this.height / 2 - f.y - y * f.height };
    this.pan(0, 0);
  }

  #affine() {
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
  get #tiles() {
    if (!this.map.shown) return [];
    return this.tiles?.inSight(this.map.revision) ?? [];
  }

  #drawMap(c) {
    const { theme, map } = this;
    const place = this.placer();
    const frame = this.frame();
    c.fillStyle = theme.name === "dark" ? theme.land : theme.background2;
    c.beginPath();
    c.roundRect(1, 1, this.width - 2, this.height - 2, 14);
    c.fill();
    c.save();
    c.clip();
    c.imageSmoothingQuality = "high";
    if (map.cells) drawCells(c, map.cells, theme, place, frame.size);
    else c.drawImage(this.density(theme.depths[3]), frame.x, frame.y, frame.width, frame.height);
    this.#drawGraticule(c);
    this.#drawLayers(c);
    this.drawEntry(c, place);
    const entry = this.pointOf(this.index?.entryPoint);
    const labels = this.chosen?.labels(map, this.camera.scale) ?? [];
    this.labels = drawLabels(c, labels, theme, { place, room: this, taken: entry ? [{ x: entry.x, y: entry.y + 8, width: 44, height: 40 }] : [] });
    if (this.marksMisplaced) drawMisplaced(c, map, place, theme);
    c.restore();
    c.strokeStyle = theme.line2;
    c.lineWidth = 1;
    c.beginPath();
    c.roundRect(0.5, 0.5, this.width - 1, this.height - 1, 14);
    c.stroke();
  }

  /** Nodes and links of the layers that are shown, the lowest first. */
  #drawLayers(c) {
    const { theme, map, layers } = this;
    const at = this.#affine();
    const { scale } = this.camera;
    const zoom = Math.min(2, Math.sqrt(scale));
    const top = layers.shown.length - 1;
    const shown = shownLayers(layers);
    const tiles = this.#tiles;
    for (const level of shown) {
      const deep = top === 0 ? 0 : level / top;
      if (layers.linked[level]) drawLinks(c, map, level, at, { color: theme.link, alpha: 0.14 + 0.2 * deep, width: 0.7 + 0.4 * deep });
      if (level === 0) {
        const crowd = crowding(map.placed / scale ** 2 + tiles.reduce((sum, tile) => sum + tile.node.length, 0));
        const base = { color: theme.node, alpha: 0.3 + 0.4 * crowd, radius: (0.7 + 0.8 * crowd) * zoom };
        drawNodes(c, map, 0, at, base);
        drawTiles(c, map, tiles, at, base);
        continue;
      }
      const thin = crowding((this.index?.levels?.[level] ?? 0) / scale ** 2);
      drawNodes(c, map, level, at, { color: mix(theme.node, theme.text, deep * 0.7), alpha: 0.3 + 0.5 * thin, radius: (0.7 + (0.9 + 1.1 * level) * thin) * zoom });
    }
  }

  #drawGraticule(c) {
    c.strokeStyle = withAlpha(this.theme.line2, 0.28);
    c.lineWidth = 0.6;
    c.beginPath();
    const { x, y, width } = this.frame();
    const step = width / 10;
    for (let gx = x % step; gx < this.width; gx += step) {
      c.moveTo(gx, 0);
      c.lineTo(gx, this.height);
    }
    for (let gy = y % step; gy < this.height; gy += step) {
      c.moveTo(0, gy);
      c.lineTo(this.width, gy);
    }
    c.stroke();
  }

  #drawChosen(c) {
    const { theme, map, chosen } = this;
    if (!chosen) return;
    const { selection, lasso } = chosen;
    const place = this.placer();
    const pointOf = (node) => this.pointOf(node);
    if (lasso) drawLasso(c, lasso, theme, place, pointOf);
    if (selection.cell !== null && map.cells) drawCellSelection(c, map.cells, selection.cell, theme, place);
    drawSelection(c, selection, theme, pointOf);
    if (selection.route) this.drawEntry(c, place);
  }

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

  #drawNotes(c) {
    const { map, theme, camera } = this;
    if (map.cells) drawScale(c, map.cells, theme, 10, this.height - 10);
    else {
      const drawn = map.placed < map.total ? ` · ${count(map.placed)} drawn` : "";
      note(c, `${count(map.total)} vectors${drawn} · zoom ${camera.scale.toFixed(1)}`, 14, this.height - 14, theme, "left");
    }
    note(c, noteOf(map), this.width - 14, this.height - 14, theme, "right");
  }
}

/** 1 while the dots in sight have room, less the more there are. @param {number} dots */
const crowding = (dots) => Math.min(1, Math.sqrt(2500 / Math.max(1, dots)));

/** What a map is, or how far it has got. */
function noteOf(map) {
  const progress = mapProgress(map);
  if (progress) return progress;
  if (map.quality) return `projected: ${qualityText(map.quality)}`;
  return map.structure === "hnsw" ? "projected: positions only resemble distances" : "projected";
}
