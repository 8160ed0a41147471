/**
 * The node nearest to a point among places that no grid holds.
 * @param {{node:Uint32Array,x:Float32Array,y:Float32Array}[]} sets @param {number} x @param {number} y @param {number} radius in map units
 * @returns {number} −1 if none is as near
 */
export function nearestAmong(sets, x, y, radius) {
  let best = -1;
  let least = radius * radius;
  for (const set of sets) {
    for (let i = 0; i < set.node.length; i += 1) {
      const square = (set.x[i] - x) ** 2 + (set.y[i] - y) ** 2;
      if (square > least) continue;
      least = square;
      best = set.node[i];
    }
  }
  return best;
}

/**
 * Puts the nodes that have a place into the squares of a uniform grid over 0…1 × 0…1.
 * @param {Float32Array} x NaN for nodes without a place @param {Float32Array} y
 * @param {Uint16Array|null} shown by node, 0 for those that are left out
 * @returns {GridCells}
 */
export function sortedIntoGrid(x, y, shown = null) {
  const side = Math.max(1, Math.min(512, Math.ceil(Math.sqrt(x.length / 4))));
  const axis = (/** @type {number} */ value) => Math.max(0, Math.min(side - 1, Math.floor(value * side)));
  const start = new Uint32Array(side * side + 1);
  const square = new Int32Array(x.length).fill(-1);
  for (let i = 0; i < x.length; i += 1) {
    if (x[i] !== x[i] || (shown !== null && shown[i] === 0)) continue;
    square[i] = axis(y[i]) * side + axis(x[i]);
    start[square[i] + 1] += 1;
  }
  for (let c = 0; c < side * side; c += 1) start[c + 1] += start[c];
  const items = new Uint32Array(start[side * side]);
  const fill = start.slice(0, side * side);
  for (let i = 0; i < x.length; i += 1) if (square[i] >= 0) items[fill[square[i]]++] = i;
  return { side, start, items };
}

/** @typedef {{side:number,start:Uint32Array,items:Uint32Array}} GridCells square s has the items from `start[s]` to `start[s + 1]` */

/** Finds the node nearest to a point of the map, by a uniform grid over 0…1 × 0…1. */
export class PointGrid {
  /** @param {Float32Array} x 0…1 @param {Float32Array} y @param {GridCells|null} cells of these places; null: none yet */
  constructor(x, y, cells) {
    this.x = x;
    this.y = y;
    const { side, start, items } = cells ?? { side: 1, start: new Uint32Array(2), items: new Uint32Array(0) };
    this.side = side;
    this.start = start;
    this.items = items;
  }

  /** @param {number} value */
  #axis(value) {
    return Math.max(0, Math.min(this.side - 1, Math.floor(value * this.side)));
  }

  /**
   * Calls `each` for every point in a rectangle of grid cells that covers the given one.
   * @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 @param {(i:number)=>void} each
   */
  forEachIn(x0, y0, x1, y1, each) {
    for (let row = this.#axis(y0); row <= this.#axis(y1); row += 1) {
      for (let column = this.#axis(x0); column <= this.#axis(x1); column += 1) {
        const cell = row * this.side + column;
        for (let i = this.start[cell]; i < this.start[cell + 1]; i += 1) each(this.items[i]);
      }
    }
  }

  /** @param {number} x @param {number} y @param {number} radius in map units @returns {number} the node, −1 if none */
  nearest(x, y, radius) {
    let best = -1;
    let least = radius * radius;
    this.forEachIn(x - radius, y - radius, x + radius, y + radius, (i) => {
      const square = (this.x[i] - x) ** 2 + (this.y[i] - y) ** 2;
      if (square <= least) {
        least = square;
        best = i;
      }
    });
    return best;
  }
}
