import { withAlpha } from "../theme.js";
import { settleGrowth } from "../motion.js";
import { Kind, NONE, stagesOf } from "../replay.js";
import { STAGE_MASK } from "../replay/kinds.js";
import { barredDot, crosshair, disc, distanceText, label, missedRing, ring, stroke } from "./marks.js";
import { drawResultMarks } from "./result-marks.js";

const TAU = Math.PI * 2;
const GAP = 0.035;
const HUB = 0.1;

/**
 * The fine search in polar form: a sector for every opened cell, the angle within it the order of reading, the radius
 * the distance the library computed. Built anew when the trace grows.
 */
export class FineLayout {
  /** @param {any} search @param {any} map */
  constructor(search, map) {
    const { kind, flags, to, from, distance } = search.columns;
    const stages = stagesOf(search.header);
    const length = search.length ?? kind.length;
    this.length = length;
    this.larger = search.header.largerIsNearer;
    /** @type {{cell:number,order:number,from:number,to:number,size:number}[]} `from`, `to` in radians, clockwise from the top */
    this.sectors = [];
    /** Events with a vector: its event number, node, sector and place in the sector. */
    this.points = { event: [], node: [], sector: [], rank: [], distance: [] };
    /** @type {Map<number,number>} node → point */
    this.pointOf = new Map();
    let low = Infinity;
    let high = -Infinity;
    for (let i = 0; i < length; i += 1) {
      if (stages[flags[i] & STAGE_MASK]?.nodes === "centroids") continue;
      if (kind[i] === Kind.open) this.#open(to[i]);
      if (kind[i] !== Kind.keep && kind[i] !== Kind.reject) continue;
      if (this.sectors.length === 0) this.#open(from[i] === NONE ? 0 : from[i]);
      const sector = this.sectors.length - 1;
      const p = this.points;
      this.pointOf.set(to[i], p.node.length);
      p.event.push(i);
      p.node.push(to[i]);
      p.sector.push(sector);
      p.rank.push(this.sectors[sector].size++);
      p.distance.push(distance[i]);
      if (distance[i] !== distance[i]) continue;
      low = Math.min(low, distance[i]);
      high = Math.max(high, distance[i]);
    }
    this.low = low <= high ? low : 0;
    this.high = low <= high ? high : 1;
    this.#spread(search, map);
  }

  /** @param {number} cell */
  #open(cell) {
    this.sectors.push({ cell, order: this.sectors.length + 1, from: 0, to: 0, size: 0 });
  }

  /**
   * Angles grow with the list, but small lists stay visible; cells still to come keep their room.
   * @param {Search} search @param {LayoutMap} map
   */
  #spread(search, map) {
    const still = search.complete ? 0 : Math.max(0, (search.header.nprobe || 1) - this.sectors.length);
    const sizes = this.sectors.map((s) => Math.max(s.size, search.complete ? 0 : map?.cells?.size[s.cell] ?? 0));
    const weights = sizes.map((size) => 3 + Math.sqrt(size));
    const mean = weights.length ? weights.reduce((a, b) => a + b) / weights.length : 1;
    const total = weights.reduce((a, b) => a + b, 0) + still * mean;
    const gap = this.sectors.length + still > 1 ? Math.min(GAP, 1.2 / (this.sectors.length + still)) : 0;
    let angle = 0;
    this.sectors.forEach((sector, i) => {
      const wide = (weights[i] / total) * TAU;
      sector.from = angle + gap / 2;
      sector.to = angle + wide - gap / 2;
      sector.size = Math.max(1, sizes[i]);
      angle += wide;
    });
  }

  /**
   * Radians of a point, clockwise from the top.
   * @param {(layer:number,node:number)=>Point|null} point
   */
  angle(point) {
    const sector = this.sectors[this.points.sector[point]];
    return sector.from + ((this.points.rank[point] + 0.5) / sector.size) * (sector.to - sector.from);
  }

  /**
   * Share of the radius, 0…1. Distances that start far from 0 are cut there; the rings carry the values. What has none is at the rim.
   * @param {number} distance
   */
  radius(distance) {
    if (Number.isNaN(distance)) return 1;
    const { near, far } = this.range();
    const part = (distance - near) / (far - near || 1);
    return HUB + (1 - HUB) * 0.97 * Math.min(1, Math.max(0, part));
  }

  range() {
    if (this.larger) return { near: this.high + (this.high - this.low) * 0.06, far: this.low };
    const cut = this.low > 0.35 * this.high ? this.low - (this.high - this.low) * 0.25 : 0;
    return { near: Math.min(this.low, Math.max(0, cut)), far: this.high };
  }
}

