import { plural } from "../format.js";
import { show } from "../dom.js";

const HALF_A_MINUTE = 30_000;
/** Who wrote a minute ago is a writer no more, even if nothing else happens. */
let timer = 0;

/**
 * What the header says of the connection and of the index.
 * @param {Shell} shell
 */
export function drawHeader(shell) {
  const { store, rest } = shell;
  const { connection, revision } = shell.parts;
  const { kind, text } = shell.states.connection;
  const { hello } = shell.connection;
  const isFile = Boolean(store.indexes.get(store.selected ?? "")?.file);
  const writers = rest.writers();
  clearTimeout(timer);
  if (writers > 0) timer = window.setTimeout(() => drawHeader(shell), HALF_A_MINUTE);
  const live = hello?.recording ? "recording" : "live";
  connection.dataset.kind = isFile ? "file" : kind;
  connection.textContent = isFile ? "file" : kind !== "open" ? text : writers > 0 ? `${live} · ${plural(writers, "writer")}` : live;
  connection.title = writers > 0 ? "programs whose searches were told one by one in the last minute" : "";
  const { summary } = store;
  show(revision, Boolean(summary));
  revision.textContent = summary ? `${summary.name}  rev ${rest.search?.revision ?? summary.revision}` : "";
}
