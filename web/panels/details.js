import { el, fill } from "../dom.js";
import { size } from "../format.js";

/**
 * Where the bytes of an index are.
 * @param {any} figures
 */
const memory = (figures) =>
  figures.mapped ? `${size(figures.mapped)} mapped, ${size(figures.resident)} in memory` : `${size(figures.private + figures.tables)} in memory`;

/**
 * What the index file says of itself, and what is odd about it.
 * @param {HTMLElement} host @param {any} app @param {any} summary @returns {Promise<any>} the description, or null when another index is shown by now
 */
export async function drawDetails(host, app, summary) {
  if (!summary) {
    fill(host);
    return null;
  }
  const all = await app.session.request("index.describe", { index: summary.name });
  if (app.store.selected !== summary.name) return null;
  fill(
    host,
    el("h2", { text: "The file" }),
    // A recording has the summary alone.
    el("div", { class: "muted", text: `${all.path ? `${all.path} · ` : ""}${size(all.bytes)} · revision ${all.revision}` }),
    el("div", { class: "muted", text: `${all.kind}${all.vectors ? `, ${all.vectors.encoding}` : all.vectors === null ? ", without its vectors" : ""}` }),
    all.memory && el("div", { class: "muted", text: memory(all.memory) }),
    el("div", { class: "muted", text: `metric ${all.metric}${all.metricReason ? `: ${all.metricReason}` : ""}` }),
    all.note && el("p", { class: "muted", text: all.note }),
    ...all.warnings.map(/** @param {string} text */ (text) => el("p", { class: "error", text: `Odd: ${text}` })),
    all.header && el("details", {}, el("summary", { text: "header fields" }),
      el("table", {}, ...all.header.map(/** @param {any} field */ (field) => el("tr", {}, el("td", { text: field.name }), el("td", { text: field.value }))))));
  return all;
}
