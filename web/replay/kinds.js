/** Kinds of events, as `TraceEvent.Kind` numbers them. */
export const Kind = Object.freeze({
  enter: 0, keep: 1, reject: 2, expand: 3, descend: 4, rank: 5, open: 6, rescore: 7, split: 8, stop: 9, tally: 10,
});
/** `from` of an event that has no source, `to` of one without a node. */
export const NONE = 0xffffffff;
/** Bit of `flags`: the node may not be a result (deleted, or left out by a filter). */
export const NOT_A_RESULT = 0x80;
/** Bits of `flags` that hold the stage. */
export const STAGE_MASK = 0x0f;
/** By the number in `to` of a `stop`. */
export const STOP_REASONS = Object.freeze(["exhausted", "bound", "complete", "empty", "cancelled", "relative", "budget"]);

/**
 * The stages of a search in the order in which they run. A header that names none has one.
 * @param {any} header @returns {Stage[]}
 * @typedef {{name:string,nodes:string,algorithm:string,k:number,efSearch?:number,bounded?:boolean,relativeLimit?:number,
 *   largerIsNearer?:boolean}} Stage
 */
export function stagesOf(header) {
  if (header.stages?.length) return header.stages;
  const { algorithm, k, efSearch, largerIsNearer } = header;
  return [{ name: "search", nodes: "vectors", algorithm, k, efSearch, largerIsNearer }];
}

/**
 * Whether larger distances are nearer in a stage.
 * @param {any} stage @param {Header} header
 */
export const turns = (stage, header) => stage.largerIsNearer ?? (header.largerIsNearer && stage.algorithm !== "hnswlib");
