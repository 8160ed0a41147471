import { decodeColumn } from "../columns.js";
import { count, plural } from "../format.js";

/** Seconds that are told of: whole ones, before the one that runs. */
export const SECONDS = 60;
/** The running one and some slack: a power of two, so that the place in the ring is a mask. */
const RING = 64;
/** Sources told apart within a second, and letters of a name; what is beyond are others. */
const MOST_SOURCES = 32;
const MOST_LETTERS = 80;
/** Times in 16 parts of each power of two: within 3 %. */
const PARTS = 16;
const BUCKETS = 32 * PARTS;
/** Searches whose second is remembered until their recall is known, and marks. */
const MOST_OPEN = 2000;
const MOST_MARKS = 20;
/** The figure for searches a second is a mean of this many. */
const RATE_SECONDS = 5;
const NONE = 65535;
/** In place of a name for searches without one, and for the sources beyond the bound. */
export const UNNAMED = "unnamed";
export const OTHERS = "\u0000others";

/**
 * @typedef {{at:number,count:number,ended:number,failed:number,distances:number,costed:number,measured:number,recall:number,
 *   leastK:number,mostK:number,sources:Map<string,number>,times:Uint32Array}} Second `at` is its number since 1970
 * @typedef {{at:number,revision:number|null,text:string,added?:number,removed?:number}} Mark
 */

/** @returns {Second} */
const emptySecond = () => ({
  at: -1, count: 0, ended: 0, failed: 0, distances: 0, costed: 0, measured: 0, recall: 0, leastK: Infinity, mostK: 0,
  sources: new Map(), times: new Uint32Array(BUCKETS),
});

/** @param {number} microseconds */
const bucketOf = (microseconds) => Math.min(BUCKETS - 1, Math.floor(Math.log2(Math.max(1, microseconds)) * PARTS));

/**
 * What came on one index in the last minute, second by second on the daemon's clock. A search belongs to the second in which it
 * began (a counted one: in which it was told), and what is learnt of it later goes there. Memory does not grow with time.
 */
export class Minute {
  #ring = Array.from({ length: RING }, emptySecond);
  /** The seconds of told searches. @type {Map<string,number>} */
  #open = new Map();
  /** @type {Mark[]} */
  #marks = [];
  /** Least lag of this clock behind the daemon's, of these events and of those of the minute before: clocks drift. */
  #lag = { now: Infinity, before: Infinity, since: -Infinity };
  /** All searches that were ever told or counted. */
  total = 0;

  /** @param {any} event of a `searches` stream @param {number} local this machine's time in ms, which never goes back */
  take(event, local) {
    switch (event.type) {
      case "search.started": return this.#start(event, local);
      case "search.counted": return this.#count(event, local);
      case "search.finished": return this.#finish(event);
      case "search.failed": return this.#fail(event);
      case "search.recall": return this.#measure(event);
    }
  }

  /** The daemon's time. @param {number} local */
  now(local) {
    const lag = Math.min(this.#lag.now, this.#lag.before);
    return lag === Infinity ? local : local - lag;
  }

  /** The index is another one from now on. @param {number} revision @param {string} text @param {number} local */
  mark(revision, text, local) {
    this.#mark({ at: this.now(local), revision, text });
  }

  /** Events were lost: what is shown is less than what was. @param {number} local */
  lose(local) {
    this.#mark({ at: this.now(local), revision: null, text: "some events were lost" });
  }

  /** The daemon was started anew: the names of its searches mean others. @param {number} local */
  outlive(local) {
    this.#open.clear();
    this.#mark({ at: this.now(local), revision: null, text: "the daemon was started anew" });
  }

  /** A map tells more exactly what is new in a revision than the counts did. @param {any} event `layout.added` or `layout.removed` */
  tellOf({ type, revision, count: number }) {
    const mark = this.#marks.findLast((one) => one.revision === revision);
    if (!mark || (type !== "layout.added" && type !== "layout.removed")) return;
    mark[type === "layout.added" ? "added" : "removed"] = number;
    const parts = [mark.added && `${plural(mark.added, "vector")} added`, mark.removed && `${plural(mark.removed, "vector")} removed`].filter(Boolean);
    if (parts.length > 0) mark.text = `r${revision}: ${parts.join(", ")}`;
  }

  /** Nothing of the last minute is left to be shown. @param {number} local */
  isEmpty(local) {
    const last = Math.floor(this.now(local) / 1000);
    return !this.#ring.some(({ at, count: number }) => number > 0 && at >= last - SECONDS && at <= last) && this.marks(local).length === 0;
  }

  /** The whole seconds of the last minute, oldest first; null where nothing came. @param {number} local @returns {(Second|null)[]} */
  seconds(local) {
    const first = Math.floor(this.now(local) / 1000) - SECONDS;
    return Array.from({ length: SECONDS }, (_, i) => this.#known(first + i));
  }

  /** Marks of the last minute, with their place in it: 0 is its beginning, 1 its end. @param {number} local */
  marks(local) {
    const end = Math.floor(this.now(local) / 1000);
    return this.#marks.map((mark) => ({ ...mark, place: (mark.at / 1000 - (end - SECONDS)) / SECONDS })).filter(({ place }) => place >= 0);
  }

  /** The sources of the last minute, the busiest first. @param {number} local @param {number} most @returns {{name:string,count:number}[]} */
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
    const sum = emptySecond();
    let first = last;
    let recent = 0;
    for (let at = last - SECONDS; at <= last; at += 1) {
      const second = this.#known(at);
      if (!second) continue;
      first = Math.min(first, at);
      if (at < last && at >= last - RATE_SECONDS) recent += second.count;
      for (const name of /** @type {const} */ (["count", "ended", "failed", "distances", "costed", "measured", "recall"])) sum[name] += second[name];
      sum.leastK = Math.min(sum.leastK, second.leastK);
      sum.mostK = Math.max(sum.mostK, second.mostK);
      for (let i = 0; i < BUCKETS; i += 1) sum.times[i] += second.times[i];
    }
    return {
      rate: recent / Math.max(1, Math.min(RATE_SECONDS, last - first)), count: sum.count, ended: sum.ended, failed: sum.failed,
      measured: sum.measured, recall: sum.recall / sum.measured, k: sum.leastK === sum.mostK ? sum.mostK : null,
      distances: sum.distances / sum.costed, p95: percentile(sum.times, 0.95),
    };
  }

  /** @returns {Second|null} */
  #known(at) {
    const second = this.#ring[at & (RING - 1)];
    return second.at === at ? second : null;
  }

