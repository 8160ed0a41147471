import { countBelow } from "./replay/ascending.js";
import { StageGrowth } from "./replay/growth.js";
import { STAGE_MASK, stagesOf } from "./replay/kinds.js";
import { StageState } from "./replay/stage.js";

const CHECKPOINT_EVENTS = 512;
/** Above this many checkpoints, or members of their queues, every other one is given up: the memory of a long trace is bounded. */
const MAX_CHECKPOINTS = 256;
const MAX_HELD = 2_000_000;

/**
 * @typedef {{algorithm:string,k:number,efSearch:number,nprobe:number,bare:boolean,largerIsNearer:boolean,
 *   stages?:import("./replay/kinds.js").Stage[]}} Header
 * @typedef {{kind:Uint8Array,flags:Uint8Array,layer:Int16Array,from:Uint32Array,to:Uint32Array,distance:Float32Array}} Columns
 * @typedef {{node:number,distance:number}} Scored
 */

/** What a search has in hand after some events. */
export class SearchState {
  /** @param {Header} header @param {StageState[]} [stages] */
  constructor(header, stages) {
    this.cursor = 0;
    /** The stage of the latest event. */
    this.stage = 0;
    /** @type {{node:number,queue:string,cause:string,by?:number,stage:number}[]} */
    this.evicted = [];
    this.header = header;
    this.stages = stages ?? stagesOf(header).map((stage) => new StageState(stage, header));
  }

  clone() {
    const stages = this.stages.map((stage) => stage.clone());
    return Object.assign(new SearchState(this.header, stages), this, { stages });
  }

  /** Members of all queues. */
  get size() {
    return this.stages.reduce((sum, stage) => sum + stage.queues.size, 0);
  }

  /** @param {Columns} columns */
  apply(columns) {
    const index = this.cursor++;
    const number = columns.flags[index] & STAGE_MASK;
    const stage = this.stages[number];
    if (!stage) return;
    this.stage = number;
    this.evicted = stage.apply(columns, index).map((one) => ({ stage: number, ...one }));
  }
}

/**
 * Replays a trace to any cursor, forwards cheaply and backwards from a checkpoint.
 *
 * A cursor is the number of events that have happened: 0 is before the first, `length` after the last.
 */
export class Replay {
  #checkpoints;
  #stride = CHECKPOINT_EVENTS;
  /** Members of the queues of all checkpoints. */
  #held = 0;
  #live;
  /**
   * By stage.
   * @type {StageGrowth[]}
   */
  #growth;
  #seen = 0;
  /**
   * What was pushed out of the queues of stages over vectors: the number of the step, and the node.
   * @type {number[]}
   */
  #leftAt = [];
  /** @type {number[]} */
  #left = [];
  #recorded = 0;
  /**
   * The picture that was made last, which is asked for several times a frame.
   * @type {SearchPicture|null}
   */
  #picture = null;

  /** @param {Header} header @param {Columns} columns read anew at every call, so the arrays may grow or be replaced */
  constructor(header, columns) {
    this.header = header;
    this.columns = columns;
    this.#live = new SearchState(header);
    this.#growth = this.#live.stages.map(() => new StageGrowth());
    this.#checkpoints = [this.#live.clone()];
  }

