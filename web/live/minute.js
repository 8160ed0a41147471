import { decodeColumn } from "../columns.js";
import { Marks } from "./marks.js";
import { OTHERS, Second } from "./second.js";

/** Seconds that are told of: whole ones, before the one that runs. */
export const SECONDS = 60;
/** The running one and some slack: a power of two, so that the place in the ring is a mask. */
const RING = 64;
/** Searches whose second is remembered until their recall is known. */
const MOST_OPEN = 2000;
/** The figure for searches a second is a mean of this many. */
const RATE_SECONDS = 5;
/** In columns of counted searches: no source, and a search that failed. */
const NONE = 65535;
const FAILED = 2;

/**
 * What came on one index in the last minute, second by second on the daemon's clock. A search belongs to the second in which it
 * began (a counted one: in which it was told), and what is learnt of it later goes there. Memory does not grow with time.
 */
export class Minute {
  #ring = Array.from({ length: RING }, () => new Second());
  /**
   * The seconds of told searches.
   * @type {Map<string,number>}
   */
  #open = new Map();
  #marks = new Marks();
  /** Least lag of this clock behind the daemon's, of these events and of those of the minute before: clocks drift. */
  #lag = { now: Infinity, before: Infinity, since: -Infinity };
  /** All searches that were ever told or counted. */
  total = 0;

  /**
   * @param {any} event of a `searches` stream
   * @param {number} local this machine's time in ms, which never goes back
   */
  take(event, local) {
    switch (event.type) {
      case "search.started": return this.#start(event, local);
      case "search.counted": return this.#count(event, local);
      case "search.finished": return this.#finish(event);
      case "search.failed": return this.#fail(event);
      case "search.recall": return this.#measure(event);
    }
  }

  /**
   * The daemon's time.
   * @param {number} local
   */
  now(local) {
    const lag = Math.min(this.#lag.now, this.#lag.before);
    return lag === Infinity ? local : local - lag;
  }

  /**
   * Something is another from now on.
   * @param {string} text
   * @param {number} local
   * @param {number|null} [revision] of the index
   */
  mark(text, local, revision = null) {
    this.#marks.add(this.now(local), text, revision);
  }

  /**
   * A map tells more exactly what is new in a revision than the counts did.
   * @param {any} event of the `layout` stream
   */
  tellOf(event) {
    this.#marks.tellOf(event);
  }

  /** The daemon was started anew: the names of its searches mean others. */
  outlive() {
    this.#open.clear();
  }

  /**
   * Nothing of the last minute is left to be shown.
   * @param {number} local
   */
  isEmpty(local) {
    const last = Math.floor(this.now(local) / 1000);
    return !this.#ring.some(({ at, count: number }) => number > 0 && at >= last - SECONDS && at <= last) && this.marks(local).length === 0;
  }

  /**
   * The whole seconds of the last minute, oldest first; null where nothing came.
   * @param {number} local
   * @returns {(Second|null)[]}
   */
  seconds(local) {
    const first = Math.floor(this.now(local) / 1000) - SECONDS;
    return Array.from({ length: SECONDS }, (_, i) => this.#known(first + i));
  }

  /**
   * Marks of the last minute, with their place in it: 0 is its beginning, 1 its end.
   * @param {number} local
   */
  marks(local) {
    const begin = Math.floor(this.now(local) / 1000) - SECONDS;
    return this.#marks.since(begin * 1000).map(({ at, text }) => ({ text, place: (at / 1000 - begin) / SECONDS }));
  }

  /**
   * The sources of the last minute, the busiest first.
   * @param {number} local
   * @param {number} most
   * @returns {{name:string,count:number}[]}
   */
  sources(local, most) {
    const sums = new Map();
    for (const second of this.seconds(local)) for (const [name, number] of second?.sources ?? []) sums.set(name, (sums.get(name) ?? 0) + number);
    sums.delete(OTHERS);
    // Of equals the name decides, or they would change places from second to second.
    return [...sums].map(([name, number]) => ({ name, count: number })).sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)).slice(0, most);
  }

