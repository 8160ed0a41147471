import { explain } from "../explain.js";
import { changeText, mapProgress, sentence as asSentence } from "../format.js";
import { describe } from "./indexes.js";

/**
 * What is looked at, over and under the picture.
 * @param {any} app @param {any} state the replay at the cursor, or null @param {boolean} fits the search and the map are of one revision
 */
export function drawWords(app, state, fits) {
  const { search, store, parts } = app;
  const { summary, map } = store;
  parts.title.textContent = summary ? summary.title ?? summary.name : "";
  parts.subtitle.textContent = summary ? describe(summary) : "";
  parts.explanation.textContent = sentence(app, search, state, summary, map, fits);
}

/** @param {{revision:number|null}} map */
const revisionText = ({ revision }) => (revision === null ? "what was there before the daemon was restarted" : `revision ${revision}`);

/** @param {App} app @param {Search|null} search @param {Picture|null} state @param {Summary|null} summary @param {LayoutMap|null} map @param {boolean} fits */
function sentence(app, search, state, summary, map, fits) {
  if (summary && !map) return "The map is being made …";
  const change = map?.follows ? changeText(map) : null;
  if (!fits && search && map) return `This search ran on revision ${search.revision}; the map shows ${change ?? revisionText(map)}.`;
  if (search && state) return explain(search, state, (node) => app.items.name(node));
  if (!map) return "Waiting for an index.";
  return asSentence(change ?? mapProgress(map) ?? `the map is a projection: ${map.method}`);
}
