/** Neighbours that are asked about on each layer; the others are counted. */
const MOST_NEIGHBOURS = 24;
const UNKNOWN_METHOD = -32601;

/**
 * What the daemon tells of one node, part by part as the answers come. A part is null until then, and stays null where the daemon does not know the request.
 * @typedef {{place:{level:number|null,deleted:boolean,cell:number|null}|null,layers:{title:string,nodes:number[],more:number}[]|null,
 *   vector:{values:ArrayLike<number>,norm:number,exact:boolean}|null,toQuery:number|null,toOther:number|null,fault:string}} Facts
 */

/** @returns {Facts} */
export const noFacts = () => ({ place: null, layers: null, vector: null, toQuery: null, toOther: null, fault: "" });

/** Asks for all that is known of a node of an index. */
export class FactFinder {
  /** Grows with every node that is asked about: answers about an earlier one are dropped. */
  #turn = 0;
  #measure = 0;
  /**
   * Requests that this daemon does not know.
   * @type {Set<string>}
   */
  #unknown = new Set();

  /** @param {{request:(method:string,params:object)=>Promise<any>,decode:(column:any)=>ArrayLike<number>,onChange:()=>void}} options */
  constructor(options) {
    this.options = options;
    this.facts = noFacts();
  }

  /** @param {string} index @param {number} node */
  find(index, node) {
    const turn = (this.#turn += 1);
    const facts = (this.facts = noFacts());
    this.#ask(turn, "index.node", { index, node }, (answer) => {
      facts.place = { level: answer.level ?? null, deleted: answer.deleted === true, cell: answer.cell ?? null };
      if (answer.links) facts.layers = layersOf(answer.links);
      else if (answer.cell !== undefined) this.#findCell(turn, index, node, answer.cell);
    });
    this.#ask(turn, "index.vector", { index, node }, (answer) => {
      const values = Array.isArray(answer.vector) ? answer.vector : this.options.decode(answer.vector);
      facts.vector = { values, norm: answer.norm, exact: answer.exact !== false };
    });
  }

  /**
   * Distances between stored vectors.
   * @param {string} index @param {number} node @param {{label:any}|null} query @param {number|null} other
   */
  measure(index, node, query, other) {
    const { facts } = this;
    const measure = (this.#measure += 1);
    const ask = (/** @type {object} */ from, /** @type {"toQuery"|"toOther"} */ what) =>
      this.#ask(this.#turn, "index.distances", { index, from, to: [node] }, (answer) => { if (measure === this.#measure) facts[what] = answer.distances[0]; });
    facts.toQuery = facts.toOther = null;
    if (query) ask({ label: query.label }, "toQuery");
    if (other !== null) ask({ node: other }, "toOther");
  }

  /** Asks nothing more, and takes no answer. */
  stop() {
    this.#turn += 1;
  }

  /** @param {number} turn @param {string} index @param {number} node @param {number} cell */
  #findCell(turn, index, node, cell) {
    this.#ask(turn, "index.cell", { index, cell, limit: MOST_NEIGHBOURS + 1 }, (answer) => {
      const nodes = answer.nodes.filter((/** @type {number} */ other) => other !== node).slice(0, MOST_NEIGHBOURS);
      this.facts.layers = [{ title: `beside it in cell ${cell}, in the order of the list`, nodes, more: Math.max(0, answer.size - 1 - nodes.length) }];
    });
  }

  /** @param {number} turn @param {string} method @param {object} params @param {(answer:any)=>void} take */
  async #ask(turn, method, params, take) {
    if (this.#unknown.has(method)) return;
    try {
      const answer = await this.options.request(method, params);
      if (turn !== this.#turn) return;
      take(answer);
    } catch (error) {
      const { code, message } = /** @type {{code?:number,message:string}} */ (error);
      if (code === UNKNOWN_METHOD) this.#unknown.add(method);
      // Who is not told the vector is told the rest.
      else if (turn === this.#turn && method === "index.node") this.facts.fault = message;
    }
    if (turn === this.#turn) this.options.onChange();
  }
}

/** @param {number[][]} links from layer 0 up @returns {NonNullable<Facts["layers"]>} from the top down */
export function layersOf(links) {
  return links.map((nodes, layer) => ({
    title: `layer ${layer} · ${nodes.length} ${nodes.length === 1 ? "link" : "links"}`,
    nodes: nodes.slice(0, MOST_NEIGHBOURS), more: Math.max(0, nodes.length - MOST_NEIGHBOURS),
  })).reverse();
}
