import { el, fill, pictureAddress } from "../dom.js";
import { count, distance, duration, filterText } from "../format.js";

const METRICS = {
  l2: "squared L2", ip: "1 − inner product", cosine: "1 − cosine", l1: "sum of differences", linf: "largest difference",
  hamming: "bits that differ",
};

/** What the distances are, by the library's own definition. @param {any} summary */
const unit = (summary) => (summary.largerIsNearer ? "inner product, largest first" : `${METRICS[summary.metric] ?? summary.metric}, nearest first`);

/** The query and the nearest found so far. @param {HTMLElement} host @param {any} app */
export function drawResults(host, app) {
  const { search } = app;
  if (!search) {
    fill(host, el("h2", { text: "Results" }), el("p", { class: "muted", text: "Click a picture, or search for an id." }));
    return;
  }
  const isDone = app.isAtEnd();
  const summary = app.store.summary;
  fill(
    host,
    el("h2", { text: isDone ? `Results · k ${search.header.k}` : "Best so far" }), subject(app, search),
    search.started.filter && el("p", { class: "muted", testid: "filter", text: `filter: ${filterText(search.started.filter)} · ${count(search.started.filter.allowed)}${summary ? ` of ${count(summary.count)}` : ""} may be results` }),
    el("p", { class: "muted", text: summary ? unit(summary) : "" }),
    search.failure && el("p", { class: "error", text: search.failure }),
    search.limit && el("p", { class: "muted", testid: "limit", text: search.limit }),
    ...app.shownResults().map((hit, number) => row(app, hit, number + 1)));
}

function subject(app, search) {
  const { started } = search;
  const item = started.label === undefined ? null : app.items.label(started.label);
  const address = pictureAddress(started.subject?.image ?? item?.media);
  const words = started.subject?.text ?? item?.caption ?? (started.label === undefined ? "a vector" : "");
  return el("div", { class: "subject" }, address && el("img", { src: address, alt: "" }),
    el("div", {}, el("b", { text: "Query" }), el("div", { text: words }),
      el("div", { class: "muted", text: [started.label === undefined ? null : `id ${started.label}`, started.source ? `from ${started.source}` : null].filter(Boolean).join(" · ") })));
}

function row(app, hit, rank) {
  const item = app.items.node(hit.node);
  const address = pictureAddress(item?.media);
  const label = hit.label ?? item?.label;
  return el("div", { class: "result", testid: `result-${rank}`, title: item?.caption ?? "", "data-label": label ?? null, ...pointing(app, hit.node) },
    el("span", { class: "rank", text: rank }), address ? el("img", { src: address, alt: "" }) : el("span", { class: "no-picture" }),
    el("div", { class: "name" }, el("div", { class: "name", text: item?.caption ?? "" }), el("span", { class: "id", text: label === undefined ? `node ${hit.node}` : `id ${label}` })),
    el("span", { class: "distance", text: distance(hit.distance), title: String(hit.distance) }));
}

/** The node is marked in the pictures while the row is pointed at. */
function pointing(app, node) {
  const on = () => app.stage.setHover({ node }, null);
  const off = () => app.stage.setHover(null, null);
  return { onmouseenter: on, onmouseleave: off };
}

/** The part of the index that was measured: centroids are none of its vectors. */
function share(state, summary) {
  if (!summary) return "";
  const centroids = state.ranks.size;
  const vectors = state.evaluated - centroids;
  return `${centroids ? `: ${count(centroids)} centroids, ${count(vectors)} vectors` : ""} · ${((100 * vectors) / Math.max(1, summary.count)).toPrecision(3)} % of ${count(summary.count)}`;
}

/** What the search has cost up to the cursor. @param {HTMLElement} host @param {any} app @param {any} state */
export function drawCosts(host, app, state) {
  const { search } = app;
  if (!search || !state) return fill(host);
  const summary = app.store.summary;
  const rows = search.header.algorithm === "hnswlib"
    ? [["layer", "nodes", "dist.", "hops", "best"], ...state.perLayer.map((r) => [r.layer, r.nodes, r.distances, r.hops, distance(r.best)])]
    : search.header.algorithm === "faissIVF"
      ? [["cell", "measured", "kept", "centroid"], ...state.perCell.map((r) => [r.cell, r.size, r.kept, distance(state.ranks.get(r.cell))])]
      : [];
  const [head, ...body] = rows;
  fill(
    host,
    el("h2", { text: `Search ${search.id}` }),
    el("div", { class: "big", text: count(state.evaluated) }),
    el("div", { class: "muted", text: `distances so far${share(state, summary)} · search took ${duration(search.microseconds)}` }),
    search.truncated && el("p", { class: "error", text: "The trace was cut at the recording limit." }),
    head && el("table", {}, el("thead", {}, el("tr", {}, ...head.map((text) => el("th", { text })))),
      el("tbody", {}, ...body.map((cells) => el("tr", {}, ...cells.map((text) => el("td", { text })))))));
}
