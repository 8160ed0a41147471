import { count, duration } from "./format.js";
import { Kind, NONE, stagesOf } from "./replay.js";
import { STAGE_MASK } from "./replay/kinds.js";

/**
 * Distances by what they were computed to.
 * @param {Picture} state
 * @returns {{centroids:number,vectors:number,rescored:number}}
 */
export function distancesOf(state) {
  const centroids = state.stages.reduce((sum, stage) => sum + (stage.nodes === "centroids" ? stage.evaluated : 0), 0);
  return { centroids, vectors: state.evaluated - centroids - state.rescored, rescored: state.rescored };
}

/**
 * The part of the vectors that was measured, and how long the search took.
 * @param {Search} search @param {Picture} state @param {Summary|null} summary
 */
export function shareText(search, state, summary) {
  const share = summary ? `${percent(distancesOf(state).vectors, summary.count)} of ${count(summary.count)} vectors` : "";
  return [share, search.microseconds === null ? "" : duration(search.microseconds)].filter(Boolean).join(" · ");
}

/** @param {number} part @param {number} whole */
export const percent = (part, whole) => `${Number(((100 * part) / Math.max(1, whole)).toPrecision(part > whole / 10 ? 3 : 2))} %`;

/**
 * The big figures of recall: what is known, and what the number is.
 * @param {any} search @returns {{figure:string,name:string}}
 */
export function recallFigure(search) {
  const { recall } = search;
  if (!recall || recall.unavailable || !search.complete) return { figure: "–", name: recall?.unavailable ? "recall: unknown" : "recall: not measured" };
  return { figure: recall.share.toFixed(2), name: `recall@${recall.k}${recall.over === "decoded" ? " by codes" : ""}` };
}

/**
 * The layers of a graph from the top down, those that are not reached yet without figures.
 * @param {number[]|undefined} levels nodes by layer @param {Picture|null} state
 * @returns {{layer:number,nodes:number|null,met:number,distances:number|null,hops:number|null,best:number|null,isNow:boolean}[]}
 */
export function layerTable(levels, state) {
  const rows = new Map((state?.perLayer ?? []).map((row) => [row.layer, row]));
  const count = Math.max(levels?.length ?? 0, ...[...rows.keys()].map((layer) => layer + 1), 0);
  return Array.from({ length: count }, (_, i) => {
    const layer = count - 1 - i;
    const row = rows.get(layer);
    return {
      layer, nodes: levels?.[layer] ?? null, met: row?.nodes ?? 0, distances: row?.distances ?? null, hops: row?.hops ?? null, best: row?.best ?? null,
      isNow: row !== undefined && state?.layer === layer,
    };
  });
}

/**
 * @typedef {{cell:number,order:number,at:number,size:number,read:number,found:number[]}} Probe an opened cell: `at` is the step that opened it,
 *   `size` the vectors that the search read in it, or will, as far as is known, `read` those read so far, and `found` where results were: 0…1 of the list
 */

/**
 * The opened cells in their order.
 * @param {any} search @param {number} cursor @param {number[]} results nodes to be marked @param {ArrayLike<number>|null} [sizes] of all cells, for those that are still being read
 * @returns {Probe[]}
 */
export function probesOf({ header, columns, length, complete }, cursor, results, sizes = null) {
  const { kind, flags, to } = columns;
  const stages = stagesOf(header);
  const wanted = new Set(results);
  /** @type {(Probe & {places:number[]})[]} */
  const probes = [];
  let scanning = -1;
  for (let i = 0; i < length; i += 1) {
    const stage = flags[i] & STAGE_MASK;
    if (kind[i] === Kind.open && to[i] !== NONE && stages[stage]?.nodes === "vectors") {
      scanning = stage;
      probes.push({ cell: to[i], order: probes.length + 1, at: i, size: 0, read: 0, found: [], places: [] });
    }
    const probe = probes.at(-1);
    // What is ranked again later is not read in a cell.
    if (!probe || stage !== scanning) continue;
    const isVector = kind[i] === Kind.keep || kind[i] === Kind.reject;
    const by = isVector ? 1 : kind[i] === Kind.tally ? to[i] : 0;
    if (isVector && wanted.has(to[i])) probe.places.push(probe.size + 0.5);
    probe.size += by;
    if (i < cursor) probe.read += by;
  }
  return probes.map(({ places, ...probe }) => {
    const size = complete ? probe.size : Math.max(probe.size, sizes?.[probe.cell] ?? 0);
    return { ...probe, size, found: places.map((place) => place / Math.max(1, size)) };
  });
}

/**
 * The largest and the smallest cell, empty ones counted and not named.
 * @param {ArrayLike<number>} sizes @returns {{largest:number,smallest:number,empty:number}} −1 where there is none
 */
export function cellExtremes(sizes) {
  let largest = -1;
  let smallest = -1;
  let empty = 0;
  for (let cell = 0; cell < sizes.length; cell += 1) {
    if (sizes[cell] === 0) {
      empty += 1;
      continue;
    }
    if (largest < 0 || sizes[cell] > sizes[largest]) largest = cell;
    if (smallest < 0 || sizes[cell] < sizes[smallest]) smallest = cell;
  }
  return { largest, smallest, empty };
}

/**
 * The steps that put nodes among the nearest in hand: of each node the latest one up to the cursor. A part of a trace that is a
 * summary tells of none.
 * @param {Search} search @param {number} cursor @param {number[]} nodes @returns {Map<number,number>} by node
 */
export function foundAt({ header, columns: { kind, flags, to } }, cursor, nodes) {
  const stages = stagesOf(header);
  const left = new Set(nodes);
  const steps = new Map();
  for (let i = cursor - 1; i >= 0 && left.size > 0; i -= 1) {
    if ((kind[i] !== Kind.keep && kind[i] !== Kind.enter) || stages[flags[i] & STAGE_MASK]?.nodes !== "vectors" || !left.delete(to[i])) continue;
    steps.set(to[i], i + 1);
  }
  return steps;
}