  /** The second to which something belongs; null when it is over for a minute. @returns {Second|null} */
  #second(at, local) {
    const last = Math.floor(this.now(local) / 1000);
    if (at < last - SECONDS || at > last) return null;
    const second = this.#ring[at & (RING - 1)];
    if (second.at === at) return second;
    const { sources, times } = second;
    sources.clear();
    times.fill(0);
    return Object.assign(second, emptyCounts, { at });
  }

  #heard(at, local) {
    const lag = this.#lag;
    if (local - lag.since > SECONDS * 1000) this.#lag = { now: local - at, before: lag.now, since: local };
    else lag.now = Math.min(lag.now, local - at);
  }

  #start({ search, at, source }, local) {
    if (!Number.isFinite(at)) return;
    this.#heard(at, local);
    this.total += 1;
    const number = Math.floor(at / 1000);
    const second = this.#second(number, local);
    if (!second) return;
    add(second, source);
    this.#open.set(search, number);
    if (this.#open.size > MOST_OPEN) this.#open.delete(/** @type {string} */ (this.#open.keys().next().value));
  }

  #finish({ search, counters, microseconds }) {
    const second = this.#known(this.#open.get(search) ?? NaN);
    if (second) end(second, counters?.distances, microseconds);
  }

  #fail({ search }) {
    const second = this.#known(this.#open.get(search) ?? NaN);
    this.#open.delete(search);
    if (!second) return;
    second.ended += 1;
    second.failed += 1;
  }

  #measure({ search, recall, k }) {
    const second = this.#known(this.#open.get(search) ?? NaN);
    this.#open.delete(search);
    if (second) measure(second, recall, k);
  }

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
      add(second, source[i] === NONE ? undefined : event.sources[source[i]]);
      if (outcome[i] === 2) {
        second.ended += 1;
        second.failed += 1;
        continue;
      }
      end(second, distances[i], microseconds[i]);
      measure(second, recall[i], k[i]);
    }
  }

  /** @param {Mark} mark */
  #mark(mark) {
    this.#marks.push(mark);
    if (this.#marks.length > MOST_MARKS) this.#marks.shift();
  }
}

const { sources: _sources, times: _times, ...emptyCounts } = emptySecond();

/** @param {Second} second @param {unknown} source */
function add(second, source) {
  const name = sourceName(source);
  const { sources } = second;
  second.count += 1;
  const key = sources.has(name) || sources.size < MOST_SOURCES ? name : OTHERS;
  sources.set(key, (sources.get(key) ?? 0) + 1);
}

/** @param {Second} second */
function end(second, distances, microseconds) {
  second.ended += 1;
  if (Number.isFinite(distances)) {
    second.distances += distances;
    second.costed += 1;
  }
  if (Number.isFinite(microseconds)) second.times[bucketOf(microseconds)] += 1;
}

/** @param {Second} second */
function measure(second, recall, k) {
  if (!Number.isFinite(recall)) return;
  second.measured += 1;
  second.recall += recall;
  second.leastK = Math.min(second.leastK, k);
  second.mostK = Math.max(second.mostK, k);
}

/** Who asked, as it is shown. @param {unknown} source */
export function sourceName(source) {
  return typeof source === "string" && source !== "" ? source.slice(0, MOST_LETTERS) : UNNAMED;
}

/** The middle of the bucket below which a share of all lies, NaN of none. @param {Uint32Array} times @param {number} share */
function percentile(times, share) {
  const all = times.reduce((sum, number) => sum + number, 0);
  let left = Math.ceil(all * share);
  if (all === 0) return NaN;
  for (let i = 0; i < BUCKETS; i += 1) {
    left -= times[i];
    if (left <= 0) return 2 ** ((i + 0.5) / PARTS);
  }
  return NaN;
}

/** What a new revision brought, as far as the counts tell. @param {any} now a summary @param {any} before */
export function revisionText(now, before) {
  const by = now.count - before.count;
  const what = by > 0 ? `${plural(by, "vector")} added` : by < 0 ? `${plural(-by, "vector")} removed` : `still ${count(now.count)} vectors`;
  return `r${now.revision}: ${what}`;
}
