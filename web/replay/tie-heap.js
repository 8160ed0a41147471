/**
 * A binary max-heap with the sift order of libstdc++'s `std::priority_queue`, because hnswlib compares by distance
 * only and the order among equal distances is therefore that of the heap.
 */
export class TieHeap {
  constructor() {
    /** @type {number[]} larger is nearer the top */
    this.keys = [];
    /** @type {number[]} */
    this.nodes = [];
  }

  get size() {
    return this.keys.length;
  }

  /** @returns {TieHeap} an independent copy */
  clone() {
    const copy = new TieHeap();
    copy.keys = this.keys.slice();
    copy.nodes = this.nodes.slice();
    return copy;
  }

  clear() {
    this.keys.length = 0;
    this.nodes.length = 0;
  }

  /**
   * @param {number} key
   * @param {number} node
   */
  push(key, node) {
    this.keys.push(key);
    this.nodes.push(node);
    this.#siftUp(this.keys.length - 1, key, node);
  }

  /**
   * Takes the top away.
   * @returns {number} its node, or −1 when the heap is empty
   */
  pop() {
    if (this.keys.length === 0) return -1;
    const top = this.nodes[0];
    const key = /** @type {number} */ (this.keys.pop());
    const node = /** @type {number} */ (this.nodes.pop());
    const size = this.keys.length;
    if (size === 0) return top;
    // libstdc++ moves the hole down to a leaf without looking at the last element, then sifts that one up from there.
    let hole = 0;
    for (let child = 2; child <= size; child = 2 * hole + 2) {
      if (child === size || this.keys[child] < this.keys[child - 1]) child -= 1;
      this.keys[hole] = this.keys[child];
      this.nodes[hole] = this.nodes[child];
      hole = child;
    }
    this.#siftUp(hole, key, node);
    return top;
  }

  /** @param {number} hole @param {number} key @param {number} node */
  #siftUp(hole, key, node) {
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!(this.keys[parent] < key)) break;
      this.keys[hole] = this.keys[parent];
      this.nodes[hole] = this.nodes[parent];
      hole = parent;
    }
    this.keys[hole] = key;
    this.nodes[hole] = node;
  }
}
