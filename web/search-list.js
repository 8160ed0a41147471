import { decodeColumn, decodeSteps, decodeUnits, emptySteps, putSteps, SPAN } from "./columns.js";
import { Counted } from "./live/counted.js";
import { LocalMap } from "./local-map.js";
import { recallOf } from "./recall.js";
import { Replay } from "./replay.js";
import { weightOf } from "./search-weight.js";

/** @param {{x:number,y:number,spread:number}} place */
const placeOf = ({ x, y, spread }) => ({ x: x / SPAN, y: y / SPAN, spread: spread / SPAN });

/**
 * The latest searches of one index with their growing traces. What is missing of a trace (`gap`) can be filled from
 * the answer to `search.trace`.
 */
export class SearchList {
  /** @type {Map<string,any>} oldest first */
  #byID = new Map();
  /** @type {string|null} */
  #pinned = null;

  /** @param {{most?:number,mostSteps?:number}} limits searches kept, and steps of 16 bytes that they may take all together: 32 MB */
  constructor({ most = 200, mostSteps = 2_000_000 } = {}) {
    this.most = most;
    this.mostSteps = mostSteps;
    /** Searches that the daemon only counted. */
    this.counted = new Counted();
  }

  /**
   * A search that is never given up.
   * @returns {string|null}
   */
  get pinned() {
    return this.#pinned;
  }

  set pinned(id) {
    const before = this.#pinned !== null && this.#pinned !== id ? this.get(this.#pinned) : null;
    this.#pinned = id;
    // Its checkpoints take more room than its steps, and are soon made again.
    if (before) before.replay = new Replay(before.header, before.columns);
  }

  /** @returns {any[]} newest first */
  get all() {
    return [...this.#byID.values()].reverse();
  }

  /**
   * @param {string} id
   * @returns {any}
   */
  get(id) {
    return this.#byID.get(id) ?? null;
  }

  /**
   * @param {any} event of a `searches` stream
   * @returns {any} the search that it changed, or null
   */
  apply(event) {
    if (event.type === "search.started") return this.#start(event);
    if (event.type === "search.counted") {
      this.counted.take(event);
      return null;
    }
    const search = this.#byID.get(event.search);
    if (!search) return null;
    switch (event.type) {
      case "search.steps":
        this.#places(search, event);
        this.#steps(search, event.first, decodeSteps(event));
        break;
      case "search.place":
        search.place = placeOf(event);
        break;
      case "search.finished":
        this.#finish(search, event);
        break;
      case "search.recall":
        search.recall = recallOf(event);
        break;
      case "search.failed":
        search.failure = event.message;
        break;
    }
    if (search.results || search.failure !== null) this.#forget();
    return search;
  }

  /**
   * Fills a search from the answer to `search.trace`.
   * @param {any} answer
   * @returns {any} the search
   */
  fill(answer) {
    const search = this.#byID.get(answer.search) ?? this.#start({ ...answer.started, search: answer.search });
    const steps = decodeSteps(answer.columns);
    if (answer.place) search.place = placeOf(answer.place);
    search.placed = [];
    this.#places(search, answer.columns.placedNode ? answer.columns : answer);
    if (steps.kind.length > search.length) {
      search.columns = steps;
      search.length = steps.kind.length;
    }
    search.gap = false;
    if (answer.place) this.apply({ ...answer.place, type: "search.place", search: search.id });
    if (answer.results) this.#finish(search, { ...answer, events: steps.kind.length });
    search.recall = recallOf(answer) ?? search.recall;
    this.#forget();
    return search;
  }

  /**
   * Keeps the local map of what a search measured.
   * @param {any} answer to `search.projection`
   */
  project(answer) {
    const search = this.#byID.get(answer.search);
    if (!search) return null;
    search.projection = new LocalMap(answer);
    return search;
  }

  /** After events were lost: traces that may lack steps are to be fetched. */
  markLost() {
    for (const search of this.#byID.values()) if (!search.complete && search.failure === null) search.gap = true;
  }

  /** @param {any} event */
  #start(event) {
    const known = this.#byID.get(event.search);
    if (known) return known;
    const header = event.header;
    const columns = emptySteps(0);
    const search = {
      id: event.search, index: event.index, revision: event.revision, header, started: event, columns, length: 0,
      results: null, place: null, counters: null, microseconds: null, complete: false, projection: null,
      /**
       * Its place among all that were told or counted; null of one that was asked for.
       * @type {number|null}
       */
      ordinal: null,
      /** Steps in the whole trace, null until it is known. */
      total: null,
      truncated: false, failure: null,
      /**
       * Places of nodes that it met, for a map that is not whole.
       * @type {any[]}
       */
      placed: [],
      /** What the search leaves out, in words. */
      limit: null,
      /**
       * The number of the first event that stands for several steps.
       * @type {number|null}
       */
      summarisedFrom: null,
      /**
       * Why it ended before its time: `cancelled` or `deadline`.
       * @type {string|null}
       */
      stopped: null,
      /**
       * How much of the exact answer was found, once that is known.
       * @type {ReturnType<typeof recallOf>}
       */
      recall: null,
      /** Steps are missing: they are to be fetched when the search is looked at. */
      gap: event.followed === false,
      replay: new Replay(header, columns),
    };
    this.#byID.set(search.id, search);
    this.#forget();
    return search;
  }

  /**
   * Where nodes are that the map does not draw: they are met in this search for the first time.
   * @param {any} search
   * @param {any} columns
   */
  #places(search, { placedNode, placedX, placedY }) {
    if (placedNode) search.placed.push({ node: decodeColumn(placedNode, "u32"), x: decodeUnits(placedX), y: decodeUnits(placedY), on: null });
  }

