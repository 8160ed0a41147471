import { Kind, NONE, stagesOf } from "../replay.js";
import { STAGE_MASK, turns } from "../replay/kinds.js";

/**
 * @typedef {{low:number,high:number,larger:boolean,isSquared:boolean}} Scale of the distances of one stage, which are of one kind;
 *   squares are drawn by their roots
 * @typedef {{at:number,text:string,short:string,stage:number}} Section a layer, a cell or a stage; `at` is the number of its first step
 * @typedef {{from:number,to:number,stage:number}} Run of steps of one stage
 * @typedef {{length:number,best:Float32Array,runs:Run[],scales:Scale[],sections:Section[],summarisedFrom:number}} Shape
 */

/** 1 − cosine is half the square of the distance between vectors of length one. */
const SQUARES = new Set(["l2", "cosine"]);
/** Of the largest: the square of nothing may come out a little below nothing. */
const ROUNDING = 1e-3;

/**
 * What a depth profile shows of a trace. Codes, centroids and what is ranked again are measured differently, so each stage has
 * a scale and a line of the best so far of its own.
 * @param {any} search @param {number} length steps @param {string} [metric] of the index @returns {Shape}
 */
export function profileShape(search, length, metric = "") {
  const { kind, flags, layer, distance, to } = search.columns;
  const stages = stagesOf(search.header);
  const scales = stages.map((stage) => ({ low: Infinity, high: -Infinity, larger: turns(stage, search.header) ?? false, isSquared: false }));
  const best = new Float32Array(length).fill(NaN);
  /** @type {Run[]} */
  const runs = [];
  /** @type {Section[]} */
  const sections = [];
  let nearest = NaN;
  let opened = 0;
  let summarisedFrom = length;
  for (let i = 0; i < length; i += 1) {
    const number = flags[i] & STAGE_MASK;
    const stage = stages[number];
    const what = kind[i];
    if (runs.at(-1)?.stage === number) /** @type {Run} */ (runs.at(-1)).to = i + 1;
    else {
      runs.push({ from: i, to: i + 1, stage: number });
      nearest = NaN;
      opened = 0;
    }
    // From a tally on, the nearest is not known.
    if (what === Kind.tally) summarisedFrom = Math.min(summarisedFrom, i);
    const scale = scales[number];
    const d = distance[i];
    // What a tree's branches have are priorities, no distances.
    if (scale && stage.nodes !== "tree" && d === d && what !== Kind.stop) {
      scale.low = Math.min(scale.low, d);
      scale.high = Math.max(scale.high, d);
      const isMeasured = what <= Kind.reject || what === Kind.rescore || what === Kind.rank;
      if (isMeasured && i < summarisedFrom && (nearest !== nearest || (scale.larger ? d > nearest : d < nearest))) nearest = d;
    }
    best[i] = i < summarisedFrom ? nearest : NaN;
    if (stage?.nodes === "tree") {
      if (sections.length === 0) sections.push({ at: i, text: "trees", short: "trees", stage: number });
    } else if (what === Kind.enter) sections.push({ at: i, stage: number, ...nameOf(stage, layer[i]) });
    else if (what === Kind.open && to[i] !== NONE) {
      opened += 1;
      sections.push({ at: i, stage: number, text: opened > 1 ? String(opened) : stage?.nodes === "centroids" ? "coarse 1" : "cell 1", short: String(opened) });
    }
  }
  for (const scale of scales) {
    if (!(scale.high >= scale.low)) Object.assign(scale, { low: 0, high: 1 });
    scale.isSquared = SQUARES.has(metric) && !scale.larger && scale.low >= -ROUNDING * scale.high;
  }
  return { length, best, runs, scales, sections, summarisedFrom };
}

/** @param {import("../replay/kinds.js").Stage|undefined} stage @param {number} layer */
function nameOf(stage, layer) {
  const isCoarse = stage?.nodes === "centroids";
  if (layer >= 0) return { text: `${isCoarse ? "coarse " : "layer "}${layer}`, short: String(layer) };
  const text = isCoarse ? "coarse" : stage?.algorithm === "faissRefine" ? "refine" : "scan";
  return { text, short: text };
}

/**
 * How deep a distance lies in its stage's scale: 0 the farthest, 1 the nearest.
 * @param {Scale} scale @param {number} distance
 */
export function depthIn({ low, high, larger, isSquared }, distance) {
  const place = (/** @type {number} */ value) => (isSquared ? Math.sqrt(Math.max(0, value)) : value);
  const depth = (place(high) - place(distance)) / (place(high) - place(low) || 1);
  return larger ? 1 - depth : depth;
}

/**
 * The section that a cursor is in, −1 before the first.
 * @param {Section[]} sections @param {number} cursor
 */
export const sectionAt = (sections, cursor) => sections.findLastIndex(({ at }) => at < Math.max(1, cursor));

/** Dots that may lie on one another before they are gathered. */
const MOST_SINGLE = 4000;

/**
 * Dots of steps, no two on the same pixel: where there are more steps than pixels a dot stands for all of its pixel, and `most` says
 * for how many at the most. Every step that is included is in a dot.
 * @param {number} from @param {number} to numbers of steps @param {(i:number)=>boolean} includes @param {(i:number)=>number} x @param {(i:number)=>number} y
 * @returns {{x:number[],y:number[],steps:number,most:number}}
 */
export function gatherDots(from, to, includes, x, y) {
  const dots = { x: /** @type {number[]} */ ([]), y: /** @type {number[]} */ ([]), steps: 0, most: 1 };
  const isSingle = to - from <= MOST_SINGLE;
  /** @type {Map<number,number>} */
  const taken = new Map();
  for (let i = from; i < to; i += 1) {
    if (!includes(i)) continue;
    dots.steps += 1;
    const [px, py] = isSingle ? [x(i), y(i)] : [Math.round(x(i)), Math.round(y(i))];
    if (!isSingle) {
      const key = px * 4096 + py;
      const count = (taken.get(key) ?? 0) + 1;
      taken.set(key, count);
      dots.most = Math.max(dots.most, count);
      if (count > 1) continue;
    }
    dots.x.push(px);
    dots.y.push(py);
  }
  return dots;
}
