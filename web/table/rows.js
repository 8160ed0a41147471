import { distance } from "../format.js";
import { Kind, NONE, NOT_A_RESULT, STAGE_MASK, stagesOf } from "../replay/kinds.js";

/** What a step did, in the order of the kinds' numbers. */
const WORDS = Object.freeze(["enters", "measures, keeps", "measures", "reads links", "drops a layer", "ranks", "opens", "measures again", "splits", "stops", "counts"]);
const STOPS = Object.freeze(["no candidate is left", "the rest is farther than the bound", "all is read", "nothing to read", "called off", "as many nearer ones were met", "as many as allowed were expanded"]);

/**
 * What is to be said of every step of a search, made once and read a row at a time.
 * @param {any} search @param {(node:number)=>string} name of a vector
 * @returns {{length:number,row:(i:number)=>{step:number,what:string,layer:string,from:string,to:string,distance:string,became:string}}}
 */
export function stepRows(search, name) {
  const { columns, header } = search;
  const stages = stagesOf(header);
  /** @type {Map<number,number>} */
  const places = new Map((search.results ?? []).map((/** @type {Hit} */ { node }, /** @type {number} */ i) => [node, i + 1]));
  const missed = new Set((search.recall?.missed ?? []).map((/** @type {Hit} */ { node }) => node));
  /** @param {import("../replay/kinds.js").Stage|undefined} stage @param {number} node */
  const nameIn = (stage, node) => (node === NONE ? "" : stage?.nodes === "centroids" ? `cell ${node}` : stage?.nodes === "tree" ? `tree node ${node}` : name(node));
  return {
    length: search.length,
    row(i) {
      const kind = columns.kind[i];
      const flags = columns.flags[i];
      const stage = stages[flags & STAGE_MASK];
      const isCount = kind === Kind.tally;
      const isCell = kind === Kind.rank || kind === Kind.open;
      const to = columns.to[i];
      const [fromText, toText] = kind === Kind.stop ? ["", ""] : isCount ? [`${columns.from[i]} kept`, `${to} distances`]
        : [nameIn(stage, columns.from[i]), isCell && to !== NONE ? `cell ${to}` : nameIn(stage, to)];
      return {
        step: i + 1, what: `${WORDS[kind] ?? ""}${stages.length > 1 && stage ? ` (${stage.name})` : ""}`, layer: columns.layer[i] < 0 ? "" : String(columns.layer[i]), from: fromText, to: toText,
        distance: Number.isNaN(columns.distance[i]) ? "" : distance(columns.distance[i]), became: became(),
      };

      function became() {
        if (kind === Kind.stop) return STOPS[to] ?? "";
        if (isCount || isCell || to === NONE || stage?.nodes === "centroids" || stage?.nodes === "tree") return "";
        if (flags & NOT_A_RESULT) return "may not be a result";
        if (places.has(to)) return `result ${places.get(to)}`;
        if (missed.has(to)) return "missed later";
        return kind === Kind.keep || kind === Kind.enter ? "candidate" : kind === Kind.reject ? "not kept" : "";
      }
    },
  };
}

/**
 * Rows that are in the page at a time: those in sight and some beyond.
 * @param {number} top pixels scrolled @param {number} height of the view @param {number} rowHeight @param {number} length
 */
export function rowsInSight(top, height, rowHeight, length) {
  const first = Math.max(0, Math.min(length, Math.floor(top / rowHeight) - 6));
  return { first, last: Math.min(length, Math.ceil((top + height) / rowHeight) + 6) };
}
