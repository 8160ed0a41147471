/**
 * The node nearest to a point among places that no grid holds.
 * @param {{node:Uint32Array,x:Float32Array,y:Float32Array}[]} sets @param {number} radius in map units
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

/** Finds the node nearest to a point of the map: a uniform grid over 0…1 × 0…1. */
export class PointGrid {
  /**
   * @param {Float32Array} x 0…1, NaN for points that are left out @param {Float32Array} y
   * @param {(i:number)=>boolean} [includes]
   */
  constructor(x, y, includes = () => true) {
    this.x = x;
    this.y = y;
    this.side = Math.max(1, Math.min(512, Math.ceil(Math.sqrt(x.length / 4))));
    const cells = this.side * this.side;
    this.start = new Uint32Array(cells + 1);
    for (let i = 0; i < x.length; i += 1) if (x[i] === x[i] && includes(i)) this.start[this.#cell(x[i], y[i]) + 1] += 1;
    for (let c = 0; c < cells; c += 1) this.start[c + 1] += this.start[c];
    this.items = new Uint32Array(this.start[cells]);
    const fill = this.start.slice(0, cells);
    for (let i = 0; i < x.length; i += 1) {
      if (x[i] === x[i] && includes(i)) this.items[fill[this.#cell(x[i], y[i])]++] = i;
    }
  }

  #axis(value) {
    return Math.max(0, Math.min(this.side - 1, Math.floor(value * this.side)));
  }

  #cell(x, y) {
    return this.#axis(y) * this.side + this.#axis(x);
  }

  /** Calls `each` for every point in a rectangle of grid cells that covers the given one. */
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
