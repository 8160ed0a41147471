import { withAlpha } from "../theme.js";
import { Scene } from "./scene.js";
import { cellAt, drawMarks, drawMisplaced } from "./map-layer.js";
import { note } from "./marks.js";
import { drawCoarseMap, drawExtremes, drawPointed, drawProbes } from "./coarse.js";
import { drawFine } from "./fine.js";
import { FineLayout } from "./fine-layout.js";
import { drawProjected, projectedPlace } from "./projected.js";

const PICK_PIXELS = 10;

/** A search of an IVF index: the coarse map beside the fine search of the opened cells. */
export class CellsScene extends Scene {
  /**
   * How the fine search is drawn.
   * @type {"distance"|"projection"}
   */
  fineMode = "distance";
  /** @type {FineLayout|null} */
  #layout = null;
  #age = (/** @type {number} */ _step) => Infinity;

  /** @param {any} data as of `Scene` */
  setData(data) {
    if (data.search !== this.search) this.#layout = null;
    super.setData(data);
    this.#age = data.age ?? (() => Infinity);
  }

  /** @param {number} cursor @param {{node?:number,cell?:number}|null} hover */
  draw(cursor, hover) {
    const c = this.begin();
    if (!this.theme || !this.map) return;
    const state = this.stateAt(cursor);
    const { coarse, fine } = this.#rooms();
    const place = this.#placer(coarse);
    if (this.map.cells) {
      const { theme, map } = this;
      const ranks = state?.ranks ?? new Map();
      this.cached(`${this.mapKey()}|${this.search?.id}|${ranks.size}|${coarse.width}`, (layer) => {
        layer.save();
        layer.beginPath();
        layer.roundRect(coarse.x, coarse.y, coarse.width, coarse.height, 14);
        layer.fillStyle = theme.land;
        layer.fill();
        layer.clip();
        drawCoarseMap(layer, { map, theme, ranks, larger: this.search?.header.largerIsNearer ?? false, place, frame: coarse, scale: this.camera.scale });
        if (this.marksMisplaced) drawMisplaced(layer, map, place, theme);
        layer.restore();
        this.#drawFrame(layer, coarse);
      });
      c.save();
      c.beginPath();
      c.roundRect(coarse.x, coarse.y, coarse.width, coarse.height, 14);
      c.clip();
      drawMarks(c, map, place, theme);
      if (state) drawProbes(c, { map, theme, state, search: this.search, place, missed: this.missed });
      else drawExtremes(c, { map, theme, place, room: coarse });
      drawPointed(c, { map, theme, place, hover });
      c.restore();
      c.fillStyle = withAlpha(theme.land, 0.85);
      c.fillRect(coarse.x + coarse.width - 72, coarse.y + coarse.height - 24, 66, 19);
      note(c, "projected", coarse.x + coarse.width - 10, coarse.y + coarse.height - 14, theme, "right");
    }
    if (!state) return;
    const view = /** @type {import("./fine-layout.js").FineView} */ (/** @type {unknown} */ (this.#view(fine, state, hover)));
    if (this.fineMode === "projection") drawProjected(c, view);
    else drawFine(c, view);
  }

  /** @param {number} x @param {number} y @returns {{node:number}|{cell:number}|null} */
  pick(x, y) {
    if (!this.map) return null;
    const { coarse, fine } = this.#rooms();
    if (inside(coarse, x, y) && this.map.cells) return this.#pickCoarse(coarse, x, y);
    return this.search && inside(fine, x, y) ? this.#pickFine(fine, x, y) : null;
  }

  /** @param {Room} coarse @param {number} x @param {number} y */
  #pickCoarse(coarse, x, y) {
    const span = coarse.width * this.camera.scale;
    const mx = (x - coarse.x - this.camera.x) / span;
    const my = (y - coarse.y - this.camera.y) / (coarse.height * this.camera.scale);
    const node = this.grid.nearest(mx, my, 6 / span);
    if (node >= 0) return { node };
    const cell = cellAt(this.map.cells, mx, my);
    return cell >= 0 ? { cell } : null;
  }

  /** @param {Room} fine @param {number} x @param {number} y */
  #pickFine(fine, x, y) {
    const view = this.#view(fine, null, null);
    let best = -1;
    let least = PICK_PIXELS ** 2;
    /** @param {number} node @param {number} px @param {number} py */
    const consider = (node, px, py) => {
      const square = (px - x) ** 2 + (py - y) ** 2;
      if (square >= least) return;
      least = square;
      best = node;
    };
    const projection = this.search.projection;
    if (this.fineMode === "projection") {
      for (let i = 0; projection && i < projection.node.length; i += 1) {
        const p = projectedPlace(view, projection.x[i], projection.y[i]);
        consider(projection.node[i], p.x, p.y);
      }
      return best >= 0 ? { node: best } : null;
    }
    const layout = /** @type {FineLayout} */ (view.layout);
    layout.points.node.forEach((node, i) => {
      const share = layout.radius(layout.points.distance[i]) * view.radius;
      const angle = layout.angle(i);
      consider(node, view.x + Math.sin(angle) * share, view.y - Math.cos(angle) * share);
    });
    if (best >= 0) return { node: best };
    const away = Math.hypot(x - view.x, y - view.y);
    const turn = (Math.atan2(x - view.x, view.y - y) + Math.PI * 2) % (Math.PI * 2);
    const sector = away <= view.radius + 24 ? layout.sectors.find((s) => turn >= s.from && turn <= s.to) : null;
    return sector && this.map.cells ? { cell: sector.cell } : null;
  }

