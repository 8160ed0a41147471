/** @typedef {{total:number,goalX:Float32Array,goalY:Float32Array,nodeLevel:Uint8Array}} Placed a map, as far as places go */

/** @param {readonly Point[]} polygon @param {number} x @param {number} y */
export function isInside(polygon, x, y) {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i, i += 1) {
    const [a, b] = [polygon[i], polygon[j]];
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
  }
  return inside;
}

/**
 * The nodes within an outline, of those that have a place and reach a layer.
 * @param {Placed} map @param {readonly Point[]} polygon of the map, 0 … 1 @param {number} layer
 * @returns {number[]} rising
 */
export function nodesWithin({ total, goalX, goalY, nodeLevel }, polygon, layer) {
  if (polygon.length < 3) return [];
  const of = (/** @type {"x"|"y"} */ axis, /** @type {(a:number,b:number)=>number} */ pick) => polygon.reduce((most, point) => pick(most, point[axis]), polygon[0][axis]);
  const [left, right, top, bottom] = [of("x", Math.min), of("x", Math.max), of("y", Math.min), of("y", Math.max)];
  const found = [];
  for (let node = 0; node < total; node += 1) {
    const [x, y] = [goalX[node], goalY[node]];
    if (x >= left && x <= right && y >= top && y <= bottom && nodeLevel[node] >= layer && isInside(polygon, x, y)) found.push(node);
  }
  return found;
}

/**
 * The nearest node of those that reach a layer, for when the others are hidden.
 * @param {Placed} map @param {number} layer @param {number} x @param {number} y @param {number} reach in map units @returns {number} −1 if none
 */
export function nearestReaching({ total, goalX, goalY, nodeLevel }, layer, x, y, reach) {
  let best = -1;
  let least = reach * reach;
  for (let node = 0; node < total; node += 1) {
    if (nodeLevel[node] < layer) continue;
    const square = (goalX[node] - x) ** 2 + (goalY[node] - y) ** 2;
    if (!(square <= least)) continue;
    least = square;
    best = node;
  }
  return best;
}

/**
 * Of many, so many at most, evenly.
 * @template T @param {readonly T[]} all @param {number} most @returns {T[]}
 */
export function evenly(all, most) {
  if (all.length <= most) return [...all];
  return Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)]);
}
