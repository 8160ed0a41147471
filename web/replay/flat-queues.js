import { BestList, OrderedHeap } from "./heaps.js";
import { NOTHING } from "./queue.js";

/** Annoy's `std::partial_sort` of what it gathered, and hnswlib's brute force, which lets equals of the worst in first. */
export class PairQueue {
  /** @param {number} k */
  constructor(k) {
    this.k = k;
    this.best = new OrderedHeap(false);
  }

  clone() {
    const copy = new PairQueue(this.k);
    copy.best = this.best.clone();
    return copy;
  }

  take() {
    return false;
  }

  /** @param {number} node @param {number} key */
  keep(node, key, mayBeResult = true) {
    if (!mayBeResult) return NOTHING;
    this.best.push(node, key);
    const worst = this.best.size > this.k ? this.best.pop() : node;
    return /** @type {[string,number][]} */ (worst === node ? NOTHING : [["results", worst]]);
  }

  get candidates() {
    return [];
  }

  get waitingCount() {
    return 0;
  }

  get size() {
    return this.best.entries.length;
  }

  get results() {
    return this.best.entries.slice().sort((a, b) => (this.best.isAbove(a, b) ? 1 : -1));
  }
}

/** The k best of a scan; also what is kept by a search whose queues are not known. */
export class BestQueue {
  /** @param {number} k @param {boolean} largerIsNearer */
  constructor(k, largerIsNearer) {
    this.best = new BestList(k, largerIsNearer);
  }

  clone() {
    const copy = new BestQueue(0, false);
    copy.best = this.best.clone();
    return copy;
  }

  take() {
    return false;
  }

  /** @param {number} node @param {number} key */
  keep(node, key, mayBeResult = true) {
    const worst = mayBeResult ? this.best.offer(node, key) : false;
    return /** @type {[string,number][]} */ (typeof worst === "number" ? [["results", worst]] : NOTHING);
  }

  get candidates() {
    return [];
  }

  get waitingCount() {
    return 0;
  }

  get size() {
    return this.best.entries.length;
  }

  get results() {
    return this.best.entries;
  }
}
