import { Kind, NONE, STAGE_MASK, stagesOf } from "./replay/kinds.js";
import { countBelow } from "./replay/ascending.js";

/**
 * Where a trace can be cut so that what belongs together stays together. All are cursors, in order.
 * @typedef {object} Boundaries
 * @property {number} length steps that were looked at
 * @property {number[]} expansions ends: a node's links, the centroids, a cell, what is ranked again
 * @property {number[]} parts the first step of each layer, cell and stage has just happened
 */

const STARTS = new Set([Kind.enter, Kind.expand, Kind.descend, Kind.open, Kind.split, Kind.stop]);

/** @param {{header:any,columns:import("./replay.js").Columns,length:number}} search @returns {Boundaries} */
export function boundariesOf({ header, columns, length }) {
  const { kind, flags, to } = columns;
  const stages = stagesOf(header);
  /** @type {number[]} */
  const expansions = [];
  /** @type {number[]} */
  const parts = [];
  let stage = -1;
  for (let i = 0; i < length; i += 1) {
    const number = flags[i] & STAGE_MASK;
    const isTree = stages[number]?.nodes === "tree";
    const isNext = number !== stage;
    stage = number;
    if (i > 0 && (isNext || STARTS.has(kind[i]))) expansions.push(i);
    if (isNext || (!isTree && (kind[i] === Kind.enter || (kind[i] === Kind.open && to[i] !== NONE)))) {
      // A stage that begins with its first cell or layer is one part with it, and not two.
      if (parts.at(-1) !== i + 1) parts.push(i + 1);
    }
  }
  if (length > 0) expansions.push(length);
  return { length, expansions, parts };
}

/**
 * The next boundary from a cursor in either direction; the beginning and the end are boundaries as well.
 * @param {number[]} list @param {number} cursor @param {number} by how many, negative for backwards @param {number} length
 */
export function boundaryFrom(list, cursor, by, length) {
  const at = by > 0 ? countBelow(list, cursor, true) + by - 1 : countBelow(list, cursor) + by;
  return at < 0 ? 0 : (list[at] ?? length);
}

/**
 * How far a player that has come to `cursor` shows a trace: whole expansions of a graph; a scan moves on step by step.
 * @param {Boundaries} boundaries @param {number} cursor @param {Int16Array} layer of each step
 */
export function wholeExpansion({ expansions }, cursor, layer) {
  if (!(layer[cursor] >= 0)) return cursor;
  return expansions[countBelow(expansions, cursor, true) - 1] ?? cursor;
}
