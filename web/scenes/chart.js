import { mapProgress, qualityText } from "../format.js";
import { tilesOver } from "../tiles.js";
import { mix, withAlpha } from "../theme.js";
import { Scene } from "./scene.js";
import { nearestAmong } from "./grid.js";
import { drawMapLayers } from "../render/plates.js";
import { cellAt, cellPath, drawMarks, drawMisplaced, linkLayer, nodeLayer, tileLayer } from "./map-layer.js";
import { drawCoarseWalk } from "./coarse.js";
import { barredDot, crosshair, missedRing, note, ring, routeLine, stroke, vagueness } from "./marks.js";
import { drawResultMarks } from "./result-marks.js";

const PICK_PIXELS = 12;
/** Candidates drawn as rings; more would cover the map. */
const MAX_RINGS = 400;
/** Nodes that may not be results, likewise. */
const MAX_BARRED = 2000;

/** The whole index from above: every level of a graph, or the cells of an IVF, with the selected search over it. */
export class ChartScene extends Scene {
  /** @param {number} cursor @param {{node?:number,cell?:number}|null} hover */
  draw(cursor, hover) {
    const c = this.begin();
    if (!this.theme || !this.map) return;
    if (this.map.shown) this.tiles?.see(this.#tilesInSight());
    this.cached(this.mapKey(), (layer) => this.#drawMap(layer));
    const state = this.stateAt(cursor);
    if (state) this.#drawSearch(c, state);
    this.#drawHover(c, hover);
    drawMarks(c, this.map, this.#placer(), this.theme);
    note(c, noteOf(this.map), this.width - 14, this.height - 14, this.theme, "right");
  }

  /** @returns {{node:number}|{cell:number}|null} */
  pick(x, y) {
    if (!this.map) return null;
    const reach = PICK_PIXELS / this.#frame().size;
    const at = this.#unplace(x, y);
    let node = nearestAmong([...(this.#tiles ?? []), ...(this.search?.placed ?? [])], at.x, at.y, reach);
    if (node < 0) node = this.grid.nearest(at.x, at.y, reach);
    if (node >= 0) return { node };
    const cell = this.map.cells ? cellAt(this.map.cells, at.x, at.y) : -1;
    return cell >= 0 ? { cell } : null;
  }

  /** The map is a square in the middle, stretched a little where the view is wide. */
  #frame() {
    // Cells fill the frame; points keep clear of it.
    const margin = this.map.cells ? 0 : 22;
    const shape = this.map.cells ? Infinity : 1;
    const { scale, x, y } = this.camera;
    const wide = Math.min(this.width - 2 * margin, (this.height - 2 * margin) * 1.7 * shape);
    const high = Math.min(this.height - 2 * margin, (this.width - 2 * margin) * 1.3 * shape);
    return {
      x: ((this.width - wide) / 2) * scale + x, y: ((this.height - high) / 2) * scale + y,
      width: wide * scale, height: high * scale, size: Math.min(wide, high) * scale,
    };
  }

  place(x, y) {
    return this.#placer()(x, y);
  }

  #placer() {
    const f = this.#frame();
    return (x, y) => ({ x: f.x + x * f.width, y: f.y + y * f.height });
  }

  #unplace(x, y) {
    const f = this.#frame();
    return { x: (x - f.x) / f.width, y: (y - f.y) / f.height };
  }

  #affine() {
    const f = this.#frame();
    return { ox: f.x, oy: f.y, ux: f.width, uy: 0, vx: 0, vy: f.height };
  }

  /** Tiles of the part in sight, when that is closer up than the whole map: that far the map's own sample goes. */
  #tilesInSight() {
    const f = this.#frame();
    const [from, to] = [this.#unplace(0, 0), this.#unplace(this.width, this.height)];
    const over = Math.max(0, Math.floor(Math.log2(f.size / this.camera.scale / 256)));
    return tilesOver({ x0: from.x, y0: from.y, x1: to.x, y1: to.y }, f.size, over);
  }

  /** What there is of the tiles in sight, with its nodes' places known to the map. */
  get #tiles() {
    if (!this.map.shown) return [];
    return this.tiles?.inSight(this.map.revision) ?? [];
  }

  #drawMap(c) {
    const { theme, map } = this;
    const place = this.#placer();
    c.fillStyle = theme.land;
    c.beginPath();
    c.roundRect(1, 1, this.width - 2, this.height - 2, 14);
    c.fill();
    c.save();
    c.clip();
    this.#drawGraticule(c);
    if (map.cells) this.#drawCells(c, place);
    else this.drawDepths(c, this.#affine(), "land");
    const at = this.#affine();
    const top = map.structure === "hnsw" ? map.levels - 1 : 0;
    const { scale } = this.camera;
    const zoom = Math.min(2, Math.sqrt(scale));
    const layers = [];
    if (top === 0 && map.structure === "hnsw") layers.push(linkLayer(0, at, { color: theme.link, alpha: 0.16, width: 0.7 }));
    const tiles = this.#tiles;
    const crowd = crowding(map.placed / scale ** 2 + tiles.reduce((sum, tile) => sum + tile.node.length, 0));
    const base = { color: theme.node, alpha: 0.3 + 0.4 * crowd, radius: (0.7 + 0.8 * crowd) * zoom };
    layers.push(nodeLayer(0, at, base));
    if (tiles.length) layers.push(tileLayer(map, tiles, at, base));
    for (let level = 1; level <= top; level += 1) {
      const deep = level / top;
      const thin = crowding((this.index?.levels?.[level] ?? 0) / scale ** 2);
      layers.push(linkLayer(level, at, { color: theme.link, alpha: 0.12 + 0.3 * deep, width: 0.7 + 0.5 * deep }));
      const style = { color: mix(theme.node, theme.text, deep * 0.7), alpha: 0.3 + 0.5 * thin, radius: (0.7 + (0.9 + 1.1 * level) * thin) * zoom };
      layers.push(nodeLayer(level, at, style));
    }
    drawMapLayers(c, map, layers);
    this.drawEntry(c, place);
    if (this.marksMisplaced) drawMisplaced(c, map, place, theme);
    c.restore();
    c.strokeStyle = theme.line2;
    c.lineWidth = 1;
    c.beginPath();
    c.roundRect(0.5, 0.5, this.width - 1, this.height - 1, 14);
    c.stroke();
  }

  #drawGraticule(c) {
    c.strokeStyle = withAlpha(this.theme.line2, 0.35);
    c.lineWidth = 0.6;
    c.beginPath();
    const { x, y, width } = this.#frame();
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

  #drawCells(c, place) {
    const { theme } = this;
    const { cells } = this.map;
    const most = cells.size.reduce((a, b) => Math.max(a, b), 1);
    for (let cell = 0; cell < cells.x.length; cell += 1) {
      const share = Math.sqrt(cells.size[cell] / most);
      c.beginPath();
      cellPath(c, cells, cell, place);
      c.fillStyle = theme.name === "dark" ? mix(theme.land, "#274b7d", share) : mix(theme.land, theme.depths[3], share);
      c.fill();
      stroke(c, withAlpha(theme.line2, 0.9), 0.8);
    }
    const each = this.#frame().size / Math.sqrt(cells.x.length);
    if (each < 22) return;
    const taken = [];
    for (let cell = 0; cell < cells.x.length; cell += 1) {
      const p = place(cells.x[cell], cells.y[cell]);
      if (taken.some((t) => Math.abs(t.x - p.x) < 22 && Math.abs(t.y - p.y) < 13)) continue;
      taken.push(p);
      note(c, String(cells.size[cell]), p.x, p.y, theme, "center", "transparent");
    }
  }

