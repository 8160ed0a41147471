/**
 * usearch's `next`, a heap that swaps an element down only while a child is greater, and `top`, a sorted list in which of
 * equal distances the one that came last stands first (usearch/index.hpp).
 */
export class UsearchQueues {
  /** @param {number} efSearch */
  constructor(efSearch) {
    this.efSearch = efSearch;
    /** Nearest first, as a heap. @type {{node:number,key:number}[]} */
    this.waiting = [];
    /** Nearest first. @type {{node:number,key:number}[]} */
    this.top = [];
  }

  clone() {
    const copy = new UsearchQueues(this.efSearch);
    copy.waiting = this.waiting.slice();
    copy.top = this.top.slice();
    return copy;
  }

  /** @param {number} node @param {number} key @param {boolean} mayBeResult */
  enter(node, key, mayBeResult) {
    this.keep(node, key, mayBeResult);
  }

  /** @param {number} node */
  take(node) {
    if (this.waiting[0]?.node !== node) return false;
    const last = /** @type {{node:number,key:number}} */ (this.waiting.pop());
    const heap = this.waiting;
    if (heap.length === 0) return true;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      let child = place;
      let nearest = last.key;
      for (const one of [left, left + 1]) {
        if (one < heap.length && heap[one].key < nearest) [child, nearest] = [one, heap[one].key];
      }
      if (child === place) break;
      heap[place] = heap[child];
      place = child;
    }
    heap[place] = last;
    return true;
  }

  /** @param {number} node @param {number} key @param {boolean} mayBeResult @returns {[string,number][]} */
  keep(node, key, mayBeResult) {
    const heap = this.waiting;
    let place = heap.length;
    heap.push({ node, key });
    while (place > 0 && key < heap[(place - 1) >> 1].key) {
      heap[place] = heap[(place - 1) >> 1];
      place = (place - 1) >> 1;
    }
    heap[place] = { node, key };
    if (!mayBeResult) return [];
    const behind = this.top.findIndex((one) => one.key >= key);
    this.top.splice(behind < 0 ? this.top.length : behind, 0, { node, key });
    return this.top.length > this.efSearch ? [["results", /** @type {{node:number}} */ (this.top.pop()).node]] : [];
  }

  get candidates() {
    return this.waiting.slice().sort((a, b) => a.key - b.key || a.node - b.node);
  }

  get results() {
    return this.top.slice();
  }
}