/** @param {View} view @param {number} angle @param {number} share */
const at = (view, angle, share) => ({
  x: view.x + Math.sin(angle) * share * view.radius, y: view.y - Math.cos(angle) * share * view.radius,
});

/**
 * @param {CanvasRenderingContext2D} c
 * @param {{layout:FineLayout,theme:any,state:any,search:any,media:(node:number)=>any,age:(step:number)=>number,x:number,y:number,radius:number,
 *   bounds:{x:number,y:number,width:number,height:number},hover:any}} view
 */
export function drawFine(c, view) {
  drawSectors(c, view);
  // Without a distance there is no scale.
  if (view.layout.points.event.length > 0) drawRings(c, view);
  drawPoints(c, view);
  drawResults(c, view);
  disc(c, view.x, view.y, view.radius * HUB * 0.8, view.theme.background2);
  crosshair(c, view.x, view.y, 13, view.theme);
}

/** @param {Drawing} c @param {View} view @param {number} from @param {number} to @param {number} inner @param {number} outer */
function wedge(c, view, from, to, inner, outer) {
  c.beginPath();
  c.arc(view.x, view.y, view.radius * outer, from - Math.PI / 2, to - Math.PI / 2);
  c.arc(view.x, view.y, view.radius * inner, to - Math.PI / 2, from - Math.PI / 2, true);
  c.closePath();
}

/** @param {Drawing} c @param {View} view */
function drawSectors(c, view) {
  const { layout, theme, state } = view;
  const opened = state.perCell.length || (layout.points.event[0] < state.cursor ? 1 : 0);
  layout.sectors.forEach((sector, i) => {
    const lit = i < opened;
    const now = i === opened - 1 && !state.stopReason;
    wedge(c, view, sector.from, sector.to, HUB, 1);
    c.fillStyle = withAlpha(theme.route, now ? 0.17 : lit ? 0.09 : 0.025);
    c.fill();
    c.beginPath();
    c.arc(view.x, view.y, view.radius, sector.from - Math.PI / 2, sector.to - Math.PI / 2);
    stroke(c, lit ? theme.route : theme.line2, lit ? 3.2 : 1.4);
    const p = at(view, (sector.from + sector.to) / 2, 1 + 15 / view.radius);
    const style = { font: `700 12px ${theme.faces.heading}`, align: /** @type {const} */ ("center"), color: lit ? theme.text : theme.faint };
    if (layout.sectors.length <= 40 || sector.order % 5 === 0) label(c, String(sector.order), p.x, p.y, theme, style);
  });
}

/** @param {Drawing} c @param {View} view */
function drawRings(c, view) {
  const { layout, theme, state, search } = view;
  const { near, far } = layout.range();
  c.strokeStyle = withAlpha(theme.muted, 0.4);
  c.lineWidth = 0.8;
  c.setLineDash([2, 4]);
  const texts = [];
  for (let i = 1; i <= 4; i += 1) {
    const value = near + ((far - near) * i) / 4;
    const share = layout.radius(value);
    if (i < 4) {
      c.beginPath();
      c.arc(view.x, view.y, view.radius * share, 0, TAU);
      c.stroke();
    }
    texts.push([value, at(view, Math.PI * 1.06, share)]);
  }
  const worst = state.results[search.header.k - 1];
  if (worst) {
    c.setLineDash([8, 5]);
    c.strokeStyle = theme.result;
    c.lineWidth = 1.9;
    c.beginPath();
    c.arc(view.x, view.y, view.radius * layout.radius(worst.distance), 0, TAU);
    c.stroke();
  }
  c.setLineDash([]);
  view.ringTexts = texts;
}

