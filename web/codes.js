import { Kind, STAGE_MASK, stagesOf } from "./replay/kinds.js";

/** Points beyond these are left out of the plot, those ranked last by the codes. */
const MOST_POINTS = 600;

/**
 * What the codes of vectors make of their distances.
 * @typedef {object} Comparison
 * @property {{node:number,code:number,exact:number,is:"result"|"missed"|"other"}[]} points in the order of the codes
 * @property {number} total before some were left out
 * @property {string} against what the codes' distances are compared with
 * @property {number} kept results that were among the first k by codes as well
 * @property {number} k
 */

/**
 * @param {any} search with all its steps @param {boolean} isCoded the file has codes in place of the vectors that are searched
 * @returns {Comparison|{unknown:string}|null} null for a search of exact vectors
 */
export function compareCodes(search, isCoded) {
  const { header, columns, length, recall, results } = search;
  const stages = stagesOf(header);
  const refine = stages.findLastIndex((stage) => stage.algorithm === "faissRefine" && stage.nodes !== "centroids");
  const over = recall && !recall.unavailable ? recall.over : null;
  if (refine < 0 && !isCoded) return null;
  const { kind, flags, to, distance } = columns;
  const codes = new Map();
  const exact = new Map();
  for (let i = 0; i < length; i += 1) {
    const stage = flags[i] & STAGE_MASK;
    if (stages[stage]?.nodes !== "vectors" || distance[i] !== distance[i]) continue;
    if (kind[i] === Kind.rescore && stage === refine) exact.set(to[i], distance[i]);
    else if (kind[i] <= Kind.reject && stage !== refine) codes.set(to[i], distance[i]);
  }
  const missed = new Set(/** @type {Hit[]} */ (recall?.missed ?? []).map((hit) => hit.node));
  if (over === "stored") for (const hit of recall.exact) if (!exact.has(hit.node)) exact.set(hit.node, hit.distance);
  const found = new Set(/** @type {Hit[]} */ (results ?? []).map((hit) => hit.node));
  const turn = header.largerIsNearer ? -1 : 1;
  const points = [...exact].filter(([node]) => codes.has(node))
    .map(([node, distance]) => ({ node, code: codes.get(node), exact: distance, is: /** @type {"result"|"missed"|"other"} */ (found.has(node) ? "result" : missed.has(node) ? "missed" : "other") }))
    .sort((a, b) => turn * (a.code - b.code));
  if (points.length < 2) return { unknown: over === "stored" ? "No true distance of what was measured is known." : "The file holds codes alone: these are distances to codes, and no true ones are known." };
  const first = new Set([...codes].sort((a, b) => turn * (a[1] - b[1])).slice(0, header.k).map(([node]) => node));
  return {
    points: points.slice(0, MOST_POINTS), total: points.length, k: Math.min(header.k, found.size), kept: [...found].filter((node) => first.has(node)).length,
    against: over === "stored" ? "the true distance" : "the distance when ranked again, by finer codes or stored vectors",
  };
}
