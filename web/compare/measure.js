import { SearchState } from "../replay.js";
import { Kind } from "../replay/kinds.js";

/** Distances within this part of each other count as equal, as for the daemon's recall. */
const ROUNDING = 2 ** -20;
/** Where results are ranked again, the set in hand is looked at this often at the most. */
const MOST_LOOKS = 2000;
/** Steps between two looks at the time. */
const SLICE = 256;

/**
 * @typedef {"distances"|"steps"|"time"} Clock what a search has cost: distances computed, steps, or microseconds
 * @typedef {import("../replay/stage.js").StageState} StageState
 * @typedef {{cost:number,value:number,cursor:number}} Point
 * @typedef {{exact:{label:any,node:number,distance:number}[],missed:{label:any,node:number}[],share:number,k:number,unavailable:string|null}} Truth
 */

/** What each step of a trace cost and brought: one pass over it, in as many slices as one likes. */
export class Measurement {
  #state;
  #wanted;
  #slack;
  #last;
  #sign;
  /** Nodes as near as the last true neighbour, any of which counts for it. */
  #tied = new Set();
  /** Every how many changes the set in hand is looked at; 0 where only true neighbours can change what is found. */
  #stride = 0;
  #changes = 0;

  /** @param {any} search with all its steps @param {Truth|null} truth */
  constructor(search, truth) {
    this.search = search;
    this.truth = truth && !truth.unavailable ? truth : null;
    this.length = search.length;
    this.cursor = 0;
    /** Distances computed up to each cursor. */
    this.distances = new Uint32Array(this.length + 1);
    /** @type {{cursor:number,value:number}[]} How many true neighbours are in hand from a cursor on. */
    this.found = [{ cursor: 0, value: 0 }];
    /** @type {{cursor:number,value:number}[]} The nearest distance from a cursor on. */
    this.best = [];
    /** @type {number|null} From here on the trace only counts. */
    this.summarisedFrom = null;
    this.#state = new SearchState(search.header);
    const exact = this.truth?.exact ?? [];
    this.#wanted = new Set(exact.map((hit) => hit.node));
    const isFinal = search.header.stages?.some((/** @type {any} */ stage) => stage.algorithm === "faissRefine");
    // Annoy ranks by squares and a refinement by other codes: their distances tell nothing of a tie.
    this.#last = exact.length === 0 || isFinal || search.header.algorithm === "annoy" ? NaN : exact[exact.length - 1].distance;
    this.#slack = Math.abs(this.#last) * ROUNDING;
    this.#sign = search.header.largerIsNearer ? -1 : 1;
    if (isFinal) this.#stride = Math.ceil(search.columns.kind.subarray(0, this.length).reduce((/** @type {number} */ sum, /** @type {number} */ kind) => sum + (changes(kind) ? 1 : 0), 0) / MOST_LOOKS) || 1;
  }

  get isDone() { return this.cursor >= this.length; }

  /**
   * Goes on for as long as it may.
   * @param {()=>boolean} mayGoOn asked now and then @returns {boolean} all is measured
   */
  advance(mayGoOn) {
    while (!this.isDone && mayGoOn()) for (let i = 0; i < SLICE && !this.isDone; i += 1) this.#step();
    return this.isDone;
  }

  #step() {
    const { columns } = this.search;
    const state = this.#state;
    const index = this.cursor;
    state.apply(columns);
    this.cursor += 1;
    let evaluated = 0;
    for (const stage of state.stages) evaluated += stage.evaluated;
    this.distances[this.cursor] = evaluated;
    const stage = state.stages.findLast((/** @type {StageState} */ one) => one.begun && isOfVectors(one));
    if (!stage) return;
    if (stage.summarised) {
      this.summarisedFrom ??= index;
      return;
    }
    if (!Number.isNaN(stage.best) && stage.best !== this.best[this.best.length - 1]?.value) this.best.push({ cursor: this.cursor, value: stage.best });
    if (!this.truth || !this.#isNews(columns, index)) return;
    const value = this.#count();
    if (value !== this.found[this.found.length - 1].value) this.found.push({ cursor: this.cursor, value });
  }

