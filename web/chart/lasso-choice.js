import { evenly, nodesWithin } from "./lasso.js";

/** Pictures that are shown of what is chosen. */
const SAMPLE = 24;
const BATCH = 1000;
/** Ids that are asked for to search among them; the daemon may allow fewer. */
const MOST_LABELS = 20_000;

/** What the lasso holds: an outline on the map and the nodes in it, a sample of their items, and their labels when they are wanted. */
export class LassoChoice {
  /** @type {readonly Point[]|null} */
  outline = null;
  /** @type {number[]} */
  nodes = [];
  /** While it is being drawn. */
  isOpen = false;
  /** @type {Item[]} */
  sample = [];
  /** @type {string|null} */
  failure = null;

  /** @param {{request:(method:string,params:object)=>Promise<any>,items:(nodes:number[])=>Promise<Item[]>,onChange:()=>void,maxLabels:()=>number}} options */
  constructor(options) {
    this.options = options;
  }

  get limit() {
    return Math.min(MOST_LABELS, this.options.maxLabels());
  }

  /** @param {LayoutMap} map @param {readonly Point[]} outline @param {boolean} isOpen @param {number} layer */
  async use(map, outline, isOpen, layer) {
    const nodes = nodesWithin(map, outline, layer);
    const isEmpty = !isOpen && nodes.length === 0;
    Object.assign(this, { outline: isEmpty ? null : outline, nodes, isOpen, sample: [], failure: null });
    this.options.onChange();
    if (isOpen || isEmpty) return;
    try {
      const sample = await this.options.items(evenly(nodes, SAMPLE));
      if (this.nodes !== nodes) return;
      this.sample = sample;
    } catch (error) {
      if (this.nodes === nodes) this.failure = /** @type {Error} */ (error).message;
    }
    this.options.onChange();
  }

  clear() {
    Object.assign(this, { outline: null, nodes: [], isOpen: false, sample: [], failure: null });
    this.options.onChange();
  }

  /**
   * The labels of all that is chosen; null when something else is by then, or they can't be had.
   * @param {string} index @returns {Promise<Label[]|null>}
   */
  async labels(index) {
    const { nodes } = this;
    /** @type {Label[]} */
    const labels = [];
    try {
      for (let first = 0; first < nodes.length; first += BATCH) {
        const { items } = await this.options.request("index.items", { index, nodes: nodes.slice(first, first + BATCH) });
        if (this.nodes !== nodes) return null;
        for (const { label } of items) labels.push(label);
      }
    } catch (error) {
      this.failure = /** @type {Error} */ (error).message;
      this.options.onChange();
      return null;
    }
    return labels;
  }
}
