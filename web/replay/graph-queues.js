import { SortedBuffer, SwapHeap } from "./heaps.js";
import { byKey, nearest, NOTHING } from "./queue.js";
import { TieHeap } from "./tie-heap.js";

const MOST_DISTANT = -3.4028234663852886e38;

/** hnswlib's `candidate_set` and `top_candidates`. */
export class HnswlibQueues {
  /** @param {number} efSearch @param {number} k */
  constructor(efSearch, k) {
    this.efSearch = efSearch;
    this.k = k;
    this.waiting = new TieHeap();
    this.top = new TieHeap();
  }

  clone() {
    const copy = new HnswlibQueues(this.efSearch, this.k);
    copy.waiting = this.waiting.clone();
    copy.top = this.top.clone();
    return copy;
  }

  /**
   * An entry point that may not be a result has no distance, and goes by the largest there is.
   * @param {number} node @param {number} key @param {boolean} mayBeResult
   */
  enter(node, key, mayBeResult) {
    this.waiting.push(mayBeResult ? -key : MOST_DISTANT, node);
    if (mayBeResult) this.top.push(key, node);
  }

  /** @param {number} node */
  take(node) {
    if (this.waiting.nodes[0] !== node) return false;
    this.waiting.pop();
    return true;
  }

  /** @param {number} node @param {number} key @param {boolean} mayBeResult @returns {[string,number][]} */
  keep(node, key, mayBeResult) {
    this.waiting.push(-key, node);
    if (!mayBeResult) return NOTHING;
    this.top.push(key, node);
    return this.top.size > this.efSearch ? [["results", this.top.pop()]] : NOTHING;
  }

  get candidates() {
    const { keys, nodes } = this.waiting;
    return nearest(nodes.length, (place) => keys[place], (place) => nodes[place]);
  }

  get waitingCount() {
    return this.waiting.size;
  }

  get size() {
    return this.waiting.size + this.top.size;
  }

  /** Those that the library would hand over now come first. */
  get results() {
    const rest = this.top.clone();
    const beyond = [];
    while (rest.size > this.k) {
      const key = rest.keys[0];
      beyond.push({ node: rest.pop(), key });
    }
    const within = rest.nodes.map((node, i) => ({ node, key: rest.keys[i] }));
    return [...within.sort(byKey), ...beyond.sort(byKey)];
  }
}

/** usearch's `next_candidates` and `top_candidates`. */
export class UsearchQueues {
  /** @param {number} efSearch */
  constructor(efSearch) {
    this.waiting = new SwapHeap();
    this.top = new SortedBuffer(efSearch);
  }

  clone() {
    const copy = new UsearchQueues(0);
    copy.waiting = this.waiting.clone();
    copy.top = this.top.clone();
    return copy;
  }

  /** @param {number} node @param {number} key @param {boolean} mayBeResult */
  enter(node, key, mayBeResult) {
    this.keep(node, key, mayBeResult);
  }

  /** @param {number} node */
  take(node) {
    if (this.waiting.entries[0]?.node !== node) return false;
    this.waiting.pop();
    return true;
  }

  /** @param {number} node @param {number} key @param {boolean} mayBeResult */
  keep(node, key, mayBeResult) {
    this.waiting.push(node, -key);
    const worst = mayBeResult ? this.top.insert(node, key) : -1;
    return /** @type {[string,number][]} */ (worst >= 0 ? [["results", worst]] : NOTHING);
  }

  get candidates() {
    const { entries } = this.waiting;
    return nearest(entries.length, (place) => entries[place].key, (place) => entries[place].node);
  }

  get waitingCount() {
    return this.waiting.entries.length;
  }

  get size() {
    return this.waiting.entries.length + this.top.entries.length;
  }

  get results() {
    return this.top.entries;
  }
}
