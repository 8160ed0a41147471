import { decodeColumn } from "../columns.js";
import { OTHERS, sourceName } from "./second.js";

/** In `source`: none. In `outcome`: failed. */
const NO_SOURCE = 65535;
const FAILED = 2;
/** Sources that are told apart. */
const MOST_SOURCES = 50;

/** Searches that were not told one by one, and the sums of what is known of them. */
class Sums {
  count = 0;
  failed = 0;
  measured = 0;
  recall = 0;
  distances = 0;

  /**
   * @param {number} recall NaN if unknown
   * @param {number} distances
   * @param {boolean} hasFailed
   */
  add(recall, distances, hasFailed) {
    this.count += 1;
    if (hasFailed) this.failed += 1;
    else this.distances += distances;
    if (Number.isNaN(recall)) return;
    this.measured += 1;
    this.recall += recall;
  }
}

/** Searches that the daemon only counted since the index is followed: all together, and by source. */
export class Counted extends Sums {
  /** @type {Map<string,Sums>} */
  sources = new Map();

  /** @param {any} event `search.counted` */
  take(event) {
    const source = decodeColumn(event.source, "u16");
    const distances = decodeColumn(event.distances, "u32");
    const recall = decodeColumn(event.recall, "f32");
    const outcome = decodeColumn(event.outcome, "u8");
    for (let i = 0; i < source.length; i += 1) {
      for (const sums of [this, this.#of(source[i] === NO_SOURCE ? undefined : event.sources[source[i]])]) {
        sums.add(recall[i], distances[i], outcome[i] === FAILED);
      }
    }
  }

  /** @param {string|undefined} source */
  #of(source) {
    const name = sourceName(source);
    const key = this.sources.has(name) || this.sources.size < MOST_SOURCES ? name : OTHERS;
    let sums = this.sources.get(key);
    if (!sums) this.sources.set(key, (sums = new Sums()));
    return sums;
  }
}
