import { evenly } from "./lasso.js";
import { labelsOf, termsOf } from "./labels.js";

/** Items of the whole map whose words are asked for, those of one look closer, and of all together. */
const OF_THE_MAP = 2000;
const OF_A_PLACE = 800;
const MOST = 5000;
const BATCH = 1000;
const REST_MILLISECONDS = 250;

/** @typedef {{x0:number,y0:number,x1:number,y1:number}} Box a part of the map */

/** Knows the words of a bounded sample of a map's nodes, more of them where one looks closer, and the labels that come of them. */
export class LabelSource {
  #key = "";
  /**
   * The map that the words are of.
   * @type {LayoutMap|null}
   */
  #map = null;
  /**
   * By node; of those that are asked for nothing is known yet.
   * @type {Map<number,import("./labels.js").Said|null>}
   */
  #said = new Map();
  /**
   * By the map's places and zoom.
   * @type {Map<string,import("./labels.js").Label[]>}
   */
  #labels = new Map();
  #seen = "";
  #timer = 0;
  /** Rises when labels are others. */
  version = 0;

  /** @param {{request:(method:string,params:object)=>Promise<any>,onChange:()=>void}} options */
  constructor(options) {
    this.options = options;
  }

  /** @param {Summary|null} summary @param {LayoutMap|null} map @param {Box} box in sight @param {number} scale */
  see(summary, map, box, scale) {
    if (!map?.finished || !summary || !(summary.hasCaptions || summary.columns.length > 0)) return;
    const key = `${summary.name}|${map.revision}`;
    this.#map = map;
    if (key !== this.#key) {
      this.#key = key;
      this.#said.clear();
      this.#labels.clear();
      this.#ask(summary.name, evenly(placed(map, { x0: 0, y0: 0, x1: 1, y1: 1 }), OF_THE_MAP));
    }
    if (scale < 2) return;
    const seen = [box.x0, box.y0, box.x1, box.y1].map((value) => value.toFixed(3)).join();
    if (seen === this.#seen) return;
    this.#seen = seen;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#said.size < MOST) this.#ask(summary.name, evenly(placed(map, box).filter((node) => !this.#said.has(node)), OF_A_PLACE));
    }, REST_MILLISECONDS);
  }

  /** @param {LayoutMap} map @param {number} scale @returns {import("./labels.js").Label[]} */
  labels(map, scale) {
    if (this.#said.size === 0 || map !== this.#map) return [];
    const zoom = 2 ** Math.floor(Math.log2(scale) + 0.01);
    const key = `${map.settled}|${this.version}|${zoom}`;
    let labels = this.#labels.get(key);
    if (!labels) {
      if (this.#labels.size > 12) this.#labels.clear();
      const items = [...this.#said].flatMap(([node, said]) => (said?.terms.length && map.goalX[node] >= 0 ? [{ x: map.goalX[node], y: map.goalY[node], ...said }] : []));
      this.#labels.set(key, (labels = labelsOf(items, zoom)));
    }
    return labels;
  }

  /** @param {string} index @param {number[]} nodes */
  async #ask(index, nodes) {
    const key = this.#key;
    for (const node of nodes) this.#said.set(node, null);
    for (let first = 0; first < nodes.length; first += BATCH) {
      try {
        const { items } = await this.options.request("index.items", { index, nodes: nodes.slice(first, first + BATCH) });
        if (key !== this.#key) return;
        for (const item of items) this.#said.set(item.node, termsOf(item));
      } catch {
        // A map without words is a map still.
        return;
      }
    }
    this.version += 1;
    this.options.onChange();
  }
}

/**
 * Nodes with a place in a part of the map.
 * @param {LayoutMap} map @param {Box} box
 */
function placed({ total, goalX, goalY, shown }, { x0, y0, x1, y1 }) {
  const isWhole = x0 <= 0 && y0 <= 0 && x1 >= 1 && y1 >= 1;
  const found = [];
  for (let node = 0; node < total; node += 1) {
    if (!(goalX[node] >= x0 && goalX[node] <= x1 && goalY[node] >= y0 && goalY[node] <= y1)) continue;
    if (!isWhole || shown === null || shown[node] > 0) found.push(node);
  }
  return found;
}