  /**
   * Whether an event can change how many true neighbours are in hand.
   * @param {import("../replay.js").Columns} columns @param {number} index
   */
  #isNews({ kind, to, distance }, index) {
    if (!changes(kind[index])) return false;
    if (this.#stride > 0) return (this.#changes += 1) % this.#stride === 0;
    const node = to[index];
    if (this.#sign * (distance[index] - this.#last) <= this.#slack) this.#tied.add(node);
    const matters = (/** @type {number} */ one) => this.#wanted.has(one) || this.#tied.has(one);
    return matters(node) || this.#state.evicted.some((one) => matters(one.node));
  }

  #count() {
    const { header } = this.search;
    const { exact } = /** @type {Truth} */ (this.truth);
    const stage = this.#state.stages.findLast((/** @type {StageState} */ one) => one.begun && isOfVectors(one) && one.queues.results.length > 0);
    const hits = stage ? stage.queues.results.slice(0, header.k) : [];
    const isTurned = stage?.larger ?? false;
    let found = 0;
    let ties = 0;
    for (const { node, key } of hits) {
      if (this.#wanted.has(node)) found += 1;
      else if (this.#sign * ((isTurned ? -key : key) - this.#last) <= this.#slack) ties += 1;
    }
    if (ties === 0) return found;
    const nodes = new Set(hits.map((/** @type {{node:number}} */ hit) => hit.node));
    for (let i = exact.length - 1; i >= 0 && ties > 0 && Math.abs(exact[i].distance - this.#last) <= this.#slack; i -= 1) {
      if (nodes.has(exact[i].node)) continue;
      found += 1;
      ties -= 1;
    }
    return found;
  }
}

const isOfVectors = (/** @type {StageState} */ { stage }) => stage.nodes !== "centroids" && stage.nodes !== "tree";
const changes = (/** @type {number} */ kind) => kind === Kind.keep || kind === Kind.enter || kind === Kind.rescore;

/** @type {WeakMap<any,Measurement>} */
const known = new WeakMap();

/**
 * The measurement of a search, begun or done.
 * @param {any} search @returns {Measurement}
 */
export function measurementOf(search) {
  const one = known.get(search);
  if (one && one.length === search.length && one.truth === (search.recall?.unavailable ? null : search.recall ?? null)) return one;
  const anew = new Measurement(search, search.recall);
  known.set(search, anew);
  return anew;
}

/**
 * What a search has cost at a cursor.
 * @param {Measurement} measured @param {Clock} clock @param {number} cursor
 */
export function costAt(measured, clock, cursor) {
  if (clock === "steps") return cursor;
  if (clock === "distances") return measured.distances[Math.min(cursor, measured.cursor)];
  // Only the whole was timed: its steps are spread evenly over it.
  return measured.length === 0 ? 0 : (measured.search.microseconds ?? 0) * (cursor / measured.length);
}

/**
 * The last cursor whose cost is no more than this.
 * @param {Measurement} measured @param {Clock} clock @param {number} cost
 */
export function cursorAt(measured, clock, cost) {
  let low = 0;
  let high = measured.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (costAt(measured, clock, middle) <= cost) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * The share of the true neighbours in hand against the cost: steps, the first at no cost, the last as the daemon has it.
 * @param {any} search @param {Truth|null} truth @param {Clock} clock @param {Measurement} [measured] what is known already; all is measured if left out
 * @returns {Point[]} none where the truth is unknown
 */
export function recallCurve(search, truth, clock, measured = new Measurement(search, truth)) {
  if (!truth || truth.unavailable) return [];
  measured.advance(() => true);
  const of = truth.exact.length;
  const points = measured.found.map(({ cursor, value }) => ({ cost: costAt(measured, clock, cursor), value: of ? value / of : 1, cursor }));
  return [...points, { cost: costAt(measured, clock, measured.length), value: truth.share, cursor: measured.length }];
}

/**
 * The nearest distance so far against the cost.
 * @param {Measurement} measured that is done @param {Clock} clock @returns {Point[]}
 */
export function bestCurve(measured, clock) {
  const points = measured.best.map(({ cursor, value }) => ({ cost: costAt(measured, clock, cursor), value, cursor }));
  return points.length ? [...points, { value: points[points.length - 1].value, cost: costAt(measured, clock, measured.length), cursor: measured.length }] : [];
}

/**
 * What a curve says at a cost.
 * @param {Point[]} points @param {number} cost @returns {Point|null}
 */
export function pointAt(points, cost) {
  return points.findLast((/** @type {Point} */ point) => point.cost <= cost) ?? points[0] ?? null;
}
