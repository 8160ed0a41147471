import { drawMapLayers } from "../render/plates.js";
import { settledOf } from "../render/settled.js";
import { drawDepths } from "../scenes/density.js";
import { nearestAmong } from "../scenes/grid.js";
import { cellPath, linkLayer, nodeLayer } from "../scenes/map-layer.js";
import { crosshair, diamond, label, missedRing, note, ring, stroke } from "../scenes/marks.js";
import { Scene } from "../scenes/scene.js";
import { withAlpha } from "../theme.js";

const PICK_PIXELS = 12;
const MARGIN = 18;
/** Nodes that a search measured, as dots. */
const MOST_DOTS = 3000;

/** Both searches over one map, or over the map of each beside the other. */
export class CompareScene extends Scene {
  /** @type {import("./contest.js").Contest|null} */
  contest = null;

  /** @type {{index:string|null,revision:number,ways:{name:string,state:any}[]}[]} What stands on each map, for those who drive the page. */
  drawn = [];

  setData(data) {
    super.setData(data);
    this.contest = data.chosen ?? null;
  }

  /** The maps that are shown, where, and whose searches are drawn on each. */
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

  #paneAt(x, y) {
    return this.#panes().find((pane) => x >= pane.x && x < pane.x + pane.width && y >= pane.y && y < pane.y + pane.height) ?? null;
  }

  /** All panes are looked at with one camera, each from its own corner. */
  zoom(factor, x = this.width / 2, y = this.height / 2) {
    const pane = this.#paneAt(x, y);
    super.zoom(factor, x - (pane?.x ?? 0), y - (pane?.y ?? 0));
  }

  /** @returns {{node:number}|null} a node of the index that the page looks at */
  pick(x, y) {
    const pane = this.#paneAt(x, y);
    if (!pane?.map || pane.map !== this.map) return null;
    const at = this.#affine(pane);
    const [mx, my, reach] = [(x - at.ox) / at.ux, (y - at.oy) / at.vy, PICK_PIXELS / Math.min(at.ux, at.vy)];
    let node = nearestAmong(pane.rivals.flatMap((rival) => rival.search?.placed ?? []), mx, my, reach);
    if (node < 0) node = settledOf(pane.map).grid.nearest(mx, my, reach);
    return node >= 0 ? { node } : null;
  }

  #affine({ x, y, width, height }) {
    const { scale } = this.camera;
    const wide = Math.min(width - 2 * MARGIN, (height - 2 * MARGIN) * 1.9);
    const high = Math.min(height - 2 * MARGIN, (width - 2 * MARGIN) * 1.3);
    return { ox: x + ((width - wide) / 2) * scale + this.camera.x, oy: y + ((height - high) / 2) * scale + this.camera.y, ux: wide * scale, uy: 0, vx: 0, vy: high * scale };
  }

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

  #drawOver(c, pane, hover) {
    const { theme } = this;
    const { map, summary } = pane;
    if (!map) return note(c, summary ? "the map is being made" : "no index", pane.x + pane.width / 2, pane.y + pane.height / 2, theme);
    const place = placer(this.#affine(pane));
    const point = (node) => (node < map.nodeX.length && map.nodeX[node] === map.nodeX[node] ? place(map.nodeX[node], map.nodeY[node]) : null);
    const shown = pane.rivals.filter((rival) => rival.search && (rival.search.revision === map.revision));
    for (const rival of shown) this.#drawWay(c, rival, map, place, point);
    const entry = point(summary?.entryPoint ?? NaN);
    if (entry) diamond(c, entry.x, entry.y, 7, theme);
    this.#drawFound(c, pane, point);
    const spot = shown.map((rival) => rival.search.place).find(Boolean);
    const { query } = this.contest ?? {};
    const own = query && "label" in query ? this.contest?.maps.itemsOf(summary?.name).label(query.label)?.node : undefined;
    const p = spot ? place(spot.x, spot.y) : own === undefined ? null : point(own);
    if (p) crosshair(c, p.x, p.y, 12, theme);
    const node = map === this.map ? hover?.node : undefined;
    const at = node === undefined ? null : point(node);
    if (at) ring(c, at.x, at.y, 8, theme.text, theme, 2);
    this.#drawNames(c, pane);
  }

  /** The way of one search up to where the clock stands: what it measured, its route or its cells. */
  #drawWay(c, rival, map, place, point) {
    const { theme, contest } = this;
    const { search } = rival;
    const color = theme.series[rival.number];
    const state = search.replay.at(contest?.race.cursorOf(rival) ?? 0, search.length);
    if (map.cells) state.perCell.forEach((row) => {
      c.beginPath();
      cellPath(c, map.cells, row.cell, place);
      c.fillStyle = withAlpha(color, row.cell === state.openCell ? 0.3 : 0.16);
      c.fill();
      c.setLineDash(rival.number === 0 ? [] : [6, 3]);
      stroke(c, color, row.cell === state.openCell ? 2.2 : 1.2);
      c.setLineDash([]);
    });
    this.drawn.find(({ index }) => index === rival.index)?.ways.push({ name: rival.name, state });
    c.fillStyle = withAlpha(color, 0.75);
    c.beginPath();
    let left = MOST_DOTS;
    for (const nodes of state.visited.values()) for (const node of nodes) {
      if ((left -= 1) < 0) break;
      const p = point(node);
      if (p) dot(c, rival.number, p.x, p.y, 1.9);
    }
    c.fill();
    const route = state.route.map((step) => point(step.node)).filter((p) => p !== null);
    if (route.length === 0) return;
    c.lineJoin = c.lineCap = "round";
    c.beginPath();
    route.forEach((p, i) => (i ? c.lineTo(p.x, p.y) : c.moveTo(p.x, p.y)));
    stroke(c, withAlpha(theme.outline, 0.7), 6);
    // Where both went, both are seen: B is dashed over A.
    c.setLineDash(rival.number === 0 ? [] : [8, 6]);
    stroke(c, color, 2.8);
    c.setLineDash([]);
    c.lineCap = "butt";
    c.fillStyle = color;
    c.beginPath();
    for (const p of route) dot(c, rival.number, p.x, p.y, 3.4);
    c.fill();
    stroke(c, withAlpha(theme.outline, 0.7), 1);
  }

  /** The results of each where they lie, and the true neighbours that nobody on this map found. */
  #drawFound(c, pane, point) {
    const { theme, contest } = this;
    const { map } = pane;
    const items = contest?.maps.itemsOf(pane.summary?.name ?? null);
    const isOf = (rival) => rival.search?.revision === map.revision;
    /** Of an earlier revision only labels mean something now. */
    const spot = (rival, hit) => point(isOf(rival) ? hit.node : items?.label(hit.label)?.node ?? NaN);
    const missed = new Map();
    for (const rival of pane.rivals) for (const hit of rival.search?.recall?.missed ?? []) missed.set(String(hit.label), spot(rival, hit));
    for (const rival of pane.rivals) {
      if (!rival.search || !contest) continue;
      const hits = isOf(rival) ? inHand(rival, contest.race.cursorOf(rival)) : rival.search.results ?? [];
      for (const hit of hits) {
        const p = spot(rival, hit);
        if (!p) continue;
        missed.delete(String(hit.label));
        c.beginPath();
        dot(c, rival.number, p.x, p.y, rival.number === 0 ? 5 : 7.5);
        // A's disc stays in sight within B's square.
        if (rival.number === 0) {
          c.fillStyle = theme.series[0];
          c.fill();
          stroke(c, theme.outline, 1.2);
        } else {
          stroke(c, withAlpha(theme.outline, 0.8), 4);
          stroke(c, theme.series[1], 2);
        }
      }
    }
    for (const p of missed.values()) if (p) missedRing(c, p.x, p.y, 7, theme);
    const pointed = contest?.pointed ?? null;
    if (pointed === null) return;
    const hit = pane.rivals.flatMap((rival) => [...(rival.search?.recall?.exact ?? []), ...(rival.search?.results ?? [])].map((one) => ({ one, rival }))).find(({ one }) => String(one.label) === String(pointed));
    const p = hit ? spot(hit.rival, hit.one) : point(items?.label(pointed)?.node ?? NaN);
    if (p) ring(c, p.x, p.y, 12, theme.text, theme, 2.4);
  }

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

/** The k best of a search at a cursor; at its end those that it handed over. */
function inHand({ search }, cursor) {
  return cursor >= search.length ? search.results ?? [] : search.replay.at(cursor, search.length).results.slice(0, search.header.k);
}

const placer = (at) => (x, y) => ({ x: at.ox + x * at.ux, y: at.oy + y * at.vy });

/** A disc for A, a square for B. */
function dot(c, number, x, y, radius) {
  c.moveTo(x + radius, y);
  if (number === 0) c.arc(x, y, radius, 0, 7);
  else c.rect(x - radius * 0.88, y - radius * 0.88, radius * 1.76, radius * 1.76);
}

function frame(c, { x, y, width, height }) {
  c.beginPath();
  c.roundRect(x + 0.5, y + 0.5, width - 1, height - 1, 14);
}
