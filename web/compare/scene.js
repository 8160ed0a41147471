import { drawMapLayers } from "../render/plates.js";
import { settledOf } from "../render/settled.js";
import { drawDepths } from "../scenes/density.js";
import { nearestAmong } from "../scenes/grid.js";
import { cellPath, linkLayer, nodeLayer } from "../scenes/map-layer.js";
import { crosshair, diamond, label, note, ring, stroke } from "../scenes/marks.js";
import { Scene } from "../scenes/scene.js";
import { withAlpha } from "../theme.js";
import { dot, drawFound, drawWay } from "./ways.js";

const PICK_PIXELS = 12;
const MARGIN = 18;

/**
 * @typedef {import("./ways.js").Pane} Pane
 * @typedef {{node?:number,cell?:number}|null} Hover
 */

/** Both searches over one map, or over the map of each beside the other. */
export class CompareScene extends Scene {
  /** @type {import("./contest.js").Contest|null} */
  contest = null;

  /** @type {{index:string|null,revision:number,ways:{name:string,state:any}[]}[]} What stands on each map, for those who drive the page. */
  drawn = [];

  /** @param {any} data */
  setData(data) {
    super.setData(data);
    this.contest = data.chosen ?? null;
  }

  /**
   * The maps that are shown, where, and whose searches are drawn on each.
   * @returns {Pane[]}
   */
  #panes() {
    const { contest } = this;
    if (!contest) return [];
    const rivals = contest.isOneIndex ? [contest.rivals] : contest.rivals.map((rival) => [rival]);
    const isColumn = this.height > this.width && rivals.length > 1;
    const gap = 12;
    const wide = isColumn ? this.width : (this.width - gap * (rivals.length - 1)) / rivals.length;
    const high = isColumn ? (this.height - gap) / 2 : this.height;
    return rivals.map((own, i) => {
      const summary = contest.summaryOf(own[0]);
      return { rivals: own, summary, map: contest.maps.builderOf(own[0].index)?.map ?? null, x: isColumn ? 0 : i * (wide + gap), y: isColumn ? i * (high + gap) : 0, width: wide, height: high };
    });
  }

  /** @param {number} x @param {number} y */
  #paneAt(x, y) {
    return this.#panes().find((pane) => x >= pane.x && x < pane.x + pane.width && y >= pane.y && y < pane.y + pane.height) ?? null;
  }

  /**
   * All panes are looked at with one camera, each from its own corner.
   * @param {number} factor @param {number} [x] @param {number} [y]
   */
  zoom(factor, x = this.width / 2, y = this.height / 2) {
    const pane = this.#paneAt(x, y);
    super.zoom(factor, x - (pane?.x ?? 0), y - (pane?.y ?? 0));
  }

  /**
   * Where a point of the map that the page looks at lies.
   * @param {number} x 0…1 @param {number} y 0…1
   */
  place(x, y) {
    const pane = this.#panes().find(({ map }) => map === this.map);
    return pane ? placer(this.#affine(pane))(x, y) : super.place(x, y);
  }

  /**
   * A node of the index that the page looks at.
   * @param {number} x @param {number} y @returns {{node:number}|null}
   */
  pick(x, y) {
    const pane = this.#paneAt(x, y);
    if (!pane?.map || pane.map !== this.map) return null;
    const at = this.#affine(pane);
    const [mx, my, reach] = [(x - at.ox) / at.ux, (y - at.oy) / at.vy, PICK_PIXELS / Math.min(at.ux, at.vy)];
    let node = nearestAmong(pane.rivals.flatMap((rival) => rival.search?.placed ?? []), mx, my, reach);
    if (node < 0) node = settledOf(pane.map).grid.nearest(mx, my, reach);
    return node >= 0 ? { node } : null;
  }

  /** @param {Pane} pane */
  #affine({ x, y, width, height }) {
    const { scale } = this.camera;
    const wide = Math.min(width - 2 * MARGIN, (height - 2 * MARGIN) * 1.9);
    const high = Math.min(height - 2 * MARGIN, (width - 2 * MARGIN) * 1.3);
    return { ox: x + ((width - wide) / 2) * scale + this.camera.x, oy: y + ((height - high) / 2) * scale + this.camera.y, ux: wide * scale, uy: 0, vx: 0, vy: high * scale };
  }

  /** @param {number} _cursor @param {Hover} hover */
  draw(_cursor, hover) {
    const c = this.begin();
    const panes = this.#panes();
    if (!this.theme || panes.length === 0) return;
    const { scale, x, y } = this.camera;
    this.cached(`${panes.map(({ map, summary, width }) => `${summary?.name} ${map?.revision} ${map?.version} ${map && settledOf(map).made} ${width}`)}|${scale},${x},${y}`, (layer) => panes.forEach((pane) => this.#drawBase(layer, pane)));
    this.drawn = panes.filter(({ map }) => map).map(({ summary, map }) => ({ index: summary?.name ?? null, revision: map.revision, ways: [] }));
    for (const pane of panes) {
      c.save();
      frame(c, pane);
      c.clip();
      this.#drawOver(c, pane, hover);
      c.restore();
    }
  }

  /** @param {CanvasRenderingContext2D} c @param {Pane} pane */
  #drawBase(c, pane) {
    const { theme } = this;
    const { map } = pane;
    frame(c, pane);
    c.fillStyle = theme.land;
    c.fill();
    stroke(c, theme.line2, 1);
    if (!map) return;
    c.save();
    c.clip();
    const at = this.#affine(pane);
    const { contours } = settledOf(map);
    if (contours) drawDepths(c, contours, at, theme, "land");
    const place = placer(at);
    if (map.cells) {
      c.beginPath();
      for (let cell = 0; cell < map.cells.x.length; cell += 1) cellPath(c, map.cells, cell, place);
      stroke(c, withAlpha(theme.line2, 0.5), 0.7);
    }
    const crowd = Math.min(1, Math.sqrt(2500 / Math.max(1, map.placed / this.camera.scale ** 2)));
    drawMapLayers(c, map, [
      ...(map.structure === "hnsw" && map.levels > 1 ? [linkLayer(1, at, { color: theme.link, alpha: 0.14, width: 0.7 })] : []),
      nodeLayer(0, at, { color: theme.node, alpha: 0.3 + 0.3 * crowd, radius: 0.7 + 0.6 * crowd }),
    ]);
    c.restore();
  }

  /** @param {CanvasRenderingContext2D} c @param {Pane} pane @param {Hover} hover */
  #drawOver(c, pane, hover) {
    const { theme, contest } = this;
    const { map, summary } = pane;
    if (!map || !contest) return note(c, summary ? "the map is being made" : "no index", pane.x + pane.width / 2, pane.y + pane.height / 2, theme);
    const place = placer(this.#affine(pane));
    const point = (/** @type {number} */ node) => (node < map.nodeX.length && map.nodeX[node] === map.nodeX[node] ? place(map.nodeX[node], map.nodeY[node]) : null);
    const shown = pane.rivals.filter((rival) => rival.search && (rival.search.revision === map.revision));
    for (const rival of shown) {
      const state = rival.search.replay.at(contest.race.cursorOf(rival), rival.search.length);
      this.drawn.find(({ index }) => index === rival.index)?.ways.push({ name: rival.name, state });
      drawWay(c, theme, rival, state, map.cells, place, point);
    }
    const entry = point(summary?.entryPoint ?? NaN);
    if (entry) diamond(c, entry.x, entry.y, 7, theme);
    drawFound(c, theme, contest, pane, point);
    const spot = shown.map((rival) => rival.search.place).find(Boolean);
    const { query } = contest;
    const own = query && "label" in query ? contest.maps.itemsOf(summary?.name).label(query.label)?.node : undefined;
    const p = spot ? place(spot.x, spot.y) : own === undefined ? null : point(own);
    if (p) crosshair(c, p.x, p.y, 12, theme);
    const node = map === this.map ? hover?.node : undefined;
    const at = node === undefined ? null : point(node);
    if (at) ring(c, at.x, at.y, 8, theme.text, theme, 2);
    this.#drawNames(c, pane);
  }

  /** @param {CanvasRenderingContext2D} c @param {Pane} pane */
  #drawNames(c, pane) {
    const { theme, contest } = this;
    pane.rivals.forEach((rival, i) => {
      const [x, y] = [pane.x + 20, pane.y + 20 + i * 20];
      c.beginPath();
      dot(c, rival.number, x, y, 5);
      c.fillStyle = theme.series[rival.number];
      c.fill();
      stroke(c, theme.outline, 1);
      const isPast = rival.search && rival.search.revision !== pane.map.revision;
      label(c, `${rival.name}  ${rival.describe(contest?.summaryOf(rival))}${isPast ? ": only its results are on this map" : ""}`, x + 12, y + 0.5, theme, { font: `12px ${theme.faces.mono}` });
    });
    note(c, "projected", pane.x + pane.width - 12, pane.y + pane.height - 12, theme, "right");
  }
}

/** @param {import("../render/raster.js").Affine} at */
const placer = (at) => (/** @type {number} */ x, /** @type {number} */ y) => ({ x: at.ox + x * at.ux, y: at.oy + y * at.vy });

/** @param {CanvasRenderingContext2D} c @param {Pane} pane */
function frame(c, { x, y, width, height }) {
  c.beginPath();
  c.roundRect(x + 0.5, y + 0.5, width - 1, height - 1, 14);
}