  #drawSearch(c, state) {
    const { theme, map } = this;
    const place = this.#placer();
    const point = (node) => (map.nodeX[node] === map.nodeX[node] && node < map.nodeX.length ? place(map.nodeX[node], map.nodeY[node]) : null);
    if (map.cells) {
      drawCoarseWalk(c, { map, theme, state, place });
      state.perCell.forEach((row) => {
        c.beginPath();
        cellPath(c, map.cells, row.cell, place);
        c.fillStyle = withAlpha(theme.route, row.cell === state.openCell ? 0.5 : 0.32);
        c.fill();
        stroke(c, theme.route, row.cell === state.openCell ? 2.4 : 1.5);
      });
    }
    c.fillStyle = theme.rejected;
    for (const nodes of state.visited.values()) {
      if (map.structure !== "hnsw" && nodes.size > 5000) continue;
      c.beginPath();
      for (const node of nodes) {
        const p = state.barred.has(node) ? null : point(node);
        if (p) c.rect(p.x - 1.6, p.y - 1.6, 3.2, 3.2);
      }
      c.fill();
    }
    if (state.barred.size <= MAX_BARRED) for (const node of state.barred) {
      const p = point(node);
      if (p) barredDot(c, p.x, p.y, 2.6, theme);
    }
    for (const candidate of state.candidates.slice(0, MAX_RINGS)) {
      const p = point(candidate.node);
      if (p) ring(c, p.x, p.y, 3.6, theme.candidate, theme, 1.3);
    }
    const route = state.route.map((step) => point(step.node)).filter((p) => p !== null);
    routeLine(c, /** @type {any} */ (route), theme, 2.8);
    for (const { node } of this.missed) {
      const p = point(node);
      if (p) missedRing(c, p.x, p.y, 7, theme);
    }
    this.drawEntry(c, place);
    const spot = this.search.place;
    const query = spot ? place(spot.x, spot.y) : null;
    if (query) {
      const { width, height } = this.#frame();
      c.beginPath();
      c.ellipse(query.x, query.y, spot.spread * width, spot.spread * height, 0, 0, 7);
      vagueness(c, theme);
    }
    const results = state.results.slice(0, this.search.header.k);
    drawResultMarks(c, {
      theme, spots: results.map((r) => point(r.node)), image: (i) => this.media(results[i].node), isOver: state.stopReason !== null,
      centre: query, radiusX: 130, radiusY: 105, width: 64, bounds: { x: 6, y: 6, width: this.width - 12, height: this.height - 30 },
    });
    if (query) crosshair(c, query.x, query.y, 12, theme);
  }

  #drawHover(c, hover) {
    const { map, theme } = this;
    if (!hover) return;
    const place = this.#placer();
    if (hover.node !== undefined && map.nodeX[hover.node] === map.nodeX[hover.node]) {
      const p = place(map.nodeX[hover.node], map.nodeY[hover.node]);
      ring(c, p.x, p.y, 8, theme.text, theme, 2);
    } else if (hover.cell !== undefined && map.cells) {
      c.beginPath();
      cellPath(c, map.cells, hover.cell, place);
      stroke(c, theme.text, 2);
    }
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
