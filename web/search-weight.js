/** What a result takes, in steps of 16 bytes; and letters of a subject in a step. */
const RESULT_STEPS = 8;
const STEP_LETTERS = 16;

/**
 * What a search takes, in steps.
 * @param {any} search
 */
export function weightOf({ columns, placed, results, recall, started }) {
  const hits = (results?.length ?? 0) + (recall ? recall.exact.length + recall.missed.length : 0);
  const letters = (started.subject?.image?.length ?? 0) + (started.subject?.text?.length ?? 0);
  return columns.kind.length + placed.reduce((/** @type {number} */ sum, /** @type {{node:Uint32Array}} */ { node }) => sum + node.length, 0) + RESULT_STEPS * hits + Math.ceil(letters / STEP_LETTERS);
}
