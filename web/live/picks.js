import { Walk } from "./walk.js";

/** Searches that are animated at once. */
export const SLOTS = 6;
/** Between two changes of the picture: 32 in a second for each of six walks, and room for the dots, make less than 240. */
export const TICK_MILLISECONDS = 31;
/** How long one is shown at least, and after its end. */
const LEAST_MILLISECONDS = 2000;
const LINGER_MILLISECONDS = 500;
/** One that waits for its own steps gives way after that. */
const STUCK_MILLISECONDS = 3000;
/** A search waits so long for a place among the animated. */
const PATIENCE_MILLISECONDS = 1500;
const DOT_MILLISECONDS = 400;
/** A dot of a search whose place is not known yet. */
const DOT_PATIENCE_MILLISECONDS = 2000;
const MOST_DOTS = 20;
/** Seconds that a walk takes: a short one, and one of LONG_STEPS or more. */
const SHORT_SECONDS = 2;
const LONG_SECONDS = 4;
const LONG_STEPS = 2000;
/** After a pause, as of a tab that was not seen, a walk goes on where it stood. */
const LONGEST_TICK = 250;

/**
 * @typedef {{search:Search,slot:number,walk:Walk,exact:number,began:number,moved:number,ended:number|null}} Pick
 */

/**
 * Which searches are animated, each with its shape and colour (the slot), and how far each walk has got; the other told ones
 * are dots for a moment. The newest come first; one that is shown stays until it was seen. The same searches at the same
 * times make the same choice.
 */
export class Picks {
  /** @type {(Pick|null)[]} */
  slots = Array(SLOTS).fill(null);
  /** @type {{search:Search,came:number,until:number|null}[]} */
  dots = [];
  /** Searches that were dots only. */
  dotted = 0;
  /**
   * Newest first.
   * @type {{search:Search,came:number}[]}
   */
  #waiting = [];
  #seen = new WeakSet();
  #last = NaN;

  /** @returns {Pick[]} in the order of their slots */
  get shown() {
    return /** @type {Pick[]} */ (this.slots.filter((pick) => pick !== null));
  }

  /**
   * @param {Search} search
   * @returns {Pick|null}
   */
  of(search) {
    return this.slots.find((pick) => pick?.search === search) ?? null;
  }

  /**
   * Takes notice of the searches that came since.
   * @param {Search[]} all newest first
   * @param {number} now ms
   * @param {boolean} [areOld] the picture begins: they are drawn as they ended
   */
  look(all, now, areOld = false) {
    const fresh = [];
    for (const search of all) {
      if (this.#seen.has(search)) break;
      this.#seen.add(search);
      fresh.push(search);
    }
    const walkers = fresh.filter((search) => search.started.followed !== false || search.length > 0).slice(0, SLOTS);
    for (const search of fresh.reverse()) {
      if (walkers.includes(search)) {
        if (this.#show(search, now, areOld)) continue;
        this.#waiting.unshift({ search, came: now });
        this.#waiting.length = Math.min(this.#waiting.length, SLOTS);
      }
      if (areOld) continue;
      this.dots.push({ search, came: now, until: null });
      this.dotted += 1;
      if (this.dots.length > MOST_DOTS) this.dots.shift();
    }
  }

  /**
   * Lets time pass.
   * @param {number} now ms
   * @param {boolean} isReduced walks are drawn whole
   * @returns {number|null} ms until something changes again; null when all is at rest
   */
  advance(now, isReduced) {
    const elapsed = Number.isNaN(this.#last) ? 0 : Math.min(LONGEST_TICK, Math.max(0, now - this.#last));
    for (const pick of this.shown) play(pick, now, elapsed, isReduced);
    this.#waiting = this.#waiting.filter(({ search, came }) => now - came < PATIENCE_MILLISECONDS && !this.#show(search, now, false));
    this.dots = this.dots.filter((dot) => {
      if (dot.until === null && dot.search.place) dot.until = now + DOT_MILLISECONDS;
      return dot.until === null ? now - dot.came < DOT_PATIENCE_MILLISECONDS : now < dot.until;
    });
    const moves = this.shown.some((pick) => pick.ended === null && pick.walk.cursor < pick.search.length);
    const rests = !moves && this.#waiting.length === 0 && this.dots.length === 0;
    this.#last = rests ? NaN : now;
    if (rests) return null;
    if (moves) return TICK_MILLISECONDS;
    const dots = this.dots.map(({ until }) => (until === null ? TICK_MILLISECONDS * 2 : until - now));
    return Math.max(TICK_MILLISECONDS, Math.min(100, ...dots));
  }

  /**
   * Whether `look` or `advance` would change something.
   * @param {Search[]} all
   */
  isStale(all) {
    if (all.length > 0 && !this.#seen.has(all[0])) return true;
    return this.dots.length > 0 || this.#waiting.length > 0 || this.shown.some((pick) => pick.ended === null && (pick.walk.cursor < pick.search.length || isOver(pick.search)));
  }

  /**
   * @param {Search} search
   * @param {number} now
   * @param {boolean} areOld
   * @returns {boolean} whether there was a place
   */
  #show(search, now, areOld) {
    const slot = this.#freeSlot(now);
    if (slot < 0) return false;
    const pick = { search, slot, walk: new Walk(search.header), exact: 0, began: now, moved: now, ended: null };
    this.slots[slot] = pick;
    if (areOld) play(pick, now, 0, true);
    return true;
  }

  /** @param {number} now */
  #freeSlot(now) {
    const empty = this.slots.indexOf(null);
    if (empty >= 0) return empty;
    let best = -1;
    for (const pick of this.shown) {
      if (now - pick.began < LEAST_MILLISECONDS) continue;
      const isDone = pick.ended !== null ? now - pick.ended >= LINGER_MILLISECONDS : now - pick.moved >= STUCK_MILLISECONDS;
      if (isDone && (best < 0 || pick.moved < /** @type {Pick} */ (this.slots[best]).moved)) best = pick.slot;
    }
    return best;
  }
}

const isOver = (/** @type {Search} */ search) => search.results !== null || search.failure !== null;

/**
 * @param {Pick} pick
 * @param {number} now
 * @param {number} elapsed ms
 * @param {boolean} isReduced
 */
function play(pick, now, elapsed, isReduced) {
  const { search, walk } = pick;
  if (pick.ended !== null) return;
  const seconds = SHORT_SECONDS + (LONG_SECONDS - SHORT_SECONDS) * Math.min(1, search.length / LONG_STEPS);
  pick.exact = isReduced ? search.length : Math.min(search.length, pick.exact + (Math.max(20, search.length / seconds) * elapsed) / 1000);
  const before = walk.cursor;
  walk.advance(search.columns, Math.floor(pick.exact + 1e-6));
  if (walk.cursor > before) pick.moved = now;
  // Its steps may have been given up while it was drawn: what is drawn stays.
  if (walk.cursor >= search.length && isOver(search)) pick.ended = now;
}
