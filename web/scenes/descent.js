import { mix, withAlpha } from "../theme.js";
import { Scene } from "./scene.js";
import { Sheets } from "./sheets.js";
import { drawLens } from "./lens.js";
import { drawMapLayers } from "../render/plates.js";
import { drawMarks, drawMisplaced, linkLayer, nodeLayer } from "./map-layer.js";
import { barredDot, crosshair, disc, dropLine, label, missedRing, note, ring, routeLine, stroke, vagueness } from "./marks.js";
import { drawResultMarks } from "./result-marks.js";

const MAX_SHEETS = 6;
const MAX_RINGS = 300;
const PICK_PIXELS = 12;
const ISOBATHS = [0.09, 0.18, 0.3, 0.45];

/** The layers of a graph as sheets at depth, and a search going down through them along the query's plumb line. */
export class DescentScene extends Scene {
  /** @type {Sheets|null} */
  #sheets = null;

  /** The lens is drawn over all sheets. */
  isLensLarge = false;
  /** The lens as it was last drawn. @type {{x:number,y:number,radius:number,nodeAt:(x:number,y:number)=>number}|null} */
  #lens = null;

  /** @param {number} cursor @param {{node?:number}|null} hover */
  draw(cursor, hover) {
    const c = this.begin();
    this.#lens = null;
    if (!this.theme || !this.map) return;
    this.#refresh();
    const state = this.stateAt(cursor);
    const active = state ? state.layer : -1;
    this.cached(`${this.mapKey()}|${active}`, (layer) => this.#drawSheets(layer, active));
    drawMarks(c, this.map, (x, y) => this.#sheets.place(0, x, y), this.theme);
    if (state) this.#drawSearch(c, state, hover);
    if (!this.isLensLarge || !this.#lens) this.#drawHover(c, hover);
  }

  /** Where the lens is drawn and how large, if it is. */
  get lens() {
    return this.#lens && { x: this.#lens.x, y: this.#lens.y, radius: this.#lens.radius };
  }

  /** @returns {{node:number}|{lens:true}|null} */
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

  place(x, y) {
    this.#refresh();
    return this.#sheets.place(0, x, y);
  }

  get #layers() {
    return Math.max(1, Math.min(MAX_SHEETS, this.map.structure === "hnsw" ? this.map.levels : 1));
  }

  get #lensRadius() {
    return Math.max(62, Math.min(112, this.width * 0.085, this.height * 0.17));
  }

  #refresh() {
    const side = 2 * this.#lensRadius + 34;
    const room = { x: side, y: 22, width: this.width - side - 20, height: this.height - 54 };
    this.#sheets = new Sheets(this.#layers, room, this.camera);
  }

