import { Kind, NONE, STAGE_MASK, stagesOf } from "../replay/kinds.js";

/** A node has no more links than this, and a step before these is none of the present ones. */
const MOST_BACK = 2048;

/**
 * What a walk through a graph is at: the node whose links are read, and the steps of those that were measured so far.
 * @param {import("../replay.js").Columns} columns @param {number} cursor
 * @returns {{node:number,layer:number,steps:number[]}|null} null between two nodes
 */
export function presentExpansion({ kind, layer, to }, cursor) {
  /** @type {number[]} */
  const steps = [];
  for (let i = cursor - 1; i >= 0 && steps.length < MOST_BACK; i -= 1) {
    if (layer[i] < 0) return null;
    if (kind[i] === Kind.expand) return { node: to[i], layer: layer[i], steps: steps.reverse() };
    if (kind[i] !== Kind.keep && kind[i] !== Kind.reject) return null;
    steps.push(i);
  }
  return null;
}

/**
 * Nodes that were measured on the lowest layer, with their distances.
 * @param {any} search @param {number} cursor @param {number} [most] of them @returns {Map<number,number>}
 */
export function measuredNodes({ header, columns }, cursor, most = 4000) {
  const { kind, flags, layer, to, distance } = columns;
  const stages = stagesOf(header);
  const out = new Map();
  for (let i = 0; i < cursor && out.size < most; i += 1) {
    if (kind[i] > Kind.reject || layer[i] > 0 || to[i] === NONE || distance[i] !== distance[i]) continue;
    if (stages[flags[i] & STAGE_MASK]?.nodes === "vectors") out.set(to[i], distance[i]);
  }
  return out;
}
