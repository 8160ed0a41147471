import { plural } from "../format.js";
import { show } from "../dom.js";

const MINUTE = 60_000;
/** Who wrote a minute ago is a writer no more, even if nothing else happens. */
let timer = 0;

/**
 * The programs whose searches were told in the last minute.
 * @param {any[]} searches newest first @param {number} now ms
 */
export function writersOf(searches, now) {
  return new Set(searches.filter(({ started }) => started.source && now - started.at < MINUTE).map(({ started }) => started.source)).size;
}

/**
 * What the header says of the connection and of the index.
 * @param {any} app
 */
export function drawHeader(app) {
  const { connection, revision } = app.parts;
  const { kind, text } = app.states.connection;
  const { hello } = app.connection;
  const isFile = Boolean(app.store.indexes.get(app.store.selected)?.file);
  const writers = writersOf(app.store.searches.all, Date.now());
  clearTimeout(timer);
  if (writers > 0) timer = window.setTimeout(() => drawHeader(app), MINUTE / 2);
  const live = hello?.recording ? "recording" : "live";
  connection.dataset.kind = isFile ? "file" : kind;
  connection.textContent = isFile ? "file" : kind !== "open" ? text : writers > 0 ? `${live} · ${plural(writers, "writer")}` : live;
  connection.title = writers > 0 ? "programs whose searches were told one by one in the last minute" : "";
  const { summary } = app.store;
  show(revision, Boolean(summary));
  revision.textContent = summary ? `${summary.name}  rev ${app.search?.revision ?? summary.revision}` : "";
}
