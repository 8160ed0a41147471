/** Keys are distances, with the sign turned where larger is nearer: the smaller key is always the nearer one. */

/**
 * The k best of a scan as Faiss's result heaps keep them: an entry must be strictly better than the worst to enter;
 * among equals the larger node leaves first (the smaller one where larger distances are nearer).
 */
export class BestList {
  /** @param {number} capacity @param {boolean} largerIsNearer */
  constructor(capacity, largerIsNearer) {
    this.capacity = capacity;
    this.largerIsNearer = largerIsNearer;
    /** @type {{node:number,key:number}[]} best first */
    this.entries = [];
  }

  clone() {
    const copy = new BestList(this.capacity, this.largerIsNearer);
    copy.entries = this.entries.slice();
    return copy;
  }

  /** @param {number} node @param {number} key @returns {boolean|number} false when it did not get in, true when it did, or the node that it put out */
  offer(node, key) {
    const { entries, capacity } = this;
    const isFull = entries.length >= capacity;
    if (capacity === 0 || !(key < (isFull ? entries[capacity - 1].key : 3.4028234663852886e38))) return false;
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = entries[middle];
      if (other.key < key || (other.key === key && this.#comesFirst(other.node, node))) low = middle + 1;
      else high = middle;
    }
    entries.splice(low, 0, { node, key });
    return isFull ? /** @type {any} */ (entries.pop()).node : true;
  }

  /** @param {any} a @param {any} b */
  #comesFirst(a, b) {
    return this.largerIsNearer ? a > b : a < b;
  }
}

/**
 * Faiss's `MinimaxHeap` (faiss/impl/HNSW.cpp): a bounded heap with the worst on top. What was taken leaves its key
 * behind, so that the heap stays full.
 */
export class MinimaxHeap {
  static #TAKEN = -1;

  /** @param {number} capacity @param {boolean} largerIsNearer */
  constructor(capacity, largerIsNearer) {
    this.capacity = capacity;
    this.largerIsNearer = largerIsNearer;
    /** @type {number[]} */
    this.keys = [];
    /** @type {number[]} */
    this.nodes = [];
  }

  clone() {
    const copy = new MinimaxHeap(this.capacity, this.largerIsNearer);
    copy.keys = this.keys.slice();
    copy.nodes = this.nodes.slice();
    return copy;
  }

  /** @returns {{node:number,key:number}[]} candidates that can be taken */
  get waiting() {
    /** @type {{node:number,key:number}[]} */
    const out = [];
    this.nodes.forEach((node, i) => { if (node !== MinimaxHeap.#TAKEN) out.push({ node, key: this.keys[i] }); });
    return out;
  }

  /** @param {number} node @param {number} key @returns {boolean|number} false when it did not get in, true when it did, or the candidate that it put out */
  push(node, key) {
    const { keys, nodes } = this;
    let out = /** @type {boolean|number} */ (true);
    if (keys.length >= this.capacity) {
      if (this.capacity === 0 || key >= keys[0]) return false;
      if (nodes[0] !== MinimaxHeap.#TAKEN) out = nodes[0];
      this.#removeTop();
    }
    let place = keys.length;
    keys.push(key);
    nodes.push(node);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isAbove(key, node, keys[parent], nodes[parent])) break;
      keys[place] = keys[parent];
      nodes[place] = nodes[parent];
      place = parent;
    }
    keys[place] = key;
    nodes[place] = node;
    return out;
  }

  /**
   * Takes a candidate.
   * @param {number} node
   * @returns {boolean} whether it was there
   */
  take(node) {
    const place = this.nodes.indexOf(node);
    if (place >= 0) this.nodes[place] = MinimaxHeap.#TAKEN;
    return place >= 0;
  }

  /** One-based, as the library has it: the children of i are 2i and 2i + 1, and the last one counts as a child still. */
  #removeTop() {
    const { keys, nodes } = this;
    const size = keys.length;
    const [key, node] = [keys[size - 1], nodes[size - 1]];
    let place = 1;
    for (let left = 2; left <= size; left = 2 * place) {
      const right = left + 1;
      const child = right === size + 1 || this.#isAbove(keys[left - 1], nodes[left - 1], keys[right - 1], nodes[right - 1]) ? left : right;
      if (this.#isAbove(key, node, keys[child - 1], nodes[child - 1])) break;
      keys[place - 1] = keys[child - 1];
      nodes[place - 1] = nodes[child - 1];
      place = child;
    }
    keys[place - 1] = key;
    nodes[place - 1] = node;
    keys.pop();
    nodes.pop();
  }

  /** @param {any} a @param {number} aNode @param {any} b @param {number} bNode */
  #isAbove(a, aNode, b, bNode) {
    return a > b || (a === b && (this.largerIsNearer ? aNode < bNode : aNode > bNode));
  }
}

/** A heap of pairs in full order, the greatest on top: `std::priority_queue` as Faiss's unbounded search uses it. */
export class OrderedHeap {
  /** @param {boolean} smallerOnTop of two equal keys the smaller node is nearer to the top */
  constructor(smallerOnTop) {
    this.smallerOnTop = smallerOnTop;
    /** @type {{node:number,key:number}[]} */
    this.entries = [];
  }

