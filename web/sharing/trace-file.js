import { encodeColumn, encodeUnits, STEP_FIELDS } from "../columns.js";
import { STAGE_MASK, stagesOf } from "../replay/kinds.js";

/** The first member of the file, as in a recording: `{"annscope":"trace",…`. */
export const FORMAT = "trace";
export const VERSION = 1;
/** Nodes and links of a map that go into a file whole; of a larger map those that the search met, and an even part. */
const MOST_NODES = 5000;
const MOST_LINKS = 20_000;

/**
 * A search as a file that stands for a daemon: the summary of its index, the events of the map that it is drawn on, the answer to
 * `search.trace`, and the items by which people know its nodes, all as they are on the wire.
 * @typedef {{annscope:string,version:number,at:number,index:any,layout:any[],trace:any,items:any[]}} TraceFile
 */

/**
 * @param {{summary:any,map:any,search:any,items:any[],at:number}} what `items` are those of the nodes that matter
 * @returns {TraceFile}
 */
export function traceFile({ summary, map, search, items, at }) {
  return { annscope: FORMAT, version: VERSION, at, index: { ...summary, revision: search.revision }, layout: layoutOf(map, search), trace: traceOf(search), items };
}

/** @param {any} search */
function traceOf(search) {
  const columns = Object.fromEntries(Object.entries(STEP_FIELDS).map(([field, dtype]) => [field, encodeColumn(search.columns[field].subarray(0, search.length), dtype)]));
  const { recall, place } = search;
  /** @param {number} value */
  const units = (value) => Math.round(value * 65535);
  return {
    search: search.id, index: search.index, revision: search.revision, started: { ...search.started, followed: true }, columns, events: search.length,
    results: search.results, counters: search.counters, microseconds: search.microseconds, complete: search.stopped === null, stopped: search.stopped ?? undefined,
    truncated: search.truncated, limit: search.limit ?? undefined, summarisedFrom: search.summarisedFrom ?? undefined,
    ...(place ? { place: { x: units(place.x), y: units(place.y), spread: units(place.spread) } } : {}),
    ...(recall ? { recall: recall.unavailable ? { unavailable: recall.unavailable } : { recall: recall.share, k: recall.k, exact: recall.exact, missed: recall.missed, over: recall.over, skipped: recall.skipped } } : {}),
  };
}

/**
 * The vectors that a search measured, found or missed.
 * @param {any} search @returns {Set<number>}
 */
export function nodesOf(search) {
  const { to, flags, kind } = search.columns;
  const isOfVectors = stagesOf(search.header).map((stage) => stage.nodes !== "centroids" && stage.nodes !== "tree");
  const nodes = new Set();
  // From `rank` on the kinds name cells, or nothing.
  for (let i = 0; i < search.length; i += 1) if (isOfVectors[flags[i] & STAGE_MASK] && (kind[i] < 5 || kind[i] === 7)) nodes.add(to[i]);
  for (const { node } of [...(search.results ?? []), ...(search.recall?.exact ?? [])]) nodes.add(node);
  return nodes;
}

/**
 * The events of `layout/NAME` that draw the map again, as far as a file holds it.
 * @param {any} map @param {any} search
 */
function layoutOf(map, search) {
  if (!map) return [];
  const { total, goalX, goalY, nodeLevel, cells, quality } = map;
  const kept = total <= MOST_NODES ? null : nodesOf(search);
  const stride = Math.ceil(total / MOST_NODES);
  /** @type {number[][]} */
  const byLevel = [];
  for (let node = 0; node < total; node += 1) {
    if (!(goalX[node] >= 0) || (kept && !kept.has(node) && node % stride !== 0)) continue;
    (byLevel[nodeLevel[node]] ??= []).push(node);
  }
  const events = [{
    type: "layout.started", revision: search.revision, structure: map.structure, nodes: total, levels: map.levels, cells: cells?.size.length ?? 0, whole: kept === null,
    method: `${map.method}${kept ? "; of this map the file holds a part" : ""}`,
  }];
  byLevel.forEach((nodes, level) => events.push(/** @type {any} */ ({
    type: "layout.nodes", level, chunk: 0, node: encodeColumn(nodes, "u32"), x: encodeUnits(nodes.map((node) => goalX[node])), y: encodeUnits(nodes.map((node) => goalY[node])),
  })));
  for (const [level, { from, to }] of map.links) {
    if (from.length <= MOST_LINKS) events.push(/** @type {any} */ ({ type: "layout.links", level, from: encodeColumn(from, "u32"), to: encodeColumn(to, "u32") }));
  }
  if (map.density) {
    const { side, most, from, cells: density } = map.density;
    events.push(/** @type {any} */ ({ type: "layout.density", side, most, from, density: encodeColumn(density, "u16") }));
  }
  if (cells) {
    const { x, y, size, start, px, py } = cells;
    events.push(/** @type {any} */ ({
      type: "layout.cells", x: encodeUnits(x), y: encodeUnits(y), size: encodeColumn(size, "u32"), start: encodeColumn(start, "u32"), px: encodeUnits(px), py: encodeUnits(py),
    }));
  }
  if (quality) events.push({ ...quality, type: "layout.quality" });
  events.push(/** @type {any} */ ({ type: "layout.finished", revision: search.revision }));
  return events;
}
