import { decodeColumn } from "../columns.js";
import { sortedIntoGrid } from "../scenes/grid.js";
import { contoursOf } from "./contours.js";

/**
 * What a worker does for the page, by name: each takes plain data and typed arrays and gives such back.
 * @type {Record<string,(message:any)=>any>}
 */
export const TASKS = Object.freeze({
  /** The grid to pick from, unless there is one, and the contours of a map at rest. */
  settle: ({ total, x, y, shown, density, hasGrid }) => ({ grid: hasGrid ? null : sortedIntoGrid(x, y, shown), contours: contoursOf({ total, x, y, density }) }),
  decode: ({ columns }) => columns.map((/** @type {any} */ { column, dtype }) => decodeColumn(column, dtype)),
});

/**
 * Buffers of a result that change hands instead of being copied.
 * @param {any} result @returns {ArrayBuffer[]}
 */
export function buffersOf(result) {
  if (ArrayBuffer.isView(result)) return [/** @type {ArrayBuffer} */ (result.buffer)];
  return result && typeof result === "object" ? Object.values(result).flatMap(buffersOf) : [];
}
