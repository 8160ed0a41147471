import { TieHeap } from "./heap.js";

/** Kinds of events, as `TraceEvent.Kind` numbers them. */
export const Kind = Object.freeze({
  enter: 0, keep: 1, reject: 2, expand: 3, descend: 4, rank: 5, open: 6, rescore: 7, split: 8, stop: 9,
});
/** `from` of an event that has no source. */
export const NONE = 0xffffffff;
const NOT_A_RESULT = 0x80;
const STOP_REASONS = ["exhausted", "bound", "complete", "empty", "cancelled"];
const CHECKPOINT_EVENTS = 512;
/** Above this many checkpoints every other one is given up, so that the memory of a long trace stays bounded. */
const MAX_CHECKPOINTS = 256;

/**
 * @typedef {{algorithm:string,k:number,efSearch:number,nprobe:number,bare:boolean,largerIsNearer:boolean}} Header
 * @typedef {{kind:Uint8Array,flags:Uint8Array,layer:Int16Array,from:Uint32Array,to:Uint32Array,distance:Float32Array}} Columns
 * @typedef {{node:number,distance:number}} Scored
 */

/** What a search has in hand after some events. Everything but what only grows with the events (visited, ranks). */
class SearchState {
  constructor() {
    this.cursor = 0;
    this.layer = -1;
    this.current = -1;
    /** Nearest distance of this search to a vector, NaN before the first. */
    this.best = NaN;
    this.evaluated = 0;
    /** @type {string|null} */
    this.stopReason = null;
    this.openCell = -1;
    /** Nearest on top: the key is the distance turned round. */
    this.candidates = new TieHeap();
    /** Farthest on top. */
    this.results = new TieHeap();
    /** @type {{layer:number,node:number}[]} */
    this.route = [];
    /** @type {{layer:number,nodes:number,distances:number,hops:number,best:number}[]} */
    this.perLayer = [];
    /** @type {{cell:number,order:number,size:number,distance:number,kept:number}[]} */
    this.perCell = [];
  }

  clone() {
    const copy = Object.assign(new SearchState(), this);
    copy.candidates = this.candidates.clone();
    copy.results = this.results.clone();
    copy.route = this.route.slice();
    copy.perLayer = this.perLayer.map((row) => ({ ...row }));
    copy.perCell = this.perCell.map((row) => ({ ...row }));
    return copy;
  }

  /** @param {Header} header @param {Columns} columns */
  apply(header, columns) {
    const index = this.cursor++;
    const to = columns.to[index];
    const distance = columns.distance[index];
    const layer = columns.layer[index];
    switch (columns.kind[index]) {
      case Kind.enter: return this.#enter(header, layer, to, distance, columns.flags[index]);
      case Kind.expand: return this.#expand(header, layer, to, distance);
      case Kind.keep:
      case Kind.reject:
        return this.#evaluate(header, layer, to, distance, columns.kind[index] === Kind.keep, columns.flags[index]);
      case Kind.descend:
        this.current = to;
        return;
      case Kind.rank:
        this.evaluated += 1;
        return;
      case Kind.open:
        this.openCell = to;
        this.perCell.push({ cell: to, order: this.perCell.length + 1, size: 0, distance, kept: 0 });
        return;
      case Kind.stop:
        this.stopReason = STOP_REASONS[to] ?? "unknown";
        return;
    }
  }

  #enter(header, layer, to, distance, flags) {
    this.layer = layer;
    if (header.algorithm !== "hnswlib") return;
    this.current = to;
    this.perLayer.push({ layer, nodes: 1, distances: Number.isNaN(distance) ? 0 : 1, hops: 0, best: distance });
    this.#step(layer, to);
    if (!Number.isNaN(distance)) {
      this.evaluated += 1;
      this.#note(distance, header.largerIsNearer);
    }
    if (layer !== 0) return;
    // A base entry that may not be a result is queued without a distance, as the farthest (−FLT_MAX in hnswlib).
    const mayBeResult = !Number.isNaN(distance) && (flags & NOT_A_RESULT) === 0;
    this.candidates.push(mayBeResult ? -distance : -3.4028234663852886e38, to);
    if (mayBeResult) this.results.push(distance, to);
  }

  #expand(header, layer, to, distance) {
    this.current = to;
    const row = this.perLayer.at(-1);
    if (row) row.hops += 1;
    if (layer !== 0) return this.#step(layer, to);
    if (this.candidates.pop() !== to) this.#dropCandidate(to);
    if (!(distance > this.best)) this.#step(layer, to);
  }

  /** Only for traces of other builds, whose heap orders equal distances differently. @param {number} node */
  #dropCandidate(node) {
    const { keys, nodes } = this.candidates;
    const rest = new TieHeap();
    for (let i = 0; i < keys.length; i += 1) if (nodes[i] !== node) rest.push(keys[i], nodes[i]);
    this.candidates = rest;
  }

  #evaluate(header, layer, to, distance, kept, flags) {
    // Faiss passes over what a filter leaves out without measuring it.
    if (Number.isNaN(distance)) return;
    this.evaluated += 1;
    const nearer = this.#note(distance, header.largerIsNearer);
    if (header.algorithm === "hnswlib") {
      const row = this.perLayer.at(-1);
      if (row) {
        row.distances += 1;
        if (!(distance >= row.best)) row.best = distance;
      }
      if (!kept) return;
      if (layer !== 0) {
        this.current = to;
        return;
      }
      this.candidates.push(-distance, to);
      if (flags & NOT_A_RESULT) return;
      this.results.push(distance, to);
      if (this.results.size > Math.max(header.efSearch, header.k)) this.results.pop();
      return;
    }
    const row = this.perCell.at(-1);
    if (row) {
      row.size += 1;
      if (kept) row.kept += 1;
    }
    if (!kept) return;
    if (nearer) this.current = to;
    this.results.push(header.largerIsNearer ? -distance : distance, to);
    if (this.results.size > header.k) this.results.pop();
  }

  #note(distance, largerIsNearer) {
    const nearer = Number.isNaN(this.best) || (largerIsNearer ? distance > this.best : distance < this.best);
    if (nearer) this.best = distance;
    return nearer;
  }

  /** The route is the chain of nodes whose links were read while they were the nearest known. */
  #step(layer, node) {
    const last = this.route.at(-1);
    if (!last || last.layer !== layer || last.node !== node) this.route.push({ layer, node });
  }
}

