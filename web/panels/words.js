import { changeText, mapProgress, sentence } from "../format.js";
import { describe } from "./indexes.js";

/**
 * What is looked at, over and under the picture.
 * @param {Shell} shell
 */
export function drawWords({ store, parts, rest }) {
  const { summary, map } = store;
  parts.title.textContent = summary ? summary.title ?? summary.name : "";
  parts.subtitle.textContent = summary ? describe(summary) : "";
  parts.explanation.textContent = summary && !map ? "The map is being made …" : rest.panes.sentence() ?? ofMap(map);
}

/** @param {{revision:number|null}} map */
export const revisionName = ({ revision }) => (revision === null ? "what was there before the daemon was restarted" : `revision ${revision}`);

/** @param {LayoutMap|null} map */
function ofMap(map) {
  if (!map) return "Waiting for an index.";
  return sentence((map.follows ? changeText(map) : null) ?? mapProgress(map) ?? `the map is a projection: ${map.method}`);
}
