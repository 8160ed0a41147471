import { el, fill } from "../dom.js";
import { count, plural } from "../format.js";

/** @param {Summary} summary */
const metric = (summary) => `${summary.metric === "ip" ? "inner product" : summary.metric}${summary.metricGuessed ? " (guessed)" : ""}`;

/**
 * What an index is, in a line.
 * @param {any} summary
 */
export function describe(summary) {
  const inside =
    summary.structure === "hnsw" ? `${plural(summary.levels.length, "layer")}, M ${summary.M}`
    : summary.structure === "ivf" ? `${count(summary.nlist)} cells` : "flat";
  const kind = summary.library === "faiss" ? `Faiss ${summary.kind}` : summary.library;
  return `${kind} · ${inside} · ${count(summary.count)} × ${summary.dimension} · ${metric(summary)}`;
}

/**
 * The list of indexes, with the reasons of those that could not be read.
 * @param {HTMLElement} host @param {Shell} shell
 */
export function drawIndexes(host, shell) {
  const rows = [...shell.store.indexes].sort(([a], [b]) => a.localeCompare(b)).map(([name, entry]) => {
    const { summary, failure, progress } = entry;
    return el("li", {},
      el("button", {
        type: "button", class: "index", testid: `index-${name}`, "aria-current": name === shell.store.selected ? "true" : null,
        disabled: !summary, onclick: () => shell.open(name),
      },
      el("b", { text: name }),
      summary && el("span", { class: "muted", text: describe(summary) }),
      progress && el("span", { class: "muted", text: `${progress.phase}: ${count(progress.done)} of ${count(progress.total)}` }),
      failure && el("span", {
        class: "error",
        text: `The file could not be taken: ${failure.message}${failure.keepsRevision ? ` (revision ${failure.keepsRevision} still answers)` : ""}`,
      })));
  });
  fill(
    host,
    el("h2", { text: "Indexes" }),
    rows.length ? el("ul", { class: "list" }, ...rows) : el("p", { class: "muted", text: "No index yet. Put an hnswlib or Faiss file into a watched folder." }));
}
