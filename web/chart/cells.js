/**
 * The smallest and the largest cell, and how many have those sizes; null without cells.
 * @param {ArrayLike<number>} size by cell
 * @returns {{smallest:{cell:number,size:number,number:number},largest:{cell:number,size:number,number:number}}|null}
 */
export function extremes(size) {
  if (size.length === 0) return null;
  const smallest = { cell: 0, size: size[0], number: 0 };
  const largest = { ...smallest };
  for (let cell = 0; cell < size.length; cell += 1) {
    for (const [end, beats] of /** @type {const} */ ([[smallest, size[cell] < smallest.size], [largest, size[cell] > largest.size]])) {
      if (beats) Object.assign(end, { cell, size: size[cell], number: 1 });
      else if (size[cell] === end.size) end.number += 1;
    }
  }
  return { smallest, largest };
}

/** Vectors in all cells. */
export const totalOf = (/** @type {Uint32Array} */ size) => size.reduce((sum, one) => sum + one, 0);

/** Vectors in the fullest cell. */
export const mostOf = (/** @type {Uint32Array} */ size) => size.reduce((most, one) => Math.max(most, one), 0);

/** How dark a cell's shade is, 0 … 1: the root, so that small cells can be told apart. */
export const shade = (/** @type {number} */ size, /** @type {number} */ most) => Math.sqrt(size / Math.max(1, most));

/** Sizes to be named on the scale, rising, each once. */
export const scaleSizes = (/** @type {number} */ most) => [...new Set([0, 1 / 16, 1 / 4, 9 / 16, 1].map((part) => Math.round(part * most)))];

/** @param {number} size @param {number} total of all cells */
export function shareText(size, total) {
  if (total === 0 || size === 0) return "0 %";
  const percent = (100 * size) / total;
  return percent < 0.01 ? "under 0.01 %" : `${Number(percent.toPrecision(2))} %`;
}

/**
 * Asks for the first members of cells, one question at a time: the pointer crosses many cells on its way.
 */
export class CellPeek {
  /** @type {Map<number,number[]>} */
  #known = new Map();
  /** @type {{index:string,cell:number}|null} */
  #wanted = null;
  #isAsking = false;

  /** @param {{request:(method:string,params:object)=>Promise<any>,limit:number,most:number,onChange:(cell:number)=>void}} options */
  constructor(options) {
    this.options = options;
  }

  forget() {
    this.#known.clear();
    this.#wanted = null;
  }

  /** @param {string} index @param {number} cell @returns {number[]|null} nodes, or null and they are asked for */
  members(index, cell) {
    const known = this.#known.get(cell);
    if (known) return known;
    this.#wanted = { index, cell };
    this.#ask();
    return null;
  }

  async #ask() {
    if (this.#isAsking || !this.#wanted) return;
    const { index, cell } = this.#wanted;
    const wanted = this.#wanted;
    this.#isAsking = true;
    /** @type {number[]} */
    let nodes = [];
    try {
      nodes = (await this.options.request("index.cell", { index, cell, limit: this.options.limit })).nodes;
    } catch {
      // The card then has the size alone.
    }
    this.#isAsking = false;
    if (this.#wanted !== null) {
      this.#known.set(cell, nodes);
      if (this.#known.size > this.options.most) this.#known.delete(/** @type {number} */ (this.#known.keys().next().value));
      this.options.onChange(cell);
    }
    if (this.#wanted === wanted) this.#wanted = null;
    else this.#ask();
  }
}