/** @param {Drawing} c @param {View} view */
function drawPoints(c, view) {
  const { layout, theme, state } = view;
  const { event, node, distance } = layout.points;
  const dot = event.length > 4000 ? 1.2 : event.length > 800 ? 1.7 : 2.3;
  const current = layout.points.sector[event.findLastIndex((e) => e < state.cursor)] ?? 0;
  let hand = null;
  for (const [fresh, alpha] of [[false, 0.75], [true, 1]]) {
    c.fillStyle = withAlpha(theme.name === "dark" && fresh ? theme.candidate : theme.rejected, alpha);
    c.beginPath();
    for (let i = 0; i < event.length && event[i] < state.cursor; i += 1) {
      hand = i;
      if ((layout.points.sector[i] === current) !== fresh || state.barred.has(node[i])) continue;
      const p = at(view, layout.angle(i), layout.radius(distance[i]));
      c.moveTo(p.x + dot, p.y);
      c.arc(p.x, p.y, dot, 0, 7);
    }
    c.fill();
  }
  for (let i = 0; i < event.length && event[i] < state.cursor && state.barred.size > 0; i += 1) {
    if (!state.barred.has(node[i])) continue;
    const p = at(view, layout.angle(i), layout.radius(distance[i]));
    barredDot(c, p.x, p.y, dot + 0.4, theme);
  }
  if (hand !== null && !state.stopReason) {
    const angle = layout.angle(hand);
    const sector = layout.sectors[layout.points.sector[hand]];
    const behind = Math.max(sector.from, angle - 0.6);
    wedge(c, view, behind, angle, HUB, 1);
    const sweep = c.createConicGradient(behind - Math.PI / 2, view.x, view.y);
    sweep.addColorStop(0, withAlpha(theme.route, 0));
    sweep.addColorStop(Math.max(0.001, (angle - behind) / TAU), withAlpha(theme.route, 0.34));
    c.fillStyle = sweep;
    c.fill();
    const from = at(view, angle, HUB);
    const tip = at(view, angle, 1);
    c.strokeStyle = theme.route;
    c.lineWidth = 1.8;
    c.beginPath();
    c.moveTo(from.x, from.y);
    c.lineTo(tip.x, tip.y);
    c.stroke();
  }
  for (const [value, p] of view.ringTexts) {
    c.font = `11px ${theme.faces.mono}`;
    const text = distanceText(value);
    const wide = c.measureText(text).width + 10;
    c.beginPath();
    c.roundRect(p.x - wide / 2, p.y - 8, wide, 16, 8);
    c.fillStyle = withAlpha(theme.background2, 0.85);
    c.fill();
    label(c, text, p.x, p.y + 0.5, theme, { font: c.font, color: theme.muted, align: "center", halo: "transparent" });
  }
  const hovered = view.hover?.node >= 0 ? node.indexOf(view.hover.node) : -1;
  if (hovered >= 0) {
    const p = at(view, layout.angle(hovered), layout.radius(distance[hovered]));
    ring(c, p.x, p.y, 6, theme.text, theme, 1.8);
  }
}

/** @param {Drawing} c @param {View} view */
function drawResults(c, view) {
  const { layout, state } = view;
  const spots = state.results.slice(0, view.search.header.k).map((result) => {
    const point = layout.pointOf.get(result.node);
    return point === undefined ? null : at(view, layout.angle(point), layout.radius(result.distance));
  });
  for (const { node } of view.missed) {
    const point = layout.pointOf.get(node);
    const p = point === undefined ? null : at(view, layout.angle(point), layout.radius(layout.points.distance[point]));
    if (p) missedRing(c, p.x, p.y, 7, view.theme);
  }
  drawResultMarks(c, resultView(view, spots));
}

/**
 * How the marks of the results lie in a round view.
 * @param {any} view @param {({x:number,y:number}|null)[]} spots
 */
export function resultView(view, spots) {
  const { theme, radius, bounds, state, media, age, search } = view;
  const ended = search.columns.kind[state.cursor - 1] === Kind.stop ? age(state.cursor - 1) : Infinity;
  const reach = radius * 0.74;
  const width = Math.max(40, Math.min(66, radius * 0.24));
  return { theme, spots, image: (i) => media(state.results[i].node), centre: view, radiusX: reach, radiusY: reach, width, bounds, isOver: state.stopReason !== null, growth: (i) => settleGrowth(ended, i) };
}
