import { Kind } from "./replay/kinds.js";

/** How long, in milliseconds, what a step brings takes to arrive. */
export const EDGE = 110;
export const RING = 120;
export const DROP = 450;
export const SETTLE = 260;
export const STAGGER = 30;

/**
 * Ease of arrivals: `cubic-bezier(.2,.7,.2,1)`, to within 0.025.
 * @param {number} t 0…1
 */
export const arrive = (t) => 1 - (1 - Math.min(1, Math.max(0, t))) ** 4.4;

/** @param {number} age ms since the step was passed, Infinity when it was not just now @returns {number} 0…1 of the link that led to a node */
export const edgeGrowth = (age) => arrive(age / EDGE);

/**
 * A node's ring, which begins when its link has arrived.
 * @param {number} age
 */
export const ringGrowth = (age) => arrive((age - EDGE) / RING);

/** @param {number} age */
export const dropGrowth = (age) => arrive(age / DROP);

/**
 * A result, one after the other.
 * @param {number} age of the search's end @param {number} rank from 0
 */
export const settleGrowth = (age, rank) => arrive((age - STAGGER * rank) / SETTLE);

/** Results beyond these do not keep the picture moving. */
const MOST_STAGGERED = 20;

/**
 * How long what a step brings goes on arriving.
 * @param {number} kind of the step @param {number} k results of the search
 */
export function lasting(kind, k) {
  switch (kind) {
    case Kind.keep: return EDGE + RING;
    case Kind.reject: return EDGE;
    case Kind.enter: return DROP;
    case Kind.stop: return SETTLE + STAGGER * Math.min(k, MOST_STAGGERED);
    default: return 0;
  }
}

/** Steps that may be passed at once and still be seen to arrive. */
const MOST_AT_ONCE = 64;

/** Remembers when the cursor passed each of the latest steps. A jump is no passing: nothing moves after it. */
export class Passage {
  /** @type {{from:number,to:number,at:number,lasts:number}[]} oldest first */
  #runs = [];
  #cursor = 0;

  /**
   * @param {number} cursor @param {number} now ms @param {boolean} moves it came here step by step, with motion wanted
   * @param {(step:number)=>number} lasts ms that a step goes on arriving
   */
  go(cursor, now, moves, lasts) {
    const from = this.#cursor;
    const isShort = moves && cursor >= from && cursor - from <= MOST_AT_ONCE;
    this.#runs = isShort ? this.#runs.filter((run) => now - run.at < run.lasts) : [];
    this.#cursor = cursor;
    let longest = 0;
    for (let step = from; isShort && step < cursor; step += 1) longest = Math.max(longest, lasts(step));
    if (longest > 0) this.#runs.push({ from, to: cursor, at: now, lasts: longest });
  }

  /**
   * Milliseconds since a step (by its number, from 0) was passed; Infinity for all that is at rest.
   * @param {number} step @param {number} now
   */
  age(step, now) {
    const run = this.#runs.findLast(({ from, to }) => step >= from && step < to);
    return run && now - run.at < run.lasts ? now - run.at : Infinity;
  }

  /**
   * Something may still be arriving.
   * @param {number} now
   */
  isMoving(now) {
    return this.#runs.some((run) => now - run.at < run.lasts);
  }
}
