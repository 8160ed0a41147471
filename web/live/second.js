/** Sources told apart within a second, and letters of a name; what is beyond are others. */
const MOST_SOURCES = 32;
const MOST_LETTERS = 80;
/** Times in 16 parts of each power of two: within 3 %. */
const PARTS = 16;
const BUCKETS = 32 * PARTS;
/** In place of a name for searches without one, and for the sources beyond the bound. */
export const UNNAMED = "unnamed";
export const OTHERS = "\u0000others";

/**
 * Who asked, as it is shown.
 * @param {unknown} source
 */
export function sourceName(source) {
  return typeof source === "string" && source !== "" ? source.slice(0, MOST_LETTERS) : UNNAMED;
}

/** The searches of a second, or of several: sums of what is known of them. */
export class Second {
  /** Its number since 1970. */
  at = -1;
  count = 0;
  ended = 0;
  failed = 0;
  /** Distances, and of how many searches. */
  distances = 0;
  costed = 0;
  /** Recall, of how many, and at which k. */
  recall = 0;
  measured = 0;
  leastK = Infinity;
  mostK = 0;
  /**
   * By name, at most MOST_SOURCES and the others.
   * @type {Map<string,number>}
   */
  sources = new Map();
  /** How many took so long, by the logarithm of the microseconds. */
  #times = new Uint32Array(BUCKETS);

  /**
   * Begins another second.
   * @param {number} at
   */
  reset(at) {
    Object.assign(this, { at, count: 0, ended: 0, failed: 0, distances: 0, costed: 0, recall: 0, measured: 0, leastK: Infinity, mostK: 0 });
    this.sources.clear();
    this.#times.fill(0);
  }

  /** @param {unknown} source */
  begin(source) {
    const name = sourceName(source);
    const key = this.sources.has(name) || this.sources.size < MOST_SOURCES ? name : OTHERS;
    this.count += 1;
    this.sources.set(key, (this.sources.get(key) ?? 0) + 1);
  }

  /**
   * @param {number|undefined} distances
   * @param {number} microseconds
   */
  end(distances, microseconds) {
    this.ended += 1;
    if (typeof distances === "number" && Number.isFinite(distances)) {
      this.distances += distances;
      this.costed += 1;
    }
    if (Number.isFinite(microseconds)) this.#times[Math.min(BUCKETS - 1, Math.floor(Math.log2(Math.max(1, microseconds)) * PARTS))] += 1;
  }

  fail() {
    this.ended += 1;
    this.failed += 1;
  }

  /**
   * @param {number} recall NaN if nobody measured it
   * @param {number} k
   */
  measure(recall, k) {
    if (!Number.isFinite(recall)) return;
    this.measured += 1;
    this.recall += recall;
    this.leastK = Math.min(this.leastK, k);
    this.mostK = Math.max(this.mostK, k);
  }

  /**
   * Takes in the sums of another, but for its sources.
   * @param {Second} other
   */
  join(other) {
    for (const name of /** @type {const} */ (["count", "ended", "failed", "distances", "costed", "measured", "recall"])) this[name] += other[name];
    this.leastK = Math.min(this.leastK, other.leastK);
    this.mostK = Math.max(this.mostK, other.mostK);
    for (let i = 0; i < BUCKETS; i += 1) this.#times[i] += other.#times[i];
  }

  /**
   * The time below which a share of the searches lies: the middle of a bucket.
   * @param {number} share
   * @returns {number} µs, NaN without any
   */
  percentile(share) {
    let left = Math.ceil(this.#times.reduce((sum, number) => sum + number, 0) * share);
    const bucket = left === 0 ? -1 : this.#times.findIndex((number) => (left -= number) <= 0);
    return bucket < 0 ? NaN : 2 ** ((bucket + 0.5) / PARTS);
  }
}
