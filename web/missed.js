import { distance as text } from "./format.js";
import { lastEvictions, replayAt } from "./replay.js";
import { Kind, NOT_A_RESULT, STAGE_MASK, stagesOf } from "./replay/kinds.js";

/**
 * Why the search did not find a true neighbour, as far as its trace tells.
 * @typedef {{text:string,cursor:number|null}} Reason `cursor` is the step to look at
 */

/**
 * What was found out, until the search knows more.
 * @type {WeakMap<any,{length:number,recall:any,found:any}>}
 */
const known = new WeakMap();

/**
 * The true neighbours that a search did not find, each with its reason.
 * @param {any} search of the store, or null @param {any} map of the index, or null @param {(node:number)=>string} name of a vector
 * @returns {{label?:any,node:number,distance:number,reason:Reason}[]} none before the search and its recall are complete
 */
export function missedBy(search, map, name) {
  if (!search?.recall || !search.complete) return [];
  const { recall, length } = search;
  let entry = /** @type {any} */ (known.get(search));
  if (!entry || entry.length !== length || entry.recall !== recall) {
    const nodes = new Set(recall.missed.map(/** @param {Hit} hit */ (hit) => hit.node));
    const found = nodes.size === 0 ? null : {
      met: meetings(search, nodes), evicted: lastEvictions(search.header, search.columns, length, nodes),
      ranks: replayAt(search.header, search.columns, length, length).ranks,
    };
    known.set(search, (entry = { length, recall, found }));
  }
  return recall.missed.map(/** @param {Hit} hit */ (hit) => ({ ...hit, reason: reason(search, map, name, entry.found, hit.node) }));
}

/**
 * Where each node was met first and last in the stages over vectors, and whether the trace leaves out steps.
 * @param {Search} search @param {Set<number>} nodes
 */
function meetings(search, nodes) {
  const { kind, flags, to, distance } = search.columns;
  const stages = stagesOf(search.header);
  /** @type {Map<number,{at:number,kind:number,flags:number,distance:number,rescored:number}>} */
  const of = new Map();
  let isSummary = false;
  for (let i = 0; i < search.length; i += 1) {
    if (kind[i] === Kind.tally) isSummary = true;
    if (!nodes.has(to[i]) || (kind[i] > Kind.reject && kind[i] !== Kind.rescore)) continue;
    if (stages[flags[i] & STAGE_MASK]?.nodes === "centroids") continue;
    const known = of.get(to[i]);
    if (kind[i] === Kind.rescore && known) known.rescored = i + 1;
    // The lowest layer's word counts, which comes last; on the upper ones a node may be met several times.
    else of.set(to[i], { at: i + 1, kind: kind[i], flags: flags[i], distance: distance[i], rescored: 0 });
  }
  return { of, isSummary };
}

/** @param {Search} search @param {LayoutMap|null} map @param {(node:number)=>string} name @param {any} found @param {number} node @returns {Reason} */
function reason(search, map, name, found, node) {
  const meeting = found.met.of.get(node);
  const evicted = found.evicted.get(node);
  if (!meeting) {
    if (found.met.isSummary) return { text: "the trace is a summary, and does not tell", cursor: null };
    return { text: neverMet(search, map, found.ranks, node), cursor: null };
  }
  const d = text(meeting.distance);
  const isLeftOut = (meeting.flags & NOT_A_RESULT) !== 0;
  if (isLeftOut) return { text: `may not be a result: met at step ${meeting.at}`, cursor: meeting.at };
  if (evicted) return { text: `found, but pushed out at step ${evicted.cursor} by ${name(evicted.by)}${evicted.stage > 0 && meeting.rescored > 0 ? " when ranked again" : ""}`, cursor: evicted.cursor };
  if (meeting.rescored > 0) return { text: `ranked again at step ${meeting.rescored}, and no longer near enough`, cursor: meeting.rescored };
  if (meeting.kind === Kind.reject) return { text: `measured at step ${meeting.at} and not kept: ${d} was no nearer than the worst in hand`, cursor: meeting.at };
  return { text: `met at step ${meeting.at} at ${d}, and not among the nearest`, cursor: meeting.at };
}

/** @param {Search} search @param {LayoutMap|null} map @param {Map<number,number>} ranks @param {number} node */
function neverMet(search, map, ranks, node) {
  const cell = cellOf(map, node);
  if (search.header.algorithm === "annoy") return "never met: it is in no leaf of a tree that was opened";
  if (cell < 0) return "never met: no link that was read leads to it";
  const own = ranks.get(cell);
  if (own === undefined) return `never met: its cell, ${cell}, was not opened`;
  const larger = search.header.largerIsNearer;
  let order = 1;
  for (const other of ranks.values()) if (larger ? other > own : other < own) order += 1;
  return `never met: its cell, ${cell}, is number ${order} by its centroid, and ${search.header.nprobe} ${search.header.nprobe === 1 ? "was" : "were"} opened`;
}

/**
 * The cell of a vector: nodes are numbered cell by cell.
 * @param {LayoutMap|null} map @param {number} node
 */
function cellOf(map, node) {
  if (!map?.cells) return -1;
  let first = 0;
  for (let cell = 0; cell < map.cells.size.length; cell += 1) {
    first += map.cells.size[cell];
    if (node < first) return cell;
  }
  return -1;
}
