import { Kind, NONE, NOT_A_RESULT, STOP_REASONS, turns } from "./kinds.js";
import { queuesOf } from "./queues.js";

/**
 * What one stage of a search has in hand after some events: everything but what only grows with the events (visited
 * nodes, ranks, the links that led to a node).
 */
export class StageState {
  /** @param {import("./kinds.js").Stage} stage @param {any} header */
  constructor(stage, header) {
    this.stage = stage;
    this.header = header;
    this.larger = turns(stage, header);
    this.queues = queuesOf(stage, this.larger);
    this.begun = false;
    this.layer = -1;
    this.current = -1;
    /** Nearest distance to what may be a result, NaN before the first. */
    this.best = NaN;
    /** Distances computed. */
    this.evaluated = 0;
    this.rescored = 0;
    /** Vectors passed over because of a filter, without a distance. */
    this.leftOut = 0;
    /** Nodes of trees that were taken: splits, buckets and items. */
    this.treeNodes = 0;
    /** @type {string|null} */
    this.stopReason = null;
    this.openCell = -1;
    /**
     * The chain of nodes whose links were read, on the upper layers.
     * @type {{layer:number,node:number}[]}
     */
    this.upperRoute = [];
    /**
     * The nearest node met on the lowest layer.
     * @type {{node:number,key:number}|null}
     */
    this.tip = null;
    /** The distance that the descent hands down. */
    this.carried = NaN;
    /** @type {{layer:number,distances:number,hops:number,best:number}[]} */
    this.perLayer = [];
    /** @type {{cell:number,order:number,distance:number,size:number,computed:number,kept:number}[]} */
    this.perCell = [];
    /** Some distances were only counted: what is in the queues is unknown from there on. */
    this.summarised = false;
  }

  clone() {
    const copy = Object.assign(new StageState(this.stage, this.header), this);
    copy.queues = this.queues.clone();
    copy.upperRoute = this.upperRoute.slice();
    copy.perLayer = this.perLayer.map((row) => ({ ...row }));
    copy.perCell = this.perCell.map((row) => ({ ...row }));
    return copy;
  }

  /**
   * @param {import("../replay.js").Columns} columns @param {number} index of the event
   * @returns {{node:number,queue:string,cause:string,by?:number}[]} what left a queue
   */
  apply(columns, index) {
    this.begun = true;
    const kind = columns.kind[index];
    const to = columns.to[index];
    const distance = columns.distance[index];
    const layer = columns.layer[index];
    const mayBeResult = (columns.flags[index] & NOT_A_RESULT) === 0;
    switch (kind) {
      case Kind.enter: return this.#enter(layer, to, distance, mayBeResult);
      case Kind.expand: return this.#expand(layer, to);
      case Kind.keep:
      case Kind.reject: return this.#measure(layer, to, distance, kind === Kind.keep, mayBeResult);
      case Kind.descend:
        this.current = to;
        this.carried = distance;
        return [];
      case Kind.rank:
        this.evaluated += 1;
        return this.stage.nodes === "centroids" ? this.#keep(to, distance, true) : [];
      case Kind.open:
        if (this.stage.nodes === "tree") {
          this.treeNodes += 1;
          return [];
        }
        this.openCell = to;
        this.perCell.push({ cell: to, order: this.perCell.length + 1, distance, size: 0, computed: 0, kept: 0 });
        return [];
      case Kind.rescore:
        this.evaluated += 1;
        this.rescored += 1;
        this.#note(distance, mayBeResult);
        return this.#keep(to, distance, true);
      case Kind.split:
        this.current = to;
        this.treeNodes += 1;
        return [];
      case Kind.stop: return this.#stop(to, columns.from[index]);
      case Kind.tally: return this.#tally(to, columns.from[index]);
      default: return [];
    }
  }

