import { el, fill } from "../dom.js";
import { count, distance, plural } from "../format.js";

const MOST_ROWS = 6;

/**
 * What the stage of the latest step has in its queues, and what left them.
 * @param {HTMLElement} host @param {any} app @param {any} state
 */
export function drawQueues(host, app, state) {
  const stage = state?.stages[state.stage];
  // The branches that wait in a tree are not in the trace.
  if (!app.search || !stage?.begun || stage.nodes === "tree") return fill(host);
  /** @param {number} node */
  const name = (node) => (stage.nodes === "centroids" ? `cell ${node}` : app.items.name(node));
  const columns = stage.summarised
    ? [el("p", { class: "muted", text: "The trace is a summary here, and does not tell what is in the queues." })]
    : [el("div", { class: "queues" },
      stage.candidates.length > 0 && column("candidates", stage.candidates, stage.waitingCount, name),
      column("nearest", stage.results, stage.results.length, name))];
  const title = app.search.header.stages?.length > 1 ? `In hand · ${stage.name}` : "In hand";
  fill(host, el("h2", { text: title }), ...columns, left(state, name));
}

/** @param {string} title @param {Scored[]} rows @param {number} total @param {(node:number)=>string} name */
function column(title, rows, total, name) {
  const shown = rows.slice(0, MOST_ROWS);
  return el("table", { testid: `queue-${title}` },
    el("thead", {}, el("tr", {}, el("th", { text: title }), el("th", { text: count(total) }))),
    el("tbody", {}, ...shown.map((row) => el("tr", {}, el("td", { text: name(row.node) }), el("td", { text: distance(row.distance) }))),
      total > MOST_ROWS && el("tr", {}, el("td", { class: "muted", text: `and ${plural(total - MOST_ROWS, "more", "more")}` }))));
}

/** @type {Record<string,(one:{by?:number},name:(node:number)=>string)=>string>} */
const CAUSES = {
  expanded: () => "its links are read next",
  stopped: () => "the search stopped at it",
  displaced: (one, name) => `pushed out by ${name(one.by ?? -1)}`,
};

/** @param {Picture} state @param {(node:number)=>string} name */
function left(state, name) {
  if (state.evicted.length === 0) return null;
  return el("p", { class: "muted", testid: "evicted" },
    ...state.evicted.map((one) => el("span", { class: "evicted", text: `− ${name(one.node)} from the ${one.queue}: ${CAUSES[one.cause](one, name)}` })));
}
