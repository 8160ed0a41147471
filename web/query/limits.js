import { count } from "../format.js";

/**
 * What a number may be: `most` is the daemon's limit, `end` that of the slider, beyond which more changes nothing.
 * @typedef {{key:string,name:string,title:string,most:number,end:number,first:number|null,beyond:string}} Limit
 */

/** Positions of a slider. */
export const NOTCHES = 1000;
/** Sliders that reach farther go by factors, as the first steps matter most. */
const LINEAR_END = 60;

/**
 * The numbers that a search of an index takes.
 * @param {any} summary @param {any} limits of `initialize`; a recording has none
 * @returns {Limit[]}
 */
export function limitsOf(summary, limits) {
  const { structure, library, defaults = {}, count: vectors, nlist } = summary;
  const all = Math.max(1, vectors);
  /** @type {(key:string,name:string,title:string,most:number|undefined,reach:number,first:number|undefined,beyond:string)=>Limit} */
  const limit = (key, name, title, most = Infinity, reach, first, beyond) => ({ key, name, title, most, end: Math.max(1, Math.min(most, reach)), first: first ?? null, beyond });
  const out = [limit("k", "k", "how many results", limits?.maxK, all, defaults.k ?? 5, `the index has ${count(vectors)} vectors`)];
  if (structure === "hnsw") out.push(limit("efSearch", "efSearch", "how many candidates are kept in hand: more find more, and take longer", limits?.maxEfSearch, all, defaults.efSearch, `the index has ${count(vectors)} vectors`));
  if (structure === "ivf") {
    const first = defaults.nprobe === undefined ? undefined : Math.max(defaults.nprobe, Math.min(6, nlist));
    out.push(limit("nprobe", "nprobe", "how many cells are opened: more find more, and take longer", limits?.maxNprobe, nlist, first, `the index has ${count(nlist)} cells`));
  }
  // An item stands in every tree, and is gathered from each.
  if (library === "annoy") out.push(limit("searchK", "search_k", "how many items are gathered from the trees; empty: trees × k", limits?.maxSearchK, 10 * all, undefined, "more than the trees hold"));
  return out;
}

/** @param {Limit} limit @param {string} text of the field @returns {number|null|string} null where it is empty; a text says what is wrong */
export function readNumber(limit, text) {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  const value = Number(trimmed);
  if (!Number.isInteger(value) || value < 1) return `${limit.name} must be a whole number from 1.`;
  return value > limit.most ? `${limit.name} can be 1 to ${count(limit.most)} here.` : value;
}

/**
 * What is to be said of a number that is allowed.
 * @param {Limit} limit @param {number|null} value @param {number|null} k
 */
export function remark(limit, value, k) {
  if (value === null) return "";
  if (value > limit.end) return limit.beyond;
  return limit.key === "efSearch" && k !== null && value < k ? `below k: searches that need it take ${count(k)}` : "";
}

/** @param {Limit} limit @param {number} value @returns {number} 0 … NOTCHES */
export function notchOf({ end }, value) {
  if (end <= 1) return 0;
  const inside = Math.max(1, Math.min(end, value));
  return Math.round(NOTCHES * (end <= LINEAR_END ? (inside - 1) / (end - 1) : Math.log(inside) / Math.log(end)));
}

/** @param {Limit} limit @param {number} notch 0 … NOTCHES */
export function valueAt({ end }, notch) {
  const part = notch / NOTCHES;
  return Math.round(end <= LINEAR_END ? 1 + part * (end - 1) : end ** part);
}

/**
 * The next number for who moves the slider by keys.
 * @param {Limit} limit @param {number} value @param {number} by ±1, or more for larger steps
 */
export function stepped({ end }, value, by) {
  const size = end <= LINEAR_END ? 1 : Math.max(1, Math.round(value / 20));
  return Math.max(1, Math.min(end, value + by * size));
}
