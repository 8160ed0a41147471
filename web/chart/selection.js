/** Members of a cell that are shown. */
const MOST_MEMBERS = 24;

/**
 * What the chart knows of the node or the cell that is selected, asked for when it changes.
 * @typedef {{revision?:number,node:number,label?:Label,level?:number,deleted?:boolean,links?:number[][],cell?:number,place?:{x:number,y:number}}} NodeAnswer of `index.node`
 * @typedef {{cell:number,size:number,nodes:number[]}} CellAnswer of `index.cell`
 */
export class Selection {
  /** @type {number|null} */
  node = null;
  /** @type {number|null} */
  cell = null;
  /** @type {NodeAnswer|null} */
  answer = null;
  /** @type {import("./route.js").Route|null} */
  route = null;
  /**
   * Why the route is not known; null while it is, or while it is asked for.
   * @type {string|null}
   */
  noRoute = null;
  /** @type {CellAnswer|null} */
  members = null;
  /**
   * Why nothing is known of what is selected.
   * @type {string|null}
   */
  failure = null;
  /**
   * Items of what is named.
   * @type {Map<number,Item>}
   */
  items = new Map();

  /**
   * @param {{request:(method:string,params:object)=>Promise<any>,items:(nodes:number[])=>Promise<Item[]>,onChange:()=>void}} options
   */
  constructor(options) {
    this.options = options;
  }

  /** @param {string} index @param {number|null} node @param {boolean} hasRoutes */
  async useNode(index, node, hasRoutes) {
    this.#begin(node, null);
    if (node === null) return;
    const isStill = () => this.node === node;
    const route = hasRoutes ? this.#ask("index.route", { index, node }) : null;
    try {
      const answer = await this.options.request("index.node", { index, node });
      if (!isStill()) return;
      this.answer = answer;
    } catch (error) {
      if (isStill()) this.failure = /** @type {Error} */ (error).message;
    }
    const found = await route;
    if (!isStill()) return;
    if (found?.error) this.noRoute = found.error;
    else this.route = found?.result ?? null;
    this.options.onChange();
    await this.#name(this.route?.hops.map((hop) => hop.node) ?? [], isStill);
  }

  /** @param {string} index @param {number|null} cell */
  async useCell(index, cell) {
    this.#begin(null, cell);
    if (cell === null) return;
    const isStill = () => this.cell === cell;
    const found = await this.#ask("index.cell", { index, cell, limit: MOST_MEMBERS });
    if (!isStill()) return;
    this.members = found.result ?? null;
    this.failure = found.error ?? null;
    this.options.onChange();
    await this.#name(this.members?.nodes ?? [], isStill);
  }

  /** @param {number|null} node @param {number|null} cell */
  #begin(node, cell) {
    Object.assign(this, { node, cell, answer: null, route: null, noRoute: null, members: null, failure: null });
    this.items.clear();
    this.options.onChange();
  }

  /** @param {string} method @param {object} params @returns {Promise<{result?:any,error?:string}>} */
  async #ask(method, params) {
    try {
      return { result: await this.options.request(method, params) };
    } catch (error) {
      return { error: /** @type {Error} */ (error).message };
    }
  }

  /**
   * Brings captions and pictures; without them nodes are called by their ids.
   * @param {number[]} nodes @param {()=>boolean} isStill
   */
  async #name(nodes, isStill) {
    const wanted = [...new Set(nodes)].slice(0, 1000);
    if (wanted.length === 0) return;
    try {
      const items = await this.options.items(wanted);
      if (!isStill()) return;
      for (const item of items) this.items.set(item.node, item);
      this.options.onChange();
    } catch {
      // The list stays as it is.
    }
  }
}
