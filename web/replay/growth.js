import { Kind, NONE, NOT_A_RESULT } from "./kinds.js";

/** What of a stage only grows with the events. Each addition is written down, so that going back takes away what came since. */
export class StageGrowth {
  /**
   * Numbers of the events that added something.
   * @type {number[]}
   */
  #at = [];
  /**
   * What to take away again.
   * @type {{delete:(key:number)=>any}[]}
   */
  #where = [];
  /** @type {number[]} */
  #what = [];

  constructor() {
    /**
     * Nodes met, by layer (−1 where there are none).
     * @type {Map<number, Set<number>>}
     */
    this.visited = new Map();
    /**
     * Nodes met that may not be results, those passed over without a distance included.
     * @type {Set<number>}
     */
    this.barred = new Set();
    /**
     * Distances of centroids, in stages over centroids.
     * @type {Map<number, number>}
     */
    this.ranks = new Map();
    /**
     * On the lowest layer, whose links led to a node; NONE where none did.
     * @type {Map<number, number>}
     */
    this.parents = new Map();
  }

  /** @param {number} at number of the event @param {boolean} areCentroids @param {number} kind @param {number} flags @param {number} layer @param {number} from @param {number} to @param {number} distance */
  add(at, kind, flags, layer, from, to, distance, areCentroids) {
    if (kind > Kind.expand && kind !== Kind.rank) return;
    if (to === NONE) return;
    // Only in a summary is this the first that is told of the node.
    if (kind === Kind.expand) return this.#visit(at, layer, to);
    if ((areCentroids || kind === Kind.rank) && !Number.isNaN(distance) && !this.ranks.has(to)) {
      this.ranks.set(to, distance);
      this.#note(at, this.ranks, to);
    }
    if (kind === Kind.rank) return;
    const isBarred = (flags & NOT_A_RESULT) !== 0;
    if (isBarred && !this.barred.has(to)) {
      this.barred.add(to);
      this.#note(at, this.barred, to);
    }
    if (isBarred && kind !== Kind.enter && Number.isNaN(distance)) return;
    this.#visit(at, layer, to);
    if (layer !== 0 || kind === Kind.reject || this.parents.has(to)) return;
    // NSG meets its entry point again by a link: the route begins there all the same.
    this.parents.set(to, kind === Kind.enter ? NONE : from);
    this.#note(at, this.parents, to);
  }

  /**
   * Takes away what the events from a number on added.
   * @param {number} target
   */
  backTo(target) {
    while (this.#at.length > 0 && this.#at[this.#at.length - 1] >= target) {
      this.#at.pop();
      /** @type {any} */ (this.#where.pop()).delete(this.#what.pop());
    }
  }

  /** @param {number} at @param {number} layer @param {number} node */
  #visit(at, layer, node) {
    let nodes = this.visited.get(layer);
    if (!nodes) {
      this.visited.set(layer, (nodes = new Set()));
      this.#note(at, this.visited, layer);
    }
    if (nodes.has(node)) return;
    nodes.add(node);
    this.#note(at, nodes, node);
  }

  /** @param {number} at @param {any} where @param {any} what */
  #note(at, where, what) {
    this.#at.push(at);
    this.#where.push(where);
    this.#what.push(what);
  }

  /**
   * From the entry point to a node of the lowest layer, each linked from the one before.
   * @param {number} node
   */
  chain(node) {
    const out = [node];
    // A chain is no longer than there are nodes, or the trace is none of a search.
    const most = this.parents.size;
    for (let parent = this.parents.get(node) ?? NONE; parent !== NONE && out.length <= most; parent = this.parents.get(parent) ?? NONE) out.push(parent);
    return out.reverse();
  }
}