  #nodesOn(layer) {
    const counted = this.index?.levels?.[layer];
    if (counted !== undefined) return counted;
    let count = 0;
    for (const level of this.map.nodeLevel) if (level >= layer) count += 1;
    return count;
  }

  #drawSheets(c, active) {
    for (let layer = 0; layer < this.#layers; layer += 1) this.#drawSheet(c, layer, layer === active);
  }

  #drawSheet(c, layer, active) {
    const { theme, map } = this;
    const sheets = /** @type {Sheets} */ (this.#sheets);
    const count = this.#layers;
    const depth = count > 1 ? (count - 1 - layer) / (count - 1) : 0;
    const shade = theme.depths[Math.round(depth * 3)];
    c.save();
    c.beginPath();
    sheets.outline(c, layer);
    c.shadowColor = theme.shadow;
    c.shadowBlur = 26;
    c.shadowOffsetY = 12;
    c.fillStyle = withAlpha(active ? mix(shade, theme.candidate, 0.07) : shade, 0.86);
    c.fill();
    c.restore();
    c.save();
    c.beginPath();
    sheets.outline(c, layer);
    c.clip();
    this.#drawGraticule(c, layer);
    const at = sheets.affine(layer);
    const place = (x, y) => sheets.place(layer, x, y);
    if (layer === 0) this.drawDepths(c, at, "sheet");
    const nodes = this.#nodesOn(layer);
    const crowd = Math.min(1, Math.sqrt(300 / Math.max(1, nodes)));
    const zoom = Math.sqrt(this.camera.scale);
    const links = linkLayer(layer, at, { color: theme.link, alpha: layer === 0 ? 0.08 : 0.16 + 0.24 * crowd, width: 0.6 + 0.4 * crowd });
    const dots = nodeLayer(layer, at, { color: theme.node, alpha: 0.25 + 0.65 * Math.sqrt(crowd), radius: (0.75 + 1.5 * crowd) * zoom });
    drawMapLayers(c, map, [links, dots]);
    if (layer === 0 && this.marksMisplaced) drawMisplaced(c, map, place, theme);
    c.restore();
    c.beginPath();
    sheets.outline(c, layer);
    stroke(c, active ? theme.candidate : theme.name === "dark" ? withAlpha("#7fa3d6", 0.5) : theme.line2, active ? 1.6 : 1);
    this.#drawName(c, layer, nodes, active);
    if (layer === count - 1) this.drawEntry(c, place);
  }

  #drawGraticule(c, layer) {
    const sheets = /** @type {Sheets} */ (this.#sheets);
    c.strokeStyle = withAlpha(this.theme.link, 0.1);
    c.lineWidth = 0.7;
    c.beginPath();
    for (let i = 1; i < 8; i += 1) {
      for (const [x0, y0, x1, y1] of [[i / 8, 0, i / 8, 1], [0, i / 8, 1, i / 8]]) {
        const a = sheets.place(layer, x0, y0);
        const b = sheets.place(layer, x1, y1);
        c.moveTo(a.x, a.y);
        c.lineTo(b.x, b.y);
      }
    }
    c.stroke();
  }

  #drawName(c, layer, nodes, active) {
    const { theme } = this;
    const sheets = /** @type {Sheets} */ (this.#sheets);
    const corner = sheets.place(layer, 0, 1);
    c.strokeStyle = withAlpha(theme.muted, 0.7);
    c.lineWidth = 1;
    c.beginPath();
    for (let i = 0; i <= 20; i += 1) {
      const p = sheets.place(layer, i / 20, 1);
      c.moveTo(p.x, p.y);
      c.lineTo(p.x - (i % 5 ? 2 : 5), p.y + (i % 5 ? 3 : 7));
    }
    c.stroke();
    const name = this.map.structure === "hnsw" ? `layer ${layer}` : "vectors";
    const halo = withAlpha(theme.background, 0.85);
    label(c, name, corner.x - 6, corner.y + 20, theme, { font: `700 13px ${theme.faces.heading}`, color: active ? theme.routeText : theme.text, halo });
    c.font = `700 13px ${theme.faces.heading}`;
    const wide = c.measureText(name).width;
    const text = `· ${nodes.toLocaleString("en").replaceAll(",", "\u202f")} node${nodes === 1 ? "" : "s"}`;
    label(c, text, corner.x + wide + 2, corner.y + 20, theme, { font: `12px ${theme.faces.mono}`, color: theme.muted, halo });
  }

  #point(layer, node) {
    const x = this.map.nodeX[node];
    if (x !== x || x === undefined || layer >= this.#layers) return null;
    return this.#sheets.place(Math.max(0, layer), x, this.map.nodeY[node]);
  }

  #drawSearch(c, state, hover) {
    const { place } = this.search;
    if (place) this.#drawPlumb(c, place);
    this.#drawVisited(c, state);
    for (const candidate of state.layer === 0 || state.layer === -1 ? state.candidates.slice(0, MAX_RINGS) : []) {
      const p = this.#point(0, candidate.node);
      if (p) ring(c, p.x, p.y, 3.6, this.theme.candidate, this.theme, 1.4);
    }
    this.#drawRoute(c, state);
    for (const { node } of this.missed) {
      const p = this.#point(0, node);
      if (p) missedRing(c, p.x, p.y, 7, this.theme);
    }
    if (place) {
      for (let layer = 0; layer < this.#layers; layer += 1) {
        const p = this.#sheets.place(layer, place.x, place.y);
        crosshair(c, p.x, p.y, layer === state.layer ? 12 : 9, this.theme);
        if (layer === this.#layers - 1) label(c, "query", p.x, p.y + 21, this.theme, { font: `700 11px ${this.theme.faces.heading}`, align: "center" });
      }
    }
    this.#drawResults(c, state);
    const onBase = state.layer <= 0 && state.cursor > 0 && (state.results.length > 0 || state.candidates.length > 0);
    if (place && onBase) this.#drawLens(c, state, place, hover);
  }

  /** The plumb line through all sheets, and rings of equal distance on the map round its foot. */
  #drawPlumb(c, place) {
    const { theme } = this;
    const sheets = /** @type {Sheets} */ (this.#sheets);
    for (let layer = 0; layer < this.#layers; layer += 1) {
      c.save();
      c.beginPath();
      sheets.outline(c, layer);
      c.clip();
      ISOBATHS.forEach((radius, i) => {
        c.beginPath();
        sheets.circle(c, layer, place.x, place.y, radius);
        c.fillStyle = withAlpha(theme.candidate, theme.name === "dark" ? 0.045 : 0.05);
        c.fill();
        c.setLineDash(i % 2 ? [5, 4] : []);
        stroke(c, withAlpha(theme.candidate, 0.34), 0.9);
        c.setLineDash([]);
      });
      c.restore();
    }
    c.beginPath();
    sheets.circle(c, 0, place.x, place.y, place.spread);
    vagueness(c, theme);
    const foot = sheets.place(0, Math.min(0.97, place.x + ISOBATHS[2]), place.y);
    note(c, "projected", foot.x + 5, foot.y, theme, "left");
    c.setLineDash([2, 4]);
    c.strokeStyle = theme.query;
    c.lineWidth = 1.5;
    c.beginPath();
    const top = sheets.place(this.#layers - 1, place.x, place.y);
    c.moveTo(top.x, top.y);
    for (let layer = this.#layers - 2; layer >= 0; layer -= 1) {
      const p = sheets.place(layer, place.x, place.y);
      c.lineTo(p.x, p.y);
    }
    c.stroke();
    c.setLineDash([]);
  }

  #drawVisited(c, state) {
    for (const [layer, nodes] of state.visited) {
      c.fillStyle = this.theme.name === "dark" ? mix(this.theme.rejected, this.theme.text, 0.35) : mix(this.theme.rejected, this.theme.text, 0.4);
      c.beginPath();
      for (const node of nodes) {
        const p = layer === 0 && state.barred.has(node) ? null : this.#point(layer, node);
        if (!p) continue;
        c.moveTo(p.x + 2.2, p.y);
        c.arc(p.x, p.y, 2.2, 0, 7);
      }
      c.fill();
    }
    for (const node of state.barred) {
      const p = this.#point(0, node);
      if (p) barredDot(c, p.x, p.y, 2.6, this.theme);
    }
  }

  #drawRoute(c, state) {
    let run = [];
    let runLayer = null;
    let last = null;
    const flush = () => routeLine(c, run, this.theme);
    const drops = [];
    for (const step of state.route) {
      const p = this.#point(step.layer, step.node);
      if (!p) continue;
      if (step.layer !== runLayer) {
        flush();
        run = [];
        if (last) drops.push([last, p]);
        runLayer = step.layer;
      }
      run.push(p);
      last = p;
    }
    // Where the search stands while it scans: improved on, but its own links not read yet.
    const tip = state.layer > 0 && state.current >= 0 ? this.#point(state.layer, state.current) : null;
    if (tip && run.length && runLayer === state.layer) run.push(tip);
    flush();
    for (const [from, to] of drops) dropLine(c, from, to, this.theme);
    this.drawEntry(c, (x, y) => this.#sheets.place(this.#layers - 1, x, y));
    if (state.stopReason || !last) return;
    const now = this.#point(state.layer, state.current) ?? run.at(-1) ?? last;
    c.save();
    c.shadowColor = this.theme.route;
    c.shadowBlur = 14;
    disc(c, now.x, now.y, 5, this.theme.route, this.theme.outline);
    c.restore();
  }

  #drawResults(c, state) {
    const results = state.results.slice(0, this.search.header.k);
    const sheet = this.#sheets.sheets[0];
    const { place } = this.search;
    drawResultMarks(c, {
      theme: this.theme, spots: results.map((r) => this.#point(0, r.node)), image: (i) => this.media(results[i].node), isOver: state.stopReason !== null,
      centre: place && this.#sheets.place(0, place.x, place.y), radiusX: Math.max(120, sheet.ux * 0.22), radiusY: Math.max(84, sheet.vy * 0.42),
      width: 66, bounds: { x: 4, y: 4, width: this.width - 8, height: this.height - 8 },
    });
  }

  #drawLens(c, state, place, hover) {
    const { width, height, theme, isLensLarge } = this;
    const radius = isLensLarge ? Math.min(width, height) / 2 - 30 : this.#lensRadius;
    const x = isLensLarge ? width / 2 : radius + 22;
    const y = isLensLarge ? height / 2 - 14 : height - radius - 58;
    if (isLensLarge) {
      c.fillStyle = withAlpha(theme.background, 0.8);
      c.fillRect(0, 0, width, height);
    }
    const lens = drawLens(c, { map: this.map, theme, state, search: this.search, grid: this.grid, centre: place, x, y, radius, hover });
    this.#lens = { x, y, radius, nodeAt: lens.nodeAt };
    if (!isLensLarge) this.#drawSight(c, place, lens.reach || place.spread);
    const { projection } = this.search;
    const lines = isLensLarge && projection ? projection.lines : [projection ? "local map, projected" : "projected, layer 0", "click to enlarge"];
    lines.forEach((line, i) => note(c, line, x, y + radius + 16 + 14 * i, theme));
  }

  /** From the lens to what it shows of the lowest sheet. */
  #drawSight(c, place, reach) {
    const { x, y, radius } = /** @type {any} */ (this.#lens);
    const sheets = /** @type {Sheets} */ (this.#sheets);
    const foot = sheets.place(0, place.x, place.y);
    c.beginPath();
    sheets.circle(c, 0, place.x, place.y, reach);
    stroke(c, withAlpha(this.theme.candidate, 0.55), 1);
    c.setLineDash([4, 5]);
    c.beginPath();
    const angle = Math.atan2(foot.y - y, foot.x - x);
    for (const side of [-1, 1]) {
      const turn = angle + (side * Math.PI) / 2;
      const small = reach * sheets.sheets[0].vy * this.camera.scale * 0.9;
      c.moveTo(x + Math.cos(turn) * radius, y + Math.sin(turn) * radius);
      c.lineTo(foot.x + Math.cos(turn) * small, foot.y + Math.sin(turn) * small);
    }
    stroke(c, withAlpha(this.theme.candidate, 0.55), 1);
    c.setLineDash([]);
  }

  #drawHover(c, hover) {
    if (hover?.node === undefined) return;
    const top = Math.min(this.#layers - 1, this.map.nodeLevel[hover.node] ?? 0);
    for (let layer = 0; layer <= top; layer += 1) {
      const p = this.#point(layer, hover.node);
      if (p) ring(c, p.x, p.y, 7, this.theme.text, this.theme, 1.8);
    }
  }
}
