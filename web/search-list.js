import { decodeColumn, decodeSteps, decodeUnits, emptySteps, putSteps } from "./columns.js";
import { LocalMap } from "./local-map.js";
import { Replay } from "./replay.js";
import { Counted } from "./live/counted.js";

const SPAN = 65535;
/** What a result takes, in steps of 16 bytes; and letters of a subject in a step. */
const RESULT_STEPS = 8;
const STEP_LETTERS = 16;

const placeOf = ({ x, y, spread }) => ({ x: x / SPAN, y: y / SPAN, spread: spread / SPAN });

/**
 * What an event or an answer says of the exact neighbours.
 * @param {any} said its `recall` is a share, or an object with all of it
 * @returns {{share:number,k:number,exact:any[],missed:any[],over:string,skipped:number,unavailable:string|null}|null}
 */
function recallOf(said) {
  const { recall, k, exact, missed, over, skipped, unavailable } = typeof said.recall === "object" && said.recall !== null ? said.recall : said;
  if (typeof unavailable === "string") return { share: NaN, k: 0, exact: [], missed: [], over: "stored", skipped: 0, unavailable };
  if (typeof recall !== "number") return null;
  return { share: recall, k: k ?? exact?.length ?? 0, exact: exact ?? [], missed: missed ?? [], over: over ?? "stored", skipped: skipped ?? 0, unavailable: null };
}

/**
 * The latest searches of one index with their growing traces. What is missing of a trace (`gap`) can be filled from
 * the answer to `search.trace`.
 */
export class SearchList {
  /** @type {Map<string,any>} oldest first */
  #byID = new Map();
  /** @type {string|null} */
  #pinned = null;

  /** @param {{most?:number,mostSteps?:number}} [limits] searches kept, and steps of 16 bytes that they may take all together: 32 MB */
  constructor({ most = 200, mostSteps = 2_000_000 } = {}) {
    this.most = most;
    this.mostSteps = mostSteps;
    /** Searches that the daemon only counted. */
    this.counted = new Counted();
  }

  /** A search that is never given up. @returns {string|null} */
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

  get(id) {
    return this.#byID.get(id) ?? null;
  }

  /** @param {any} event of a `searches` stream @returns {any} the search that it changed, or null */
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

  /** Fills a search from the answer to `search.trace`. @returns {any} the search */
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
    if (answer.results) this.#finish(search, { ...answer, events: steps.kind.length });
    search.recall = recallOf(answer) ?? search.recall;
    this.#forget();
    return search;
  }

  /** Keeps the local map of what a search measured. @param {any} answer to `search.projection` */
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

  #start(event) {
    const known = this.#byID.get(event.search);
    if (known) return known;
    const header = event.header;
    const columns = emptySteps(0);
    const search = {
      id: event.search, index: event.index, revision: event.revision, header, started: event, columns, length: 0,
      results: null, place: null, counters: null, microseconds: null, complete: false, projection: null,
      /** Its place among all that were told or counted; null of one that was asked for. @type {number|null} */
      ordinal: null,
      /** Steps in the whole trace, null until it is known. */
      total: null,
      truncated: false, failure: null,
      /** Places of nodes that it met, for a map that is not whole. @type {any[]} */
      placed: [],
      /** What the search leaves out, in words. */
      limit: null,
      /** The number of the first event that stands for several steps. @type {number|null} */
      summarisedFrom: null,
      /** Why it ended before its time: `cancelled` or `deadline`. @type {string|null} */
      stopped: null,
      /** How much of the exact answer was found, once that is known. @type {ReturnType<typeof recallOf>} */
      recall: null,
      /** Steps are missing: they are to be fetched when the search is looked at. */
      gap: event.followed === false,
      replay: new Replay(header, columns),
    };
    this.#byID.set(search.id, search);
    this.#forget();
    return search;
  }

  /** Where nodes are that the map does not draw: they are met in this search for the first time. */
  #places(search, { placedNode, placedX, placedY }) {
    if (placedNode) search.placed.push({ node: decodeColumn(placedNode, "u32"), x: decodeUnits(placedX), y: decodeUnits(placedY), on: null });
  }

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
    const isOver = (search) => search.complete || search.failure !== null || search.results !== null;
    for (const giveUp of [(search) => isOver(search) && strip(search), (search) => strip(search), ({ id }) => this.#byID.delete(id)]) {
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

/** What a search takes, in steps. @param {any} search */
function weightOf({ columns, placed, results, recall, started }) {
  const hits = (results?.length ?? 0) + (recall ? recall.exact.length + recall.missed.length : 0);
  const letters = (started.subject?.image?.length ?? 0) + (started.subject?.text?.length ?? 0);
  return columns.kind.length + placed.reduce((sum, { node }) => sum + node.length, 0) + RESULT_STEPS * hits + Math.ceil(letters / STEP_LETTERS);
}

/** Takes from a search what can be fetched again. */
function strip(search) {
  if (search.length === 0 && search.placed.length === 0) return;
  Object.assign(search, { columns: emptySteps(0), placed: [], length: 0, complete: false, gap: true });
  search.replay = new Replay(search.header, search.columns);
}
