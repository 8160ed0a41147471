import { Kind, NONE, NOT_A_RESULT, STAGE_MASK, stagesOf, turns } from "../replay/kinds.js";

/** Improvements kept of a line, and vectors of a walk that are drawn: the latest. */
const MOST_POINTS = 64;
export const MOST_DOTS = 800;

/**
 * The nearest distance so far, step by step: the line beside a search in the list. It reads each step once.
 * @typedef {import("../replay.js").Columns} Columns
 */
export class BestLine {
  /** Steps that were read. */
  cursor = 0;
  /** Distances that were computed. */
  evaluated = 0;
  best = NaN;
  /**
   * Where it got better: distances computed until then, and the distance.
   * @type {{at:number,distance:number}[]}
   */
  points = [];
  #stage = -1;
  #stages;

  /** @param {any} header */
  constructor(header) {
    this.#stages = stagesOf(header).map((stage) => ({ isOverVectors: stage.nodes !== "centroids" && stage.nodes !== "tree", larger: turns(stage, header) }));
  }

  /**
   * @param {Columns} columns
   * @param {number} to
   */
  advance(columns, to) {
    for (const end = Math.min(to, columns.kind.length); this.cursor < end; this.cursor += 1) this.read(columns, this.cursor);
  }

  /**
   * @param {Columns} columns
   * @param {number} i
   * @returns {boolean} whether the step's vector is the nearest so far
   */
  read({ kind, flags, to, distance }, i) {
    if (kind[i] === Kind.tally) this.evaluated += to[i];
    const isMeasured = kind[i] <= Kind.reject || kind[i] === Kind.rank || kind[i] === Kind.rescore;
    if (!isMeasured || Number.isNaN(distance[i])) return false;
    this.evaluated += 1;
    const number = flags[i] & STAGE_MASK;
    const stage = this.#stages[number];
    if (!stage?.isOverVectors || flags[i] & NOT_A_RESULT || to[i] === NONE) return false;
    // Another stage measures in its own way: quantised at first, then exact.
    if (number !== this.#stage) [this.#stage, this.best] = [number, NaN];
    if (stage.larger ? distance[i] <= this.best : distance[i] >= this.best) return false;
    this.best = distance[i];
    this.points.push({ at: this.evaluated, distance: this.best });
    if (this.points.length > MOST_POINTS) this.points = this.points.filter((_, place) => place % 2 === 0 || place > MOST_POINTS - 8);
    return true;
  }

  /** @param {number} flags of a step */
  isLargerNearer(flags) {
    return this.#stages[flags & STAGE_MASK]?.larger ?? false;
  }

  /**
   * Whether a step's stage looks at vectors.
   * @param {number} flags
   */
  isOverVectors(flags) {
    return this.#stages[flags & STAGE_MASK]?.isOverVectors ?? false;
  }
}

/** The way of a search over the map until a step: what it measured, the chain that led to the nearest, the cells it opened. */
export class Walk {
  /** Vectors that were measured, the latest of them, and whose links led there (NONE where none did): a ring. */
  nodes = new Uint32Array(MOST_DOTS);
  sources = new Uint32Array(MOST_DOTS);
  /** How many there were in all. */
  measured = 0;
  /** @type {number[]} */
  cells = [];
  nearest = NONE;
  /**
   * Nodes whose links were read on the upper layers, in order.
   * @type {number[]}
   */
  #upper = [];
  /**
   * On the lowest layer.
   * @type {Map<number,number>}
   */
  #parents = new Map();
  /** The nearest on the lowest layer, whether it may be a result or not, and how near; and the distance that the descent hands down. */
  #tip = NONE;
  #tipKey = Infinity;
  #carried = NaN;
  #isSummarised = false;
  /** @type {number[]|null} */
  #route = [];

  /** @param {any} header */
  constructor(header) {
    this.line = new BestLine(header);
  }

  get cursor() {
    return this.line.cursor;
  }

  /**
   * @param {Columns} columns
   * @param {number} to
   */
  advance(columns, to) {
    const { line } = this;
    for (const end = Math.min(to, columns.kind.length); line.cursor < end; line.cursor += 1) this.#read(columns, line.cursor);
  }

  /**
   * From where it entered to the nearest so far, each linked from the one before.
   * @returns {readonly number[]}
   */
  get route() {
    if (this.#route) return this.#route;
    const chain = [];
    // A chain is no longer than there are nodes, or the trace is none of a search.
    for (let node = this.#tip; node !== NONE && chain.length <= this.#parents.size; node = this.#parents.get(node) ?? NONE) chain.push(node);
    return (this.#route = [...this.#upper, ...chain.reverse()].filter((node, i, all) => node !== all[i - 1]));
  }

  /**
   * @param {Columns} columns
   * @param {number} i
   */
  #read(columns, i) {
    const { kind, flags, layer, from, to, distance } = columns;
    if (this.line.read(columns, i)) this.nearest = to[i];
    if (kind[i] === Kind.tally) this.#isSummarised = true;
    if (!this.line.isOverVectors(flags[i]) || to[i] === NONE) return;
    if (kind[i] === Kind.open) this.cells.push(to[i]);
    if (kind[i] === Kind.descend) this.#carried = distance[i];
    if ((kind[i] === Kind.expand || kind[i] === Kind.enter) && layer[i] > 0) {
      this.#upper.push(to[i]);
      this.#route = null;
    }
    if (kind[i] > Kind.reject) return;
    if (layer[i] === 0) this.#meet(kind[i] === Kind.enter, from[i], to[i], distance[i], flags[i]);
    if (Number.isNaN(distance[i])) return;
    const place = this.measured % MOST_DOTS;
    this.nodes[place] = to[i];
    this.sources[place] = layer[i] < 0 ? NONE : from[i];
    this.measured += 1;
  }

  /**
   * A node of the lowest layer.
   * @param {boolean} enters
   * @param {number} from
   * @param {number} to
   * @param {number} distance
   * @param {number} flags
   */
  #meet(enters, from, to, distance, flags) {
    if (!this.#parents.has(to)) this.#parents.set(to, enters ? NONE : from);
    const signed = (enters && Number.isNaN(distance) ? this.#carried : distance) * (this.line.isLargerNearer(flags) ? -1 : 1);
    const key = Number.isNaN(signed) ? Infinity : signed;
    if (!enters && (key >= this.#tipKey || this.#isSummarised)) return;
    this.#tip = to;
    this.#tipKey = key;
    this.#route = null;
  }
}
