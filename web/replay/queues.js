import { BestList, MinimaxHeap, NeighborPool, OrderedHeap, SortedBuffer, SwapHeap } from "./heaps.js";
import { TieHeap } from "./tie-heap.js";

/**
 * The queues that a stage keeps, by its algorithm. `keep` returns what was put out: `[queue, node]` pairs. Without ids,
 * which a trace does not hold, equal distances at the k-th place may change places with others.
 * @typedef {{node:number,key:number}} Entry
 * `candidates` are at most the nearest MOST_SHOWN; `size` counts all members.
 * @typedef {{size:number,waitingCount:number,enter?:(node:number,key:number,mayBeResult:boolean)=>void,take:(node:number)=>boolean,
 *   keep:(node:number,key:number,mayBeResult:boolean)=>[string,number][],candidates:Entry[],results:Entry[],clone:()=>Queues}} Queues
 */

const NOTHING = /** @type {[string,number][]} */ (/** @type {unknown} */ (Object.freeze([])));
/** @param {Entry} a @param {Entry} b */
const byKey = (a, b) => a.key - b.key || a.node - b.node;
const MOST_DISTANT = -3.4028234663852886e38;
/** Candidates beyond these are only counted: a long search has a hundred thousand, and nobody looks at more. */
const MOST_SHOWN = 1000;

/**
 * The nearest of a heap whose nearest is on top, without sorting the whole.
 * @param {number} count @param {(place:number)=>number} keyAt turned round: the largest is on top @param {(place:number)=>number} nodeAt
 * @returns {Entry[]} nearest first
 */
function nearest(count, keyAt, nodeAt) {
  const out = [];
  const open = new OrderedHeap(false);
  if (count > 0) open.push(0, keyAt(0));
  while (open.size > 0 && out.length < MOST_SHOWN) {
    const place = open.pop();
    out.push({ node: nodeAt(place), key: -keyAt(place) });
    for (const child of [2 * place + 1, 2 * place + 2]) if (child < count) open.push(child, keyAt(child));
  }
  return out.sort(byKey);
}

/** hnswlib's `candidate_set` and `top_candidates`. */
class HnswlibQueues {
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

/** Faiss's HNSW search with a queue of limited size. */
class FaissBoundedQueues {
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
class FaissUnboundedQueues {
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
class FaissPoolQueue {
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

/** Annoy's `std::partial_sort` of what it gathered, and hnswlib's brute force, which lets equals of the worst in first. */
class PairQueue {
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
class BestQueue {
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

/** @param {import("./kinds.js").Stage} stage @param {boolean} largerIsNearer @returns {Queues} */
export function queuesOf(stage, largerIsNearer) {
  const k = stage.k ?? 0;
  const efSearch = Math.max(stage.efSearch ?? 0, k);
  switch (stage.algorithm) {
    case "hnswlib": return new HnswlibQueues(efSearch, k);
    case "faissHNSW": return stage.bounded === false ? new FaissUnboundedQueues(efSearch, largerIsNearer) : new FaissBoundedQueues(efSearch, k, largerIsNearer);
    case "usearch": return new UsearchQueues(efSearch);
    case "faissNSG": return new FaissPoolQueue(efSearch);
    case "faissIVF":
    case "faissFlat":
    case "faissRefine": return new BestQueue(k, largerIsNearer);
    case "annoy":
    case "hnswlibFlat": return new PairQueue(k);
    default: return new BestQueue(efSearch, largerIsNearer);
  }
}
