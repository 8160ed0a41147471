import { distance, duration } from "../format.js";
import { title } from "../panels/searches.js";
import { sourceName } from "./second.js";

/** Which searches the list shows: those of a source, those on the map first; and as long as it is kept still no newer ones. */
export class Listing {
  /**
   * Only searches of this source; null for all.
   * @type {string|null}
   */
  source = null;
  /**
   * What was shown, in its order, and the newest search then.
   * @type {{rows:Search[],newest:Search|undefined}|null}
   */
  #kept = null;

  /**
   * @param {Search[]} all newest first
   * @param {(search:Search)=>boolean} isOnMap
   * @param {boolean} isStill what is shown stays as it is
   * @returns {{rows:Search[],newer:number,moreNewer:boolean}} `moreNewer`: there were more than are still known
   */
  rows(all, isOnMap, isStill) {
    if (!isStill) this.#kept = null;
    else this.#kept ??= { rows: inOrder(all, isOnMap), newest: all[0] };
    if (!this.#kept) return { rows: this.#chosen(inOrder(all, isOnMap)), newer: 0, moreNewer: false };
    const { rows, newest } = this.#kept;
    const end = newest === undefined ? all.length : all.indexOf(newest);
    return { rows: this.#chosen(rows), newer: this.#chosen(end < 0 ? all : all.slice(0, end)).length, moreNewer: end < 0 };
  }

  /** @param {Search[]} searches */
  #chosen(searches) {
    return this.source === null ? searches : searches.filter((search) => sourceName(search.started.source) === this.source);
  }
}

/** @type {(all:Search[],isOnMap:(search:Search)=>boolean)=>Search[]} */
const inOrder = (all, isOnMap) => [...all.filter(isOnMap), ...all.filter((search) => !isOnMap(search))];

/**
 * The sources to choose from.
 * @param {Search[]} all
 * @param {ReadonlyMap<string,unknown>} counted
 * @returns {string[]}
 */
export function sourcesOf(all, counted) {
  return [...new Set([...all.map((search) => sourceName(search.started.source)), ...counted.keys()])].sort();
}

/**
 * What a row says.
 * @param {Search} search
 * @param {import("./walk.js").BestLine} line
 */
export function rowTexts(search, line) {
  const { started, recall, results, failure, stopped, counters } = search;
  /** @type {Header & {searchK?:number}} */
  const header = search.header;
  const parameter = header.efSearch ? `ef ${header.efSearch}` : header.nprobe ? `nprobe ${header.nprobe}` : header.searchK ? `searchK ${header.searchK}` : null;
  const state = failure !== null ? "failed" : stopped ?? (results ? "done" : "running");
  return {
    subject: title(search),
    source: [sourceName(started.source), parameter, header.k ? `k ${header.k}` : null].filter(Boolean).join(", "),
    distances: counters?.distances ?? line.evaluated,
    time: failure !== null ? "failed" : results ? duration(search.microseconds) : "…",
    recall: typeof recall?.share === "number" && !Number.isNaN(recall.share) ? recall.share : null,
    recallText: recall?.unavailable ? "–" : recall ? recall.share.toFixed(2) : failure !== null ? "–" : "…",
    state, why: failure ?? recall?.unavailable ?? (stopped ? `it was stopped: ${stopped}` : ""),
    spoken: `${state}, best ${distance(line.best)}`,
  };
}

/**
 * The line of the best distance, as the text of two paths: what has played, and the rest. Nearer is lower.
 * @param {import("./walk.js").BestLine} line
 * @param {number} played distances that have been played; the rest is still to come
 * @param {number} width
 * @param {number} height
 * @param {boolean} larger larger distances are nearer
 * @returns {{played:string,rest:string,x:number,y:number}|null} and where the played part ends; null before the first distance
 */
export function sparkline(line, played, width, height, larger) {
  const { points, evaluated } = line;
  if (points.length === 0) return null;
  const [first, last] = [points[0].distance, points[points.length - 1].distance];
  const span = Math.abs(last - first) || 1;
  // It begins with the first vector: an IVF measures its centroids before. The line's own width has room at both ends.
  const begin = points[0].at;
  const x = (/** @type {number} */ at) => 1.5 + (Math.max(0, at - begin) / Math.max(1, evaluated - begin)) * (width - 3);
  const y = (/** @type {number} */ distance) => 2 + ((larger ? distance - first : first - distance) / span) * (height - 4) * (last === first ? 0 : 1);
  const until = points.findLastIndex(({ at }) => at <= played);
  const tip = { x: x(Math.min(played, evaluated)), y: y(points[Math.max(0, until)].distance) };
  /** @type {(point:{at:number,distance:number},i:number)=>string} */
  const step = ({ at, distance }, i) => (i === 0 ? `M${x(at).toFixed(1)} ${y(distance).toFixed(1)}` : `H${x(at).toFixed(1)}V${y(distance).toFixed(1)}`);
  const from = points.slice(0, until + 1).map(step).join("");
  const to = points.slice(until + 1).map(({ at, distance }) => `H${x(at).toFixed(1)}V${y(distance).toFixed(1)}`).join("");
  const middle = `${tip.x.toFixed(1)} ${tip.y.toFixed(1)}`;
  return { played: `${from || `M${middle}`}H${tip.x.toFixed(1)}`, rest: played < evaluated ? `M${middle}${to}H${x(evaluated).toFixed(1)}` : "", ...tip };
}
