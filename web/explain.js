import { Kind, NONE, NOT_A_RESULT, STAGE_MASK } from "./replay/kinds.js";
import { distance as text, plural } from "./format.js";

/**
 * The latest step of a search in words.
 * @param {Search} search of the store @param {Picture} state the replay at the cursor @param {(node:number)=>string} name of a vector
 */
export function explain(search, state, name) {
  const at = state.cursor - 1;
  if (at < 0) return "Nothing has happened yet.";
  const step = stepAt(search, state, name, at);
  if (!step) return "A step of a stage that this page does not know.";
  const tell = TELLERS[step.kind];
  return tell ? tell(step) : "A step that this page does not know.";
}

/**
 * An event with what its sentence needs.
 * @param {Search} search @param {Picture} state @param {(node:number)=>string} name @param {number} at
 */
function stepAt(search, state, name, at) {
  const { columns } = search;
  const stage = state.stages[state.stage];
  if (!stage || (columns.flags[at] & STAGE_MASK) !== state.stage) return null;
  const isCoarse = stage.nodes === "centroids";
  /** @param {number} node */
  const call = (node) => (isCoarse ? `centroid ${node}` : name(node));
  const rules = search.header.stages?.[state.stage] ?? search.header;
  return {
    search, state, stage, isCoarse, call, at, k: rules.k, efSearch: Math.max(rules.efSearch ?? 0, rules.k ?? 0), kind: columns.kind[at],
    to: columns.to[at], from: columns.from[at], layer: columns.layer[at], distance: columns.distance[at], d: text(columns.distance[at]),
    isBarred: (columns.flags[at] & NOT_A_RESULT) !== 0, isGraph: columns.layer[at] >= 0, out: outOf(state, call),
  };
}

/**
 * What the step pushed out of the queues.
 * @param {Picture} state @param {(node:number)=>string} call
 */
function outOf(state, call) {
  const out = state.evicted.filter((one) => one.cause === "displaced");
  /** @param {string} queue */
  const of = (queue) => out.filter((one) => one.queue === queue).map((one) => call(one.node)).join(" and ");
  return { results: of("results"), candidates: of("candidates"), pool: of("pool") };
}

/**
 * Why a node may not be a result.
 * @param {{search:Search, stage:StagePicture}} step
 */
function barredBecause({ search, stage }) {
  if (!search.started?.filter) return "deleted";
  return stage.algorithm === "hnswlib" ? "deleted or left out by the filter" : "left out by the filter";
}

/**
 * A step and what its sentence needs.
 * @typedef {NonNullable<ReturnType<typeof stepAt>>} Step
 */

/** @type {Record<number,(s:Step)=>string>} */
const TELLERS = {
  [Kind.enter]: enter, [Kind.keep]: keep, [Kind.reject]: reject, [Kind.expand]: expand, [Kind.descend]: descend, [Kind.rank]: rank,
  [Kind.open]: open, [Kind.rescore]: rescore, [Kind.split]: split, [Kind.stop]: stop, [Kind.tally]: tally,
};

/** @param {Step} s */
function enter(s) {
  if (s.stage.nodes === "tree") return `Puts the root of a tree, node ${s.to}, among the branches to look at.`;
  if (s.stage.algorithm === "faissRefine") return `Ranks ${s.isCoarse ? "the cells" : "the candidates"} found so far again, by distances of a finer kind.`;
  if (s.stage.algorithm === "annoy") return "Measures the query against every item that was gathered, in the order of their numbers.";
  if (!s.isGraph || s.to === NONE) return s.isCoarse ? "Begins by measuring the query against the centroid of every cell." : "Measures the query against every vector.";
  const away = s.d === "–" ? "" : `, ${s.d} away`;
  const barred = s.isBarred ? ` It is ${barredBecause(s)} and can only be passed through.` : "";
  if (s.stage.algorithm === "faissNSG") return `Begins at ${s.call(s.to)}, the graph's entry point, without measuring it: the pool is filled with its links, then by chance.`;
  return `Enters layer ${s.layer}${s.isCoarse ? " of the centroids' graph" : ""} at ${s.call(s.to)}${away}.${barred}`;
}

/** @param {Step} s */
function expand(s) {
  const away = s.d === "–" ? "" : `, ${s.d} away`;
  return `Reads the links of ${s.call(s.to)}${away}${s.stage.perLayer.length > 1 || s.layer > 0 ? `, on layer ${s.layer}` : ""}.`;
}

/** @param {Step} s */
function descend(s) {
  return `No link of ${s.call(s.to)} leads nearer: down from layer ${s.layer} to layer ${s.layer - 1}.`;
}

/** @param {Step} s */
function keep(s) {
  const who = s.call(s.to);
  if (s.layer > 0) return `${who} is nearer: ${s.d}. The search moves there.`;
  if (s.stage.algorithm === "faissNSG") return keptInPool(s, who);
  if (s.isGraph && s.isBarred) return `${who} at ${s.d} is ${barredBecause(s)}: it is followed, but is no result.`;
  if (s.isGraph) return keptInGraph(s, who);
  const out = s.out.results ? `; ${s.out.results} no longer is` : "";
  return `${who}${s.from === NONE ? "" : ` of cell ${s.from}`} at ${s.d} is among the ${s.k} nearest so far${out}.`;
}

/** @param {Step} s @param {string} who */
function keptInPool(s, who) {
  if (s.out.pool) return `${who} at ${s.d} enters the pool of the ${s.efSearch} nearest; ${s.out.pool} falls out of it.`;
  return s.from === NONE ? `Draws ${who} by chance to fill the pool: ${s.d}.` : `${who}, a link of the entry point, is in the pool to begin with: ${s.d}.`;
}

