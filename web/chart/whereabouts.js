import { SPAN } from "../columns.js";

/**
 * Where a node is that the map does not draw by itself; null where the daemon does not tell, or tells of another map.
 * @param {{revision?:number,place?:{x:number,y:number}}} answer to `index.node` @param {{revision:number}} map
 * @returns {Point|null}
 */
export const toldPlace = ({ revision, place }, map) => (place && revision === map.revision ? { x: place.x / SPAN, y: place.y / SPAN } : null);

/**
 * Where about a node is that the map has no place for: in the middle of those it is linked with, or of its cell; null where nothing tells.
 * @param {{links?:number[][],cell?:number}} answer to `index.node`
 * @param {{goalX:Float32Array,goalY:Float32Array,cells:{x:Float32Array,y:Float32Array}|null}} map
 * @returns {Point|null}
 */
export function whereabouts({ links = [], cell }, { goalX, goalY, cells }) {
  if (cell !== undefined && cells && cell < cells.x.length) return { x: cells.x[cell], y: cells.y[cell] };
  const placed = links.flat().filter((node) => goalX[node] >= 0);
  if (placed.length === 0) return null;
  const middle = (/** @type {Float32Array} */ axis) => placed.map((node) => axis[node]).sort((a, b) => a - b)[placed.length >> 1];
  return { x: middle(goalX), y: middle(goalY) };
}

/** How close one must come for tiles to bring every node there. */
export const closeUp = (/** @type {number} */ total) => Math.min(64, Math.max(6, Math.sqrt(total / 1500)));
