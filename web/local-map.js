import { decodeColumn } from "./columns.js";
import { Kind, STAGE_MASK, stagesOf } from "./replay/kinds.js";

/** How long points travel from their places on the map of the index to those of their own. */
const TRAVEL_MILLISECONDS = 600;
const MOST_RINGS = 4;

/** The candidates of one search laid out on their own: −1 to 1, inside the unit circle, the query in the middle. */
export class LocalMap {
  #goalX;
  #goalY;
  /** @type {{x:Float32Array,y:Float32Array,began:number}|null} */
  #travel = null;
  #isThere = false;
  /** @type {{radius:number,distance:number}[]|null} */
  #rings = null;

  /** @param {any} answer to `search.projection` */
  constructor(answer) {
    this.node = decodeColumn(answer.node, "u32");
    this.#goalX = decodeColumn(answer.x, "f32");
    this.#goalY = decodeColumn(answer.y, "f32");
    /** Where the points are drawn now. */
    this.x = Float32Array.from(this.#goalX);
    this.y = Float32Array.from(this.#goalY);
    this.query = answer.query;
    this.stress = answer.stress;
    this.isSampled = answer.sampled ?? false;
    this.rows = new Map(Array.from(this.node, (node, row) => [node, row]));
  }

  /** What it is, and how far it can be trusted, in two lines. */
  get lines() {
    const count = `${this.node.length.toLocaleString("en").replaceAll(",", "\u202f")} ${this.isSampled ? "nearest " : ""}candidates`;
    const stress = this.stress === undefined ? "" : ` (stress ${this.stress.toFixed(2)})`;
    return [`local map of ${count}, projected${stress}`, "farther from the query is drawn farther; rings are true distances"];
  }

  /**
   * Moves the points on, from where the map of the index has them.
   * @param {number} now milliseconds @param {any} map @param {{x:number,y:number}|null} place of the query on it
   * @param {boolean} isReduced @returns {boolean} they are still under way
   */
  ease(now, map, place, isReduced) {
    if (this.#isThere) return false;
    if (!this.#travel && !isReduced && map && place) this.#leave(now, map, place);
    const time = this.#travel && !isReduced ? (now - this.#travel.began) / TRAVEL_MILLISECONDS : 1;
    this.#isThere = time >= 1;
    const way = this.#isThere ? 1 : 1 - (1 - time) ** 3;
    for (let row = 0; row < this.node.length; row += 1) {
      this.x[row] = between(this.#travel?.x[row] ?? 0, this.#goalX[row], way);
      this.y[row] = between(this.#travel?.y[row] ?? 0, this.#goalY[row], way);
    }
    return !this.#isThere;
  }

  /**
   * Places on the map about the query's, at the scale at which they are nearest to the new ones; those far off at the rim.
   * @param {number} now @param {LayoutMap} map @param {Point} place
   */
  #leave(now, map, place) {
    const x = this.#goalX.slice();
    const y = this.#goalY.slice();
    let product = 0;
    let square = 0;
    const seen = Array.from(this.node, (node) => {
      const dx = map.nodeX[node] - place.x;
      const dy = map.nodeY[node] - place.y;
      return dx + dy === dx + dy ? { dx, dy } : null;
    });
    seen.forEach((at, row) => {
      if (!at) return;
      product += at.dx * x[row] + at.dy * y[row];
      square += at.dx * at.dx + at.dy * at.dy;
    });
    if (!(product > 0)) return;
    const scale = product / square;
    seen.forEach((at, row) => {
      if (!at) return;
      const part = scale / Math.max(1, Math.hypot(at.dx, at.dy) * scale);
      x[row] = this.query.x + at.dx * part;
      y[row] = this.query.y + at.dy * part;
    });
    this.#travel = { x, y, began: now };
  }

  /**
   * Round distances, and how far from the query they are drawn: between two points that it measured, in proportion.
   * @param {any} search with all its steps
   */
  rings(search) {
    this.#rings ??= ringsOf(this.#measured(search));
    return this.#rings;
  }

  /**
   * Drawn and true distances from the query, by the drawn ones.
   * @param {Search} parts
   */
  #measured({ header, columns, length }) {
    const stages = stagesOf(header);
    const distances = new Map();
    for (let i = 0; i < length; i += 1) {
      const kind = columns.kind[i];
      if ((kind !== Kind.keep && kind !== Kind.reject && kind !== Kind.enter) || columns.layer[i] > 0) continue;
      if (stages[columns.flags[i] & STAGE_MASK]?.nodes !== "vectors") continue;
      const row = this.rows.get(columns.to[i]);
      if (row !== undefined && Number.isFinite(columns.distance[i])) distances.set(row, columns.distance[i]);
    }
    return [...distances].map(([row, distance]) => ({
      radius: Math.hypot(this.#goalX[row] - this.query.x, this.#goalY[row] - this.query.y), distance,
    })).sort((a, b) => a.radius - b.radius);
  }
}

/** @param {any} from @param {any} to @param {number} way */
const between = (from, to, way) => (way === 1 ? to : from + (to - from) * way);

/**
 * @param {{radius:number,distance:number}[]} measured by radius
 * @returns {{radius:number,distance:number}[]} a few, of round distances
 */
export function ringsOf(measured) {
  if (measured.length < 2) return [];
  const near = measured[0].distance;
  const far = measured[measured.length - 1].distance;
  const span = Math.abs(far - near);
  if (!(span > 0)) return [];
  const power = 10 ** Math.floor(Math.log10(span / MOST_RINGS));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => span / size <= MOST_RINGS) ?? span;
  const low = Math.min(near, far);
  const rings = [];
  for (let number = Math.floor(low / step) + 1; number * step < low + span; number += 1) {
    const distance = number * step;
    const next = measured.findIndex((one) => (one.distance - distance) * (far - near) >= 0);
    if (next < 1) continue;
    const [a, b] = [measured[next - 1], measured[next]];
    const part = b.distance === a.distance ? 0 : Math.min(1, Math.max(0, (distance - a.distance) / (b.distance - a.distance)));
    rings.push({ distance, radius: a.radius + (b.radius - a.radius) * part });
  }
  return rings;
}