  clone() {
    const copy = new OrderedHeap(this.smallerOnTop);
    copy.entries = this.entries.slice();
    return copy;
  }

  get size() {
    return this.entries.length;
  }

  /** @param {number} node @param {number} key */
  push(node, key) {
    const { entries } = this;
    const entry = { node, key };
    let place = entries.length;
    entries.push(entry);
    while (place > 0 && this.isAbove(entry, entries[(place - 1) >> 1])) {
      entries[place] = entries[(place - 1) >> 1];
      place = (place - 1) >> 1;
    }
    entries[place] = entry;
  }

  /** @returns {number} the node that was on top, −1 when there is none */
  pop() {
    const { entries } = this;
    if (entries.length === 0) return -1;
    const top = entries[0].node;
    const entry = /** @type {any} */ (entries.pop());
    if (entries.length === 0) return top;
    let place = 0;
    for (let child = 1; child < entries.length; child = 2 * place + 1) {
      if (child + 1 < entries.length && this.isAbove(entries[child + 1], entries[child])) child += 1;
      if (!this.isAbove(entries[child], entry)) break;
      entries[place] = entries[child];
      place = child;
    }
    entries[place] = entry;
    return top;
  }

  /** @param {any} a @param {any} b */
  isAbove(a, b) {
    return a.key > b.key || (a.key === b.key && (this.smallerOnTop ? a.node < b.node : a.node > b.node));
  }
}

/** The sorted pool of Faiss's NSG search (`insert_into_pool` of faiss/impl/NSG.cpp). */
export class NeighborPool {
  /** @param {number} size */
  constructor(size) {
    this.size = size;
    /** @type {{node:number,key:number,expanded:boolean}[]} nearest first once it is full */
    this.members = [];
  }

  clone() {
    const copy = new NeighborPool(this.size);
    copy.members = this.members.map((member) => ({ ...member }));
    return copy;
  }

  get isFull() {
    return this.members.length >= this.size;
  }

  /**
   * Fills the pool, which begins with `size` members.
   * @param {number} node @param {number} key
   */
  fill(node, key) {
    const at = this.members.findLastIndex((member) => member.key <= key) + 1;
    this.members.splice(at, 0, { node, key, expanded: false });
  }

  /**
   * Puts a member into the full pool, before those that are farther.
   * @param {number} node @param {number} key
   * @returns {number} the node that fell out
   */
  insert(node, key) {
    const { members } = this;
    const last = members.length - 1;
    let at = 0;
    if (!(members[0].key > key)) {
      let left = 0;
      let right = last;
      while (left < right - 1) {
        const middle = (left + right) >> 1;
        if (members[middle].key > key) right = middle;
        else left = middle;
      }
      at = right;
    }
    members.splice(at, 0, { node, key, expanded: false });
    return /** @type {any} */ (members.pop()).node;
  }
}

/** A binary heap with the greatest key on top that moves equal keys as usearch's `max_heap_gt` does (usearch/index.hpp). */
export class SwapHeap {
  constructor() {
    /** @type {{node:number,key:number}[]} */
    this.entries = [];
  }

  clone() {
    const copy = new SwapHeap();
    copy.entries = this.entries.slice();
    return copy;
  }

  /** @param {number} node @param {number} key */
  push(node, key) {
    const { entries } = this;
    let place = entries.length;
    entries.push({ node, key });
    while (place > 0 && entries[(place - 1) >> 1].key < key) {
      entries[place] = entries[(place - 1) >> 1];
      place = (place - 1) >> 1;
    }
    entries[place] = { node, key };
  }

  /** Takes the top away. */
  pop() {
    const { entries } = this;
    const last = entries.pop();
    if (!last || entries.length === 0) return;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      let child = place;
      let greatest = last.key;
      for (const next of [left, left + 1]) {
        if (next >= entries.length || !(greatest < entries[next].key)) continue;
        greatest = entries[next].key;
        child = next;
      }
      if (child === place) break;
      entries[place] = entries[child];
      place = child;
    }
    entries[place] = last;
  }
}

/** usearch's `sorted_buffer_gt`: nearest first, of equals the one that came last. */
export class SortedBuffer {
  /** @param {number} limit */
  constructor(limit) {
    this.limit = limit;
    /** @type {{node:number,key:number}[]} */
    this.entries = [];
  }

  clone() {
    const copy = new SortedBuffer(this.limit);
    copy.entries = this.entries.slice();
    return copy;
  }

  /** @param {number} node @param {number} key @returns {number} the node that it put out, −1 when there was room */
  insert(node, key) {
    const { entries } = this;
    let low = 0;
    let high = entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (entries[middle].key < key) low = middle + 1;
      else high = middle;
    }
    entries.splice(low, 0, { node, key });
    return entries.length > this.limit ? /** @type {any} */ (entries.pop()).node : -1;
  }
}