  /**
   * @param {number} cursor 0 … number of events, clamped
   * @param {number} [length] events that are filled in; the whole columns if left out
   * @returns {SearchPicture}
   */
  at(cursor, length = this.columns.kind.length) {
    const target = Math.max(0, Math.min(Math.floor(cursor), length, this.columns.kind.length));
    if (this.#picture?.cursor === target) return this.#picture;
    if (target < this.#live.cursor) this.#rewind(target);
    while (this.#live.cursor < target) {
      this.#live.apply(this.columns);
      this.#record();
      if (this.#live.cursor === this.#checkpoints.length * this.#stride) this.#checkpoint();
    }
    this.#gather(target);
    const left = this.#left.slice(0, countBelow(this.#leftAt, target, true));
    return (this.#picture = pictureOf(this.#live, this.#growth, left));
  }

  /** @param {number} target */
  #rewind(target) {
    const at = Math.min(Math.floor(target / this.#stride), this.#checkpoints.length - 1);
    this.#live = this.#checkpoints[at].clone();
  }

  #checkpoint() {
    this.#checkpoints.push(this.#live.clone());
    this.#held += this.#live.size;
    if (this.#checkpoints.length <= MAX_CHECKPOINTS && this.#held <= MAX_HELD) return;
    this.#checkpoints = this.#checkpoints.filter((_, i) => i % 2 === 0);
    this.#held = this.#checkpoints.reduce((sum, state) => sum + state.size, 0);
    this.#stride *= 2;
  }

  /** Keeps what left the queues at the latest event, when it happens for the first time. */
  #record() {
    const { cursor, evicted, stages } = this.#live;
    if (cursor <= this.#recorded) return;
    this.#recorded = cursor;
    for (const one of evicted) {
      if (one.cause !== "displaced" || stages[one.stage].stage.nodes !== "vectors") continue;
      this.#leftAt.push(cursor);
      this.#left.push(one.node);
    }
  }

  /** @param {number} target */
  #gather(target) {
    for (const growth of target < this.#seen ? this.#growth : []) growth.backTo(target);
    this.#seen = Math.min(this.#seen, target);
    const { kind, flags, layer, from, to, distance } = this.columns;
    const { stages } = this.#live;
    for (; this.#seen < target; this.#seen += 1) {
      const i = this.#seen;
      const number = flags[i] & STAGE_MASK;
      this.#growth[number]?.add(i, kind[i], flags[i], layer[i], from[i], to[i], distance[i], stages[number].stage.nodes === "centroids");
    }
  }
}

/**
 * What the page shows of a search.
 * @param {SearchState} live @param {StageGrowth[]} growth of each stage
 * @param {number[]} left vectors that were pushed out of a queue so far, in order
 * @typedef {ReturnType<typeof pictureOf>} SearchPicture
 */
function pictureOf(live, growth, left) {
  const stages = live.stages.map((stage, number) => stage.picture(growth[number]));
  const vectors = stages.filter((stage) => stage.nodes !== "centroids" && stage.nodes !== "tree");
  const begun = vectors.filter((stage) => stage.begun);
  const latest = begun.at(-1) ?? vectors[0] ?? stages[0];
  /** The search that walks or opens; a refinement only ranks what it found. */
  const walk = begun.findLast((stage) => stage.algorithm !== "faissRefine") ?? latest;
  return {
    cursor: live.cursor,
    /** The stage of the latest event, and every stage by itself. */
    stage: live.stage, stages,
    layer: walk.layer, current: latest.current,
    best: begun.findLast((stage) => !Number.isNaN(stage.best))?.best ?? NaN,
    evaluated: live.stages.reduce((sum, stage) => sum + stage.evaluated, 0),
    leftOut: vectors.reduce((sum, stage) => sum + stage.leftOut, 0),
    stopReason: stages.at(-1)?.stopReason ?? stages.find((stage) => stage.stopReason === "cancelled")?.stopReason ?? null,
    summarised: stages.some((stage) => stage.summarised),
    candidates: walk.candidates,
    results: begun.findLast((stage) => stage.results.length > 0)?.results ?? [],
    visited: walk.visited, barred: walk.barred, route: walk.route, parents: walk.parents,
    openCell: walk.openCell, litCells: walk.perCell.map((row) => row.cell),
    ranks: ranksOf(stages), perLayer: walk.perLayer, perCell: walk.perCell,
    /** Candidates that were ranked again, and what left a queue at the latest event. */
    rescored: stages.reduce((sum, stage) => sum + stage.rescored, 0), evicted: live.evicted, left,
  };
}

/**
 * When nodes were pushed out of a queue of results, for good: the steps are cursors.
 * @param {Header} header @param {Columns} columns @param {number} length @param {Set<number>} nodes
 * @returns {Map<number,{cursor:number,stage:number,by:number}>} the last time of each
 */
export function lastEvictions(header, columns, length, nodes) {
  const state = new SearchState(header);
  const out = new Map();
  while (state.cursor < length) {
    state.apply(columns);
    for (const one of state.evicted) {
      if (one.cause !== "displaced" || one.queue === "candidates" || !nodes.has(one.node)) continue;
      if (state.stages[one.stage].stage.nodes !== "centroids") out.set(one.node, { cursor: state.cursor, stage: one.stage, by: one.by });
    }
  }
  return out;
}

/**
 * Distances of centroids by cell. Where the quantizer has cells of its own, its nodes are not numbered by cell.
 * @param {StagePicture[]} stages
 */
function ranksOf(stages) {
  const isNested = stages.some(/** @param {StagePicture} stage */ (stage) => stage.nodes === "centroids" && stage.perCell.length > 0);
  return (isNested ? null : stages.findLast(/** @param {StagePicture} stage */ (stage) => stage.ranks.size > 0)?.ranks) ?? new Map();
}

/**
 * The state after `cursor` events of a trace, computed from its beginning.
 * @param {Header} header @param {Columns} columns
 * @param {number} cursor
 */
export function replayAt(header, columns, cursor, length = columns.kind.length) {
  return new Replay(header, columns).at(cursor, length);
}