/** @param {Step} s @param {string} who */
function keptInGraph(s, who) {
  /** @param {Scored[]} rows */
  const has = (rows) => rows.some((row) => row.node === s.to);
  const isBounded = s.stage.algorithm === "faissHNSW" && s.search.header.stages?.[s.state.stage]?.bounded !== false;
  const results = isBounded ? `the ${s.k} nearest` : `the ${s.efSearch} nearest`;
  const joined = [has(s.stage.candidates) && "the candidates", has(s.stage.results) && results].filter(Boolean).join(" and ");
  const out = [s.out.results && `${s.out.results} leaves ${results}`, s.out.candidates && `${s.out.candidates} leaves the full queue of candidates`]
    .filter(Boolean).join(", and ");
  return `${who} at ${s.d} joins ${joined || "the queues"}${out ? `; ${out}` : ""}.`;
}

/** @param {Step} s */
function reject(s) {
  const who = s.call(s.to);
  if (s.isBarred && s.d === "–") return `${who}${s.from === NONE ? "" : ` of cell ${s.from}`} is left out by the filter: its distance is not computed.`;
  if (s.layer > 0) return `${who} at ${s.d} is no nearer than where the search stands.`;
  if (s.stage.algorithm === "faissNSG") return `${who} at ${s.d} is no nearer than the last of the pool: not followed.`;
  if (s.isGraph) return `${who} at ${s.d} is no nearer than the worst in hand: not followed.`;
  return `${who}${s.from === NONE ? "" : ` of cell ${s.from}`} at ${s.d} is not among the ${s.k} nearest.`;
}

/** @param {Step} s */
function rank(s) {
  return `Measures the centroid of cell ${s.to}: ${s.d}.`;
}

/** @param {Step} s */
function open(s) {
  if (s.stage.nodes === "tree") return `Gathers the items of node ${s.to}, a leaf of a tree${priority(s)}.`;
  const order = s.stage.perCell.length;
  if (s.isCoarse) return `Opens cell ${s.to} of the centroids, number ${order}, ${s.d} away.`;
  return `Opens cell ${s.to}, number ${order} in the order of centroids, ${s.d} away${isProbesOnly(s) ? "" : ", and reads every vector in it"}.`;
}

/** @param {Step} s */
const isProbesOnly = (s) => s.search.limit?.startsWith("probes only: ") ?? false;

/** @param {Step} s */
function rescore(s) {
  const before = earlier(s);
  const change = before === null ? "" : `, by codes ${text(before)}`;
  return `Ranks ${s.call(s.to)} again, number ${s.stage.rescored}: ${s.d}${change}.`;
}

/**
 * The distance that an earlier stage computed to the step's node.
 * @param {Step} s
 */
function earlier(s) {
  const { kind, flags, to, distance } = s.search.columns;
  for (let i = s.at - 1; i >= 0; i -= 1) {
    if (to[i] === s.to && kind[i] <= Kind.reject && (flags[i] & STAGE_MASK) === s.state.stage - 1) return distance[i];
  }
  return null;
}

/** @param {Step} s */
function split(s) {
  return `Takes the best branch, node ${s.to}${priority(s)}: both its sides join the branches to look at.`;
}

/**
 * A branch's priority is the least distance to the planes on its way, negative beyond one of them.
 * @param {Step} s
 */
const priority = (s) => (s.d === "–" ? "" : `, whose priority is ${s.d}`);

/** @param {Step} s */
function tally(s) {
  const kept = s.from > 0 || s.stage.algorithm !== "faissRefine" ? `, ${s.from} kept` : "";
  return `${plural(s.to, "distance")}${kept}: this trace is a summary here, and does not tell them one by one.`;
}

/** @param {Step} s */
function stop(s) {
  if (isProbesOnly(s) && !s.isCoarse) return `The cells are open, and no vector in them was measured: ${s.search.limit?.replace("probes only: ", "")}.`;
  const over = s.isCoarse && s.stage.stopReason !== "cancelled" ? ` The ${plural(s.k, "nearest cell")} ${s.k === 1 ? "is" : "are"} known.` : "";
  return `${stopped(s)}${over}`;
}

/** @param {Step} s */
function stopped(s) {
  const who = s.from === NONE ? "another" : `${s.call(s.from)}, ${s.d} away`;
  switch (s.stage.stopReason) {
    case "exhausted": if (s.stage.nodes === "tree") return "No branch is left: the items gathered are all there are.";
      return s.stage.algorithm === "faissNSG" ? "Every member of the pool has had its links read." : "The queue of candidates is empty: there is nothing left to look at.";
    case "bound": return `The nearest candidate left${s.from === NONE ? "" : `, ${who},`} is farther than the worst result in hand: the search stops.`;
    case "relative": return `As many candidates as efSearch (${s.search.header.stages?.[s.state.stage]?.relativeLimit ?? s.efSearch}) that are nearer than ${who} have been met already: the search stops.`;
    case "budget": if (s.stage.nodes === "tree") return `search_k (${/** @type {any} */ (s.search.header).searchK}) items are gathered: the trees are left.`;
      return `As many candidates as efSearch allows (${s.efSearch}) have had their links read: the search stops.`;
    case "complete": return completed(s);
    case "empty": return "The index holds no vectors.";
    case "cancelled": return "The search was cancelled.";
    default: return "The search stops.";
  }
}

/** @param {Step} s */
function completed(s) {
  if (s.stage.algorithm === "faissRefine") return `${plural(s.stage.rescored, "candidate has", "candidates have")} been ranked again: the nearest ${s.k} are the results.`;
  if (s.stage.algorithm === "annoy") return `Every item that was gathered has been measured: the nearest ${s.k} are the results.`;
  if (s.stage.perCell.length > 0) return "Every vector of the opened cells has been read.";
  return "Every vector that had to be read has been read.";
}