  /**
   * Sums over the last minute, the running second included.
   * @param {number} local
   * @returns {{rate:number,count:number,ended:number,failed:number,measured:number,recall:number,k:number|null,distances:number,p95:number}} NaN
   *   where nothing is known; `k` only if it was one and the same
   */
  figures(local) {
    const last = Math.floor(this.now(local) / 1000);
    const sum = new Second();
    let first = last;
    let recent = 0;
    for (let at = last - SECONDS; at <= last; at += 1) {
      const second = this.#known(at);
      if (!second) continue;
      first = Math.min(first, at);
      if (at < last && at >= last - RATE_SECONDS) recent += second.count;
      sum.join(second);
    }
    return {
      rate: recent / Math.max(1, Math.min(RATE_SECONDS, last - first)), count: sum.count, ended: sum.ended, failed: sum.failed,
      measured: sum.measured, recall: sum.recall / sum.measured, k: sum.leastK === sum.mostK ? sum.mostK : null,
      distances: sum.distances / sum.costed, p95: sum.percentile(0.95),
    };
  }

  /**
   * @param {number} at
   * @returns {Second|null}
   */
  #known(at) {
    const second = this.#ring[at & (RING - 1)];
    return second.at === at ? second : null;
  }

  /**
   * The second to which something belongs; null when it is over for a minute.
   * @param {number} at
   * @param {number} local
   * @returns {Second|null}
   */
  #second(at, local) {
    const last = Math.floor(this.now(local) / 1000);
    if (at < last - SECONDS || at > last) return null;
    const second = this.#ring[at & (RING - 1)];
    if (second.at === at) return second;
    second.reset(at);
    return second;
  }

  /**
   * @param {number} at the daemon's time
   * @param {number} local
   */
  #heard(at, local) {
    const lag = this.#lag;
    if (local - lag.since > SECONDS * 1000) this.#lag = { now: local - at, before: lag.now, since: local };
    else lag.now = Math.min(lag.now, local - at);
  }

  /**
   * @param {any} event
   * @param {number} local
   */
  #start({ search, at, source }, local) {
    if (!Number.isFinite(at)) return;
    this.#heard(at, local);
    this.total += 1;
    const number = Math.floor(at / 1000);
    const second = this.#second(number, local);
    if (!second) return;
    second.begin(source);
    this.#open.set(search, number);
    if (this.#open.size > MOST_OPEN) this.#open.delete(/** @type {string} */ (this.#open.keys().next().value));
  }

  /** @param {any} event */
  #finish({ search, counters, microseconds }) {
    const second = this.#known(this.#open.get(search) ?? NaN);
    second?.end(counters?.distances, microseconds);
  }

  /** @param {any} event */
  #fail({ search }) {
    const second = this.#known(this.#open.get(search) ?? NaN);
    this.#open.delete(search);
    second?.fail();
  }

  /** @param {any} event */
  #measure({ search, recall, k }) {
    const second = this.#known(this.#open.get(search) ?? NaN);
    this.#open.delete(search);
    second?.measure(recall, k);
  }

  /**
   * @param {any} event
   * @param {number} local
   */
  #count(event, local) {
    if (!Number.isFinite(event.at)) return;
    this.#heard(event.at, local);
    this.total += event.count;
    const second = this.#second(Math.floor(event.at / 1000), local);
    if (!second) return;
    const source = decodeColumn(event.source, "u16");
    const distances = decodeColumn(event.distances, "u32");
    const microseconds = decodeColumn(event.microseconds, "u32");
    const recall = decodeColumn(event.recall, "f32");
    const k = decodeColumn(event.k, "u32");
    const outcome = decodeColumn(event.outcome, "u8");
    for (let i = 0; i < source.length; i += 1) {
      second.begin(source[i] === NONE ? undefined : event.sources[source[i]]);
      if (outcome[i] === FAILED) {
        second.fail();
        continue;
      }
      second.end(distances[i], microseconds[i]);
      second.measure(recall[i], k[i]);
    }
  }
}