  /**
   * @param {any} search
   * @param {number} first
   * @param {import("./replay.js").Columns} steps
   */
  #steps(search, first, steps) {
    if (first > search.length) {
      search.gap = true;
      return;
    }
    const last = first + steps.kind.length;
    if (last <= search.length) return;
    search.columns = putSteps(search.columns, steps, first);
    search.length = last;
    search.replay.columns = search.columns;
    this.#settle(search);
  }

  /**
   * @param {any} search
   * @param {any} event
   */
  #finish(search, event) {
    search.results = event.results;
    search.counters = event.counters ?? search.counters;
    search.microseconds = event.microseconds ?? search.microseconds;
    search.truncated = event.truncated ?? false;
    search.limit = event.limit ?? null;
    search.summarisedFrom = event.summarisedFrom ?? null;
    search.stopped = event.stopped ?? null;
    search.total = event.events ?? search.length;
    this.#settle(search);
  }

  /** @param {any} search */
  #settle(search) {
    search.replay.columns = search.columns;
    if (search.total === null) return;
    search.complete = search.length >= search.total;
    if (!search.complete) search.gap = true;
  }

  /**
   * Gives up the oldest searches, the columns of old ones, which can be fetched again, then those of running ones, and at last
   * what is left of them.
   */
  #forget() {
    for (const id of this.#byID.keys()) {
      if (this.#byID.size <= this.most) break;
      if (id !== this.pinned) this.#byID.delete(id);
    }
    let steps = 0;
    for (const search of this.#byID.values()) steps += weightOf(search);
    const isOver = (/** @type {Search} */ search) => search.complete || search.failure !== null || search.results !== null;
    /** @type {((search:Search)=>unknown)[]} */
    const ways = [(search) => isOver(search) && strip(search), strip, ({ id }) => this.#byID.delete(id)];
    for (const giveUp of ways) {
      for (const search of steps > this.mostSteps ? [...this.#byID.values()] : []) {
        if (steps <= this.mostSteps) break;
        if (search.id === this.pinned) continue;
        steps -= weightOf(search);
        giveUp(search);
        if (this.#byID.has(search.id)) steps += weightOf(search);
      }
    }
  }
}

/**
 * Takes from a search what can be fetched again.
 * @param {Search} search
 */
function strip(search) {
  if (search.length === 0 && search.placed.length === 0) return;
  Object.assign(search, { columns: emptySteps(0), placed: [], length: 0, complete: false, gap: true });
  search.replay = new Replay(search.header, search.columns);
}