  /** @param {number} layer @param {number} to @param {number} distance @param {boolean} mayBeResult */
  #enter(layer, to, distance, mayBeResult) {
    this.layer = layer;
    if (layer < 0 || to === NONE) return [];
    this.current = to;
    let distances = Number.isNaN(distance) ? 0 : 1;
    // These compute the entry point's distance before they look at the layers, and once more on the lowest.
    if (["hnswlib", "usearch"].includes(this.stage.algorithm) && layer === 0 && this.perLayer.length === 0) distances += 1;
    this.evaluated += distances;
    this.perLayer.push({ layer, distances, hops: 0, best: distance });
    this.#note(distance, mayBeResult);
    if (layer > 0) {
      this.upperRoute.push({ layer, node: to });
      return [];
    }
    const key = this.#key(Number.isNaN(distance) ? this.carried : distance);
    this.tip = { node: to, key: Number.isNaN(key) ? Infinity : key };
    this.queues.enter?.(to, key, mayBeResult);
    return [];
  }

  /** @param {number} layer @param {number} to */
  #expand(layer, to) {
    this.current = to;
    const row = this.perLayer.at(-1);
    if (row) row.hops += 1;
    if (layer === 0) return this.queues.take(to) ? [{ node: to, queue: "candidates", cause: "expanded" }] : [];
    const last = this.upperRoute.at(-1);
    if (last?.layer !== layer || last.node !== to) this.upperRoute.push({ layer, node: to });
    return [];
  }

  /** @param {number} layer @param {number} to @param {number} distance @param {boolean} kept @param {boolean} mayBeResult */
  #measure(layer, to, distance, kept, mayBeResult) {
    const computed = mayBeResult || !Number.isNaN(distance);
    const cell = this.perCell.at(-1);
    if (cell) {
      cell.size += 1;
      if (computed) cell.computed += 1;
      if (kept) cell.kept += 1;
    }
    if (!computed) {
      this.leftOut += 1;
      return [];
    }
    this.evaluated += 1;
    this.#note(distance, mayBeResult);
    const row = this.perLayer.at(-1);
    if (row) {
      row.distances += 1;
      if (this.#isNearer(distance, row.best)) row.best = distance;
    }
    if (!kept) return [];
    const key = this.#key(distance);
    const nearer = key < (this.tip?.key ?? Infinity);
    if (layer !== 0 || nearer) this.current = to;
    if (layer > 0) return [];
    if (layer === 0 && nearer && !this.summarised) this.tip = { node: to, key };
    return this.#keep(to, distance, mayBeResult);
  }

  /** @param {number} reason @param {number} from */
  #stop(reason, from) {
    this.stopReason = STOP_REASONS[reason] ?? "unknown";
    // The candidate at which Faiss's relative distance check stops was taken already.
    if (this.stopReason === "relative" && this.queues.take(from)) return [{ node: from, queue: "candidates", cause: "stopped" }];
    return [];
  }

  /** @param {number} computed @param {number} kept */
  #tally(computed, kept) {
    this.summarised = true;
    this.evaluated += computed;
    if (this.stage.algorithm === "faissRefine") this.rescored += computed;
    const cell = this.perCell.at(-1);
    if (cell) {
      cell.size += computed;
      cell.computed += computed;
      cell.kept += kept;
    }
    const row = this.perLayer.at(-1);
    if (row) row.distances += computed;
    this.queues = queuesOf(this.stage, this.larger);
    this.tip = null;
    return [];
  }

  /** @param {number} node @param {number} distance @param {boolean} mayBeResult */
  #keep(node, distance, mayBeResult) {
    return this.queues.keep(node, this.#key(distance), mayBeResult)
      .map(([queue, out]) => ({ node: out, queue, cause: "displaced", by: node }));
  }

  /** @param {number} distance */
  #key(distance) {
    return this.larger ? -distance : distance;
  }

  /** @param {number} distance @param {number} best */
  #isNearer(distance, best) {
    return Number.isNaN(best) || this.#key(distance) < this.#key(best);
  }

  /** @param {number} distance @param {boolean} mayBeResult */
  #note(distance, mayBeResult) {
    if (mayBeResult && !Number.isNaN(distance) && this.#isNearer(distance, this.best)) this.best = distance;
  }

  /** @param {import("./growth.js").StageGrowth} growth of this stage */
  picture(growth) {
    /** @param {{node:number,key:number}} parts */
    const scored = ({ node, key }) => ({ node, distance: this.larger ? -key : key });
    return {
      name: this.stage.name, nodes: this.stage.nodes, algorithm: this.stage.algorithm, begun: this.begun, layer: this.layer,
      current: this.current, best: this.best, evaluated: this.evaluated, rescored: this.rescored, leftOut: this.leftOut,
      treeNodes: this.treeNodes,
      stopReason: this.stopReason, openCell: this.openCell, summarised: this.summarised,
      candidates: this.queues.candidates.map(scored), waitingCount: this.queues.waitingCount, results: this.queues.results.map(scored),
      route: this.tip ? [...this.upperRoute, ...growth.chain(this.tip.node).map((node) => ({ layer: 0, node }))] : this.upperRoute,
      perLayer: this.perLayer.map((row) => ({ ...row, nodes: growth.visited.get(row.layer)?.size ?? 0 })),
      perCell: this.perCell, visited: growth.visited, barred: growth.barred, ranks: growth.ranks, parents: growth.parents,
    };
  }
}
