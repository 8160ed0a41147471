import { lastEvictions } from "../replay.js";
import { Kind, NOT_A_RESULT, STAGE_MASK, stagesOf } from "../replay/kinds.js";

/** A node may be met again and again on the upper layers: so many times are told. */
const MOST_MEETINGS = 12;

/**
 * A step of a search that measured a node, or read its links. `cursor` is the place in the trace where it has just happened.
 * @typedef {{cursor:number,what:"entered"|"kept"|"rejected"|"left out"|"links read"|"ranked again",layer:number,stage:string|null,distance:number}} Meeting
 */
/**
 * What became of a node in a search.
 * @typedef {{meetings:Meeting[],more:number,distance:number|null,outcome:"result"|"missed"|"evicted"|"kept"|"rejected"|"barred"|"unmet"|"unknown",
 *   rank:number|null,cursor:number|null,by:number|null}} Fate
 *   `distance` is the last one that was computed, `cursor` the step that decided
 */

/** @type {Record<number,Meeting["what"]>} */
const WORDS = { [Kind.enter]: "entered", [Kind.keep]: "kept", [Kind.reject]: "rejected", [Kind.expand]: "links read", [Kind.rescore]: "ranked again" };

/** @param {any} search of the store: its header, columns and length, and results and recall as far as they are known @param {number} node @returns {Fate} */
export function fateOf(search, node) {
  const { header, columns, length, results, recall } = search;
  const stages = stagesOf(header);
  /** @type {Meeting[]} */
  const meetings = [];
  let isSummary = false;
  let distance = null;
  /**
   * The latest step that measured it, and that decided whether it stays.
   * @type {{kind:number,cursor:number,isBarred:boolean}|null}
   */
  let last = null;
  for (let i = 0; i < length; i += 1) {
    const kind = columns.kind[i];
    if (kind === Kind.tally) isSummary = true;
    const stage = stages[columns.flags[i] & STAGE_MASK];
    if (columns.to[i] !== node || !(kind in WORDS) || !stage || stage.nodes !== "vectors") continue;
    const isBarred = (columns.flags[i] & NOT_A_RESULT) !== 0;
    const measured = columns.distance[i];
    const what = kind === Kind.reject && isBarred && Number.isNaN(measured) ? "left out" : WORDS[kind];
    meetings.push({ cursor: i + 1, what, layer: columns.layer[i], stage: stages.length > 1 ? stage.name : null, distance: measured });
    if (kind === Kind.expand) continue;
    if (!Number.isNaN(measured)) distance = measured;
    last = { kind, cursor: i + 1, isBarred };
  }
  const fate = { meetings: meetings.slice(0, MOST_MEETINGS), more: Math.max(0, meetings.length - MOST_MEETINGS), distance, rank: null, cursor: null, by: null };
  const place = (results ?? []).findIndex((/** @type {any} */ hit) => hit.node === node);
  if (place >= 0) return { ...fate, distance: results[place].distance, outcome: "result", rank: place + 1, cursor: last?.cursor ?? null };
  const missed = recall?.missed?.find((/** @type {any} */ hit) => hit.node === node);
  if (missed) return { ...fate, distance: distance ?? missed.distance, outcome: "missed", cursor: last?.cursor ?? null };
  if (!last) return { ...fate, outcome: isSummary ? "unknown" : "unmet" };
  if (last.isBarred) return { ...fate, outcome: "barred", cursor: last.cursor };
  const evicted = lastEvictions(header, columns, length, new Set([node])).get(node);
  if (evicted && evicted.cursor >= last.cursor) return { ...fate, outcome: "evicted", cursor: evicted.cursor, by: evicted.by };
  if (last.kind === Kind.reject) return { ...fate, outcome: "rejected", cursor: last.cursor };
  return { ...fate, outcome: "kept", cursor: last.cursor };
}

/** @param {Fate} fate @param {any} search @param {(node:number)=>string} nameOf @param {string} [reason] why it was missed */
export function fateText(fate, search, nameOf, reason) {
  const { outcome, rank, cursor, by } = fate;
  const isOver = search.results !== null;
  switch (outcome) {
    case "result": return `Result ${rank} of ${search.results.length}.`;
    case "missed": return `A true neighbour, and missed${reason ? `: ${reason}` : ""}.`;
    case "evicted": return `Kept, and pushed out at step ${cursor} by ${nameOf(/** @type {number} */ (by))}.`;
    case "rejected": return `Measured at step ${cursor}, and no nearer than the worst in hand: not kept.`;
    case "barred": return "Met, but it may not be a result: it is deleted, or left out by the filter.";
    case "kept": return isOver ? "Kept to the end, and not among the nearest." : "Kept so far.";
    case "unknown": return "The trace is a summary in part, and does not name it.";
    default: return isOver ? "Never met: no distance to it was computed." : "Not met so far.";
  }
}
