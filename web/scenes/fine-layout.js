import { Kind, NONE, STAGE_MASK, stagesOf } from "../replay/kinds.js";

const TAU = Math.PI * 2;
const GAP = 0.035;
/** Share of the radius that the query has to itself. */
export const HUB = 0.1;

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
    this.points = /** @type {Record<"event"|"node"|"sector"|"rank"|"distance",number[]>} */ ({ event: [], node: [], sector: [], rank: [], distance: [] });
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
   * @param {number} point
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

/**
 * How the fine search is seen.
 * @typedef {object} FineView
 * @property {FineLayout} layout
 * @property {Theme} theme
 * @property {Picture} state
 * @property {Search} search
 * @property {(node:number)=>CanvasImageSource|null} media
 * @property {(step:number)=>number} age
 * @property {number} x of the query, CSS pixels
 * @property {number} y
 * @property {number} radius
 * @property {Room} bounds
 * @property {Hover|null} hover
 * @property {{node:number}[]} missed
 * @property {[number,Point][]} ringTexts
 */

/**
 * Where an angle and a share of the radius lie.
 * @param {{x:number,y:number,radius:number}} view @param {number} angle @param {number} share
 */
export const placeAt = (view, angle, share) => ({
  x: view.x + Math.sin(angle) * share * view.radius, y: view.y - Math.cos(angle) * share * view.radius,
});