/**
 * Replays a trace to any cursor, forwards cheaply and backwards from a checkpoint.
 *
 * A cursor is the number of events that have happened: 0 is before the first, `length` after the last.
 */
export class Replay {
  #checkpoints = [new SearchState()];
  #stride = CHECKPOINT_EVENTS;
  #live = new SearchState();
  /** @type {Map<number, Set<number>>} */
  #visited = new Map();
  /** @type {Map<number, number>} */
  #ranks = new Map();
  #seen = 0;

  /** @param {Header} header @param {Columns} columns read anew at every call, so the arrays may grow or be replaced */
  constructor(header, columns) {
    this.header = header;
    this.columns = columns;
  }

  /**
   * @param {number} cursor 0 … number of events, clamped
   * @param {number} [length] events that are filled in; the whole columns if left out
   */
  at(cursor, length = this.columns.kind.length) {
    const target = Math.max(0, Math.min(Math.floor(cursor), length, this.columns.kind.length));
    if (target < this.#live.cursor) this.#rewind(target);
    while (this.#live.cursor < target) {
      this.#live.apply(this.header, this.columns);
      if (this.#live.cursor === this.#checkpoints.length * this.#stride) this.#checkpoint();
    }
    this.#gather(target);
    return this.#picture();
  }

  #rewind(target) {
    const at = Math.min(Math.floor(target / this.#stride), this.#checkpoints.length - 1);
    this.#live = this.#checkpoints[at].clone();
  }

  #checkpoint() {
    this.#checkpoints.push(this.#live.clone());
    if (this.#checkpoints.length <= MAX_CHECKPOINTS) return;
    this.#checkpoints = this.#checkpoints.filter((_, i) => i % 2 === 0);
    this.#stride *= 2;
  }

  /** Visited nodes and ranked cells only grow with the events, so going back is the only time they are gathered anew. */
  #gather(target) {
    if (target < this.#seen) {
      this.#visited = new Map();
      this.#ranks = new Map();
      this.#seen = 0;
    }
    const { kind, layer, to, distance } = this.columns;
    for (; this.#seen < target; this.#seen += 1) {
      const what = kind[this.#seen];
      if (what === Kind.rank) this.#ranks.set(to[this.#seen], distance[this.#seen]);
      else if (what <= Kind.reject && to[this.#seen] !== NONE) this.#visit(layer[this.#seen], to[this.#seen]);
    }
  }

  #visit(layer, node) {
    let nodes = this.#visited.get(layer);
    if (!nodes) this.#visited.set(layer, (nodes = new Set()));
    nodes.add(node);
  }

  #picture() {
    const s = this.#live;
    const larger = this.header.largerIsNearer && this.header.algorithm !== "hnswlib";
    return {
      cursor: s.cursor,
      layer: s.layer,
      current: s.current,
      best: s.best,
      evaluated: s.evaluated,
      stopReason: s.stopReason,
      candidates: sorted(s.candidates, (key) => -key),
      results: sorted(s.results, (key) => (larger ? -key : key), larger),
      visited: this.#visited,
      route: s.route,
      openCell: s.openCell,
      litCells: s.perCell.map((row) => row.cell),
      ranks: this.#ranks,
      perLayer: s.perLayer.map((row) => ({ ...row, nodes: this.#visited.get(row.layer)?.size ?? 0 })),
      perCell: s.perCell,
    };
  }
}

/** @param {TieHeap} heap @param {(key:number)=>number} distanceOf @param {boolean} [descending] @returns {Scored[]} nearest first */
function sorted(heap, distanceOf, descending = false) {
  const rows = heap.nodes.map((node, i) => ({ node, distance: distanceOf(heap.keys[i]) }));
  return rows.sort((a, b) => (descending ? b.distance - a.distance : a.distance - b.distance) || a.node - b.node);
}

/** The state after `cursor` events of a trace, computed from its beginning. @param {Header} header @param {Columns} columns */
export function replayAt(header, columns, cursor, length = columns.kind.length) {
  return new Replay(header, columns).at(cursor, length);
}
