import { count } from "../format.js";

/** Costs that differ by less than this part are called equal. */
const ALIKE = 1.05;
const METRICS = /** @type {Readonly<Record<string,string>>} */ (Object.freeze({ l2: "squared L2", euclidean: "L2", ip: "inner product", cosine: "cosine", angular: "angular" }));

/**
 * @typedef {{name:string,search:any,summary?:any}} Side one of the two searches, complete, and its index
 * @typedef {"found"|"missed"|"extra"|"beyond"|"none"} Fate of a vector in a search: `extra` is a result that is no true neighbour
 *   there, `beyond` is farther than its k asks for, `none` is neither
 * @typedef {{label:any,rank:number,distance:number,node:number,fates:[Fate,Fate]}} Neighbour
 */

const truthOf = (/** @type {Side} */ side) => (side.search.recall && !side.search.recall.unavailable ? side.search.recall.exact : null);
const labels = (/** @type {any[]|null|undefined} */ hits) => new Set((hits ?? []).map((hit) => String(hit.label)));

/**
 * The fate of a label in a search.
 * @param {Side} side @returns {(label:any,isShared:boolean)=>Fate}
 */
function fateIn(side) {
  const [truth, missed, results] = [labels(truthOf(side)), labels(side.search.recall?.missed), labels(side.search.results)];
  return (label, isShared) => {
    const key = String(label);
    if (truth.has(key)) return missed.has(key) ? "missed" : "found";
    if (isShared) return "beyond";
    return results.has(key) ? "extra" : "none";
  };
}

/** A search that found vectors at all, or knows none. */
export const isComparable = (/** @type {Side} */ a, /** @type {Side} */ b) => truthOf(a) !== null && truthOf(b) !== null;

/**
 * Whether distances of the two can stand on one axis.
 * @param {any} a summary @param {any} b
 */
export const sameMetric = (a, b) => Boolean(a && b) && a.metric === b.metric && a.largerIsNearer === b.largerIsNearer;

/**
 * The true neighbours of both, by label: one list where the two agree (the longer where their k differ), else one for each.
 * @param {Side} a @param {Side} b @returns {{isShared:boolean,overlap:number,shared:number,lists:Neighbour[][]}}
 */
export function neighbours(a, b) {
  const truths = [truthOf(a) ?? [], truthOf(b) ?? []];
  const [inA, inB] = truths.map(labels);
  const [short, long] = inA.size <= inB.size ? [inA, inB] : [inB, inA];
  const overlap = [...short].filter((label) => long.has(label)).length;
  const isShared = overlap === short.size && (short.size > 0 || long.size === 0);
  const fates = [fateIn(a), fateIn(b)];
  const rows = (/** @type {any[]} */ hits) => hits.map((hit, i) => ({ ...hit, rank: i + 1, fates: fates.map((fate) => fate(hit.label, isShared)) }));
  const lists = isShared ? [rows(inA.size >= inB.size ? truths[0] : truths[1])] : truths.map(rows);
  const shared = lists[0].filter((row) => row.fates.every((/** @type {Fate} */ fate) => fate === "found")).length;
  return { isShared, overlap, shared, lists: /** @type {any} */ (lists) };
}

/**
 * How many times, in as many digits as count.
 * @param {number} ratio
 */
export const times = (ratio) => `${ratio < 10 ? ratio.toFixed(1) : count(Math.round(ratio))}×`;

/**
 * A share as people write recall.
 * @param {number} share
 */
export const recallText = (share) => share.toFixed(2).replace(/^0/, "");

/**
 * What the comparison comes to, in sentences; the first says what both found.
 * @param {Side} a @param {Side} b @returns {string[]}
 */
export function verdict(a, b) {
  const unknown = [a, b].filter((side) => truthOf(side) === null);
  if (unknown.length > 0) {
    return [...unknown.map(({ name, search }) => `How much ${name} found of the true neighbours is not known${search.recall?.unavailable ? `: ${search.recall.unavailable}` : ", as nobody looked for them"}.`), costs(a, b)];
  }
  const { isShared, overlap, shared, lists } = neighbours(a, b);
  const out = [];
  const of = Math.min(...[a, b].map((side) => side.search.recall.exact.length));
  if (isShared) out.push(`${count(shared)} of ${count(of)} shared.`);
  else {
    out.push(`${count(shared)} found by both.`);
    const [first, second] = [a, b].map(({ summary }) => METRICS[summary?.metric] ?? summary?.metric);
    const why = first && second && first !== second ? ` (${a.name}: ${first}, ${b.name}: ${second})` : "";
    out.push(`The two have different true neighbours${why}: ${count(overlap)} are in both lists, and each search is measured against its own.`);
  }
  const [ka, kb] = [a, b].map((side) => side.search.header.k);
  if (ka !== kb) return [...out, `${a.name} asked for ${count(ka)} and ${b.name} for ${count(kb)}: their recalls are not one measure.`, costs(a, b)];
  return [...out, recalls(a, b)];
}

const distancesOf = (/** @type {Side} */ side) => side.search.counters?.distances ?? 0;

/** @param {Side} a @param {Side} b @returns {{ratio:number,cheap:Side,dear:Side}} */
function rank(a, b) {
  const [cheap, dear] = distancesOf(a) <= distancesOf(b) ? [a, b] : [b, a];
  return { cheap, dear, ratio: distancesOf(cheap) > 0 ? distancesOf(dear) / distancesOf(cheap) : distancesOf(dear) > 0 ? Infinity : 1 };
}

/** @param {Side} a @param {Side} b */
function costs(a, b) {
  const { cheap, dear, ratio } = rank(a, b);
  if (ratio < ALIKE) return "Both computed about as many distances.";
  return ratio === Infinity ? `${cheap.name} computed no distance.` : `${cheap.name} computed ${times(ratio)} fewer distances than ${dear.name}.`;
}

/** @param {Side} a @param {Side} b */
function recalls(a, b) {
  const { cheap, ratio } = rank(a, b);
  const [ra, rb] = [a, b].map((side) => side.search.recall.share);
  if (Math.abs(ra - rb) < 1e-9) {
    if (ra === 0) return `Neither found a true neighbour. ${costs(a, b)}`;
    return ratio < ALIKE ? "Both reached the same recall with about as many distances." : `${cheap.name} reached the same recall with ${times(ratio)} fewer distances.`;
  }
  const [better, worse] = ra > rb ? [a, b] : [b, a];
  const ofThem = `${better.name} reached recall ${recallText(better.search.recall.share)} against ${recallText(worse.search.recall.share)}`;
  if (ratio < ALIKE) return `${ofThem}, with about as many distances.`;
  return `${ofThem}, with ${times(ratio)} ${better === cheap ? "fewer" : "more"} distances.`;
}
