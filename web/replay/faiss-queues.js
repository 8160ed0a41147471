import { BestList, MinimaxHeap, NeighborPool, OrderedHeap } from "./heaps.js";
import { byKey, nearest, NOTHING } from "./queue.js";

/** Faiss's HNSW search with a queue of limited size. */
export class FaissBoundedQueues {
  /** @param {number} efSearch @param {number} k @param {boolean} largerIsNearer */
  constructor(efSearch, k, largerIsNearer) {
    this.waiting = new MinimaxHeap(efSearch, largerIsNearer);
    this.best = new BestList(k, largerIsNearer);
  }

  clone() {
    const copy = new FaissBoundedQueues(0, 0, false);
    copy.waiting = this.waiting.clone();
    copy.best = this.best.clone();
    return copy;
  }

  /** @param {number} node @param {number} key @param {boolean} mayBeResult */
  enter(node, key, mayBeResult) {
    this.keep(node, key, mayBeResult);
  }

  /** @param {number} node */
  take(node) {
    return this.waiting.take(node);
  }

  /** @param {number} node @param {number} key @param {boolean} mayBeResult */
  keep(node, key, mayBeResult) {
    /** @type {[string,number][]} */
    const out = [];
    const worst = mayBeResult ? this.best.offer(node, key) : false;
    if (typeof worst === "number") out.push(["results", worst]);
    const last = this.waiting.push(node, key);
    if (typeof last === "number") out.push(["candidates", last]);
    return out;
  }

  get candidates() {
    return this.waiting.waiting.sort(byKey);
  }

  get waitingCount() {
    return this.waiting.waiting.length;
  }

  get size() {
    return this.waiting.keys.length + this.best.entries.length;
  }

  get results() {
    return this.best.entries;
  }
}

/** Faiss's HNSW search with queues that grow. */
export class FaissUnboundedQueues {
  /** @param {number} efSearch @param {boolean} largerIsNearer */
  constructor(efSearch, largerIsNearer) {
    this.efSearch = efSearch;
    this.waiting = new OrderedHeap(!largerIsNearer);
    this.top = new OrderedHeap(largerIsNearer);
  }

  clone() {
    const copy = new FaissUnboundedQueues(this.efSearch, false);
    copy.waiting = this.waiting.clone();
    copy.top = this.top.clone();
    return copy;
  }

  /** @param {number} node @param {number} key */
  enter(node, key) {
    this.keep(node, key);
  }

  /** @param {number} node */
  take(node) {
    if (this.waiting.entries[0]?.node !== node) return false;
    this.waiting.pop();
    return true;
  }

  /** @param {number} node @param {number} key */
  keep(node, key) {
    this.waiting.push(node, -key);
    this.top.push(node, key);
    return /** @type {[string,number][]} */ (this.top.size > this.efSearch ? [["results", this.top.pop()]] : NOTHING);
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
    return this.top.entries.slice().sort((a, b) => (this.top.isAbove(a, b) ? 1 : -1));
  }
}

/** Faiss's NSG search: candidates and results in one pool. */
export class FaissPoolQueue {
  /** @param {number} size */
  constructor(size) {
    this.pool = new NeighborPool(size);
  }

  clone() {
    const copy = new FaissPoolQueue(0);
    copy.pool = this.pool.clone();
    return copy;
  }

  /** @param {number} node */
  take(node) {
    const member = this.pool.members.find((one) => one.node === node && !one.expanded);
    if (member) member.expanded = true;
    return member !== undefined;
  }

  /** @param {number} node @param {number} key */
  keep(node, key) {
    if (this.pool.isFull && this.pool.size > 0) return /** @type {[string,number][]} */ ([["pool", this.pool.insert(node, key)]]);
    this.pool.fill(node, key);
    return NOTHING;
  }

  get candidates() {
    return this.pool.members.filter((member) => !member.expanded).map(({ node, key }) => ({ node, key }));
  }

  get waitingCount() {
    return this.candidates.length;
  }

  get size() {
    return this.pool.members.length;
  }

  get results() {
    return this.pool.members.map(({ node, key }) => ({ node, key }));
  }
}
