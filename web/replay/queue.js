import { OrderedHeap } from "./heaps.js";

/**
 * The queues that a stage keeps, by its algorithm. `keep` returns what was put out: `[queue, node]` pairs. Without ids,
 * which a trace does not hold, equal distances at the k-th place may change places with others.
 * @typedef {{node:number,key:number}} Entry
 * `candidates` are at most the nearest MOST_SHOWN; `size` counts all members.
 * @typedef {{size:number,waitingCount:number,enter?:(node:number,key:number,mayBeResult:boolean)=>void,take:(node:number)=>boolean,
 *   keep:(node:number,key:number,mayBeResult:boolean)=>[string,number][],candidates:Entry[],results:Entry[],clone:()=>Queues}} Queues
 */

export const NOTHING = /** @type {[string,number][]} */ (/** @type {unknown} */ (Object.freeze([])));
/** @param {Entry} a @param {Entry} b */
export const byKey = (a, b) => a.key - b.key || a.node - b.node;
/** Candidates beyond these are only counted: a long search has a hundred thousand, and nobody looks at more. */
const MOST_SHOWN = 1000;

/**
 * The nearest of a heap whose nearest is on top, without sorting the whole.
 * @param {number} count @param {(place:number)=>number} keyAt turned round: the largest is on top @param {(place:number)=>number} nodeAt
 * @returns {Entry[]} nearest first
 */
export function nearest(count, keyAt, nodeAt) {
  const out = [];
  const open = new OrderedHeap(false);
  if (count > 0) open.push(0, keyAt(0));
  while (open.size > 0 && out.length < MOST_SHOWN) {
    const place = open.pop();
    out.push({ node: nodeAt(place), key: -keyAt(place) });
    for (const child of [2 * place + 1, 2 * place + 2]) if (child < count) open.push(child, keyAt(child));
  }
  return out.sort(byKey);
}
