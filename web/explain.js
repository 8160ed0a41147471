import { Kind, NONE } from "./replay.js";
import { distance as text } from "./format.js";

const STOPS = {
  exhausted: "The queue of candidates is empty: there is nothing left to look at.",
  bound: "The nearest candidate left is farther than the worst result in hand, so the search stops.",
  complete: "Every vector that had to be read has been read.",
  empty: "The index holds no vectors.",
  cancelled: "The search was cancelled.",
};

/**
 * The latest step of a search in words.
 * @param {any} search of the store @param {any} state the replay at the cursor @param {(node:number)=>string} name of a node
 */
export function explain(search, state, name) {
  const { columns, header } = search;
  const at = state.cursor - 1;
  if (at < 0) return "Nothing has happened yet.";
  const to = columns.to[at];
  const from = columns.from[at];
  const layer = columns.layer[at];
  const d = text(columns.distance[at]);
  switch (columns.kind[at]) {
    case Kind.enter: return enter(header, layer, to, d, name);
    case Kind.expand: return `Reads the links of ${name(to)}${d === "–" ? "" : `, ${d} away`}, on layer ${layer}.`;
    case Kind.keep: return kept(header, layer, to, from, d, name);
    case Kind.reject: return rejected(header, layer, to, from, d, name);
    case Kind.descend: return `No link of ${name(to)} leads nearer: down from layer ${layer} to layer ${layer - 1}.`;
    case Kind.rank: return `Measures the centroid of cell ${to}: ${d}.`;
    case Kind.open: return `Opens cell ${to}, number ${state.perCell.length} in the order of centroids, ${d} away${search.limit ? "" : ", and reads every vector in it"}.`;
    case Kind.rescore: return `Measures ${name(to)} again, exactly: ${d}.`;
    case Kind.stop: return search.limit ? `The cells are open, and no vector in them was measured: ${search.limit.replace("probes only: ", "")}.` : STOPS[state.stopReason] ?? "The search stops.";
    default: return "A step that this page does not know.";
  }
}

function enter(header, layer, to, d, name) {
  if (header.algorithm === "faissIVF") return "Begins by measuring the query against the centroid of every cell.";
  if (header.algorithm !== "hnswlib") return "Measures the query against every vector.";
  return `Enters layer ${layer} at ${name(to)}${d === "–" ? "" : `, ${d} away`}.`;
}

function kept(header, layer, to, from, d, name) {
  if (header.algorithm === "hnswlib" && layer > 0) return `${name(to)} is nearer: ${d}. The search moves there.`;
  if (header.algorithm === "hnswlib") return `${name(to)} at ${d} is worth following: it joins the candidates.`;
  const where = from === NONE ? "" : ` of cell ${from}`;
  return `${name(to)}${where} at ${d} is among the ${header.k} nearest so far.`;
}

function rejected(header, layer, to, from, d, name) {
  if (header.algorithm === "hnswlib" && layer > 0) return `${name(to)} at ${d} is no nearer than where the search stands.`;
  if (header.algorithm === "hnswlib") return `${name(to)} at ${d} is farther than everything in hand: not followed.`;
  const where = from === NONE ? "" : ` of cell ${from}`;
  return `${name(to)}${where} at ${d} is not among the ${header.k} nearest.`;
}
