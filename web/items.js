import { pictureAddress } from "./dom.js";
import { pictures } from "./pictures.js";

const BATCH = 1000;
const MOST_ITEMS = 20_000;
const MOST_IMAGES = 400;
const GATHER_MILLISECONDS = 16;

/** Captions and pictures of one revision of an index, asked for in batches and kept within bounds. */
export class Items {
  /** @type {string|null} */
  #name = null;
  #revision = -1;
  #byNode = new Map();
  #byLabel = new Map();
  #wantedNodes = new Set();
  #wantedLabels = new Set();
  #asked = new Set();
  #timer = 0;
  /** @type {Map<string,HTMLImageElement>} least lately used first */
  #images = new Map();

  /** @param {{request:(method:string,params:object)=>Promise<any>,onChange:()=>void}} options */
  constructor({ request, onChange }) {
    this.request = request;
    this.onChange = onChange;
  }

  /**
   * Numbers of nodes mean another thing in another revision, so nothing is kept.
   * @param {string|null} name @param {number} revision
   */
  use(name, revision) {
    if (name === this.#name && revision === this.#revision) return;
    this.#name = name;
    this.#revision = revision;
    this.forget();
    this.#images.clear();
  }

  /** Lets everything be asked for again, as after a lost connection. */
  forget() {
    this.#byNode.clear();
    this.#byLabel.clear();
    this.#asked.clear();
    this.#wantedNodes.clear();
    this.#wantedLabels.clear();
  }

  /**
   * Takes what was told without being asked for, or after it was asked for in vain.
   * @param {{index:string,items:Item[],revision:number}} told
   */
  know(told) {
    if (told.index !== this.#name) return;
    this.#take(told);
    this.onChange();
  }

  /** @param {number} node @returns {any} the item, or null and it is asked for */
  node(node) {
    const item = this.#byNode.get(node);
    if (item) return item;
    this.#want(this.#wantedNodes, "n", node);
    return null;
  }

  /**
   * What people call a vector.
   * @param {number} node
   */
  name(node) {
    const item = this.node(node);
    return item ? `id ${item.label}` : `node ${node}`;
  }

  /** @param {Label} label */
  label(label) {
    const item = this.#byLabel.get(String(label));
    if (item) return item;
    this.#want(this.#wantedLabels, "l", label);
    return null;
  }

  /**
   * Items of many nodes at once.
   * @param {number[]} nodes at most 1000 @returns {Promise<any[]>}
   */
  async page(nodes) {
    const answer = await this.request("index.items", { index: this.#name, nodes });
    this.#take(answer);
    return answer.items;
  }

  /**
   * A picture that is loaded, or null; loading it ends in `onChange`.
   * @param {number} node
   */
  image(node) {
    const address = pictureAddress(this.#byNode.get(node)?.media);
    if (!address) {
      this.node(node);
      return null;
    }
    let image = this.#images.get(address);
    if (image) this.#images.delete(address);
    else {
      image = new Image();
      image.onload = () => this.onChange();
      pictures.load(image, address);
    }
    this.#images.set(address, image);
    if (this.#images.size > MOST_IMAGES) this.#images.delete(/** @type {any} */ (this.#images.keys().next().value));
    return image.complete && image.naturalWidth > 0 ? image : null;
  }

  /** @param {Set<Label>} set @param {string} kind @param {Label} key */
  #want(set, kind, key) {
    if (this.#name === null || this.#asked.has(kind + key)) return;
    this.#asked.add(kind + key);
    set.add(key);
    if (!this.#timer) this.#timer = setTimeout(() => this.#ask(), GATHER_MILLISECONDS);
  }

  async #ask() {
    this.#timer = 0;
    const nodes = [...this.#wantedNodes].slice(0, BATCH);
    const labels = [...this.#wantedLabels].slice(0, BATCH - nodes.length);
    for (const node of nodes) this.#wantedNodes.delete(node);
    for (const label of labels) this.#wantedLabels.delete(label);
    if (nodes.length + labels.length === 0) return;
    if (this.#wantedNodes.size + this.#wantedLabels.size) this.#timer = setTimeout(() => this.#ask(), GATHER_MILLISECONDS);
    const revision = this.#revision;
    try {
      const answer = await this.request("index.items", { index: this.#name, nodes, labels });
      if (revision !== this.#revision) return;
      this.#take(answer);
      this.onChange();
    } catch {
      // Results are shown by their ids then; the next question that succeeds brings the captions.
      for (const node of nodes) this.#asked.delete(`n${node}`);
      for (const label of labels) this.#asked.delete(`l${label}`);
    }
  }

  /** @param {{items:Item[],revision:number}} answer */
  #take({ items, revision }) {
    if (this.#byNode.size + items.length > MOST_ITEMS) this.forget();
    // Of another revision than the one looked at, the label is the same item, but the node is not.
    const isOfRevision = revision === undefined || revision === this.#revision;
    for (const item of items) {
      if (isOfRevision) this.#byNode.set(item.node, item);
      this.#byLabel.set(String(item.label), item);
    }
  }
}