  /** Side by side where the canvas is wide, one above the other where it is not; without cells the fine search alone. */
  #rooms() {
    const { width, height } = this;
    const gap = 18;
    const room = { x: 1, y: 1, width: width - 2, height: height - 12 };
    if (!this.map?.cells) return { coarse: { x: 0, y: 0, width: 0, height: 0 }, fine: room };
    // Before a search there is nothing to read in cells.
    if (!this.search) return { coarse: room, fine: { x: width, y: 0, width: 0, height: 0 } };
    if (width > height * 1.15) {
      const left = Math.floor(Math.max(width * 0.47, width - height - 60));
      return { coarse: { ...room, width: left }, fine: { x: left + gap, y: 1, width: width - left - gap, height: height - 12 } };
    }
    const top = Math.floor(height * 0.48);
    return { coarse: { ...room, height: top - 12 }, fine: { x: 1, y: top + gap, width: width - 2, height: height - top - gap } };
  }

  /** @param {number} x @param {number} y */
  place(x, y) {
    return this.#placer(this.#rooms().coarse)(x, y);
  }

  /** @param {Room} coarse */
  #placer(coarse) {
    const { scale, x, y } = this.camera;
    return (/** @type {number} */ mx, /** @type {number} */ my) => ({ x: coarse.x + mx * coarse.width * scale + x, y: coarse.y + my * coarse.height * scale + y });
  }

  /** @param {Room} fine @param {Picture|null} state @param {Hover|null} hover */
  #view(fine, state, hover) {
    const { search, theme } = this;
    const length = search.length ?? search.columns.kind.length;
    if (this.#layout?.length !== length) this.#layout = new FineLayout(search, this.map);
    const radius = Math.max(20, Math.min(fine.width, fine.height) / 2 - 28);
    return {
      layout: this.#layout, theme, state, search, hover, missed: this.missed, media: this.media, bounds: fine, radius, age: this.#age,
      x: fine.x + fine.width / 2, y: fine.y + fine.height / 2, ringTexts: [],
    };
  }

  /** @param {Drawing} c @param {Room} room */
  #drawFrame(c, room) {
    c.strokeStyle = this.theme.line2;
    c.lineWidth = 1;
    c.beginPath();
    c.roundRect(room.x, room.y, room.width, room.height, 14);
    for (let i = 1; i < 30; i += 1) {
      const x = room.x + (room.width * i) / 30;
      c.moveTo(x, room.y + room.height);
      c.lineTo(x, room.y + room.height + (i % 5 ? 4 : 8));
    }
    c.stroke();
  }
}

/** @param {Room} room @param {number} x @param {number} y */
const inside = (room, x, y) => x >= room.x && x <= room.x + room.width && y >= room.y && y <= room.y + room.height;
