import { el, fill, pictureAddress } from "../dom.js";
import { count, distance, duration, filterText, plural, sentence } from "../format.js";
import { pictures } from "../pictures.js";
import { distancesOf, foundAt, percent } from "../search-figures.js";
import { codesPlot } from "./codes.js";

/** @type {Record<string,string>} */
const METRICS = {
  l2: "squared L2", ip: "1 − inner product", cosine: "1 − cosine", l1: "sum of differences", linf: "largest difference",
  hamming: "bits that differ",
};

const MOST_ROWS = 40;

/** @type {Record<string,string>} */
const STOPPED = { cancelled: "Called off: these were found until then.", deadline: "Out of time: these were found until then." };

/**
 * What the distances are, by the library's own definition.
 * @param {any} summary
 */
const unit = (summary) => (summary.largerIsNearer ? "inner product, largest first" : `${METRICS[summary.metric] ?? summary.metric}, nearest first`);

/**
 * The query and the nearest found so far.
 * @param {HTMLElement} host @param {any} app
 */
export function drawResults(host, app) {
  const { search } = app;
  if (!search) {
    fill(host, el("h2", { text: "Results" }), el("p", { class: "muted", text: "Click a picture, or search for an id." }));
    return;
  }
  const isDone = app.isAtEnd();
  const summary = app.store.summary;
  const results = app.shownResults();
  const steps = foundAt(search, Math.min(app.player.cursor, search.length), results.map((/** @type {Hit} */ { node }) => node));
  fill(
    host,
    el("h2", { text: isDone ? `Results · k ${search.header.k}` : "Best so far" }), subject(app, search),
    search.started.filter && el("p", { class: "muted", testid: "filter", text: `filter: ${filterText(search.started.filter)} · ${count(search.started.filter.allowed)}${summary ? ` of ${count(summary.count)}` : ""} may be results` }),
    el("p", { class: "muted", text: summary ? unit(summary) : "" }),
    search.header.algorithm === "annoy" && !isDone && el("p", { class: "muted", text: "On the way: the values that Annoy ranks by, squares for angular and euclidean." }),
    search.failure && el("p", { class: "error", text: search.failure }),
    search.stopped && el("p", { class: "error", testid: "stopped", text: STOPPED[search.stopped] ?? `ended early: ${search.stopped}` }),
    search.limit && el("p", { class: "muted", testid: "limit", text: sentence(search.limit) }),
    ...results.map((/** @type {Hit} */ hit, /** @type {number} */ number) => row(app, hit, number + 1, steps.get(hit.node))), ...recall(app, search));
}

/**
 * How much of the exact answer was found, and what was not.
 * @param {App} app @param {Search} search
 */
function recall(app, search) {
  if (!search.recall || !search.complete) return [];
  const { share, k, over, skipped, exact, unavailable } = search.recall;
  if (unavailable) return [el("p", { class: "muted", testid: "recall", text: `recall: ${unavailable}` })];
  const missed = app.missed();
  const basis = `compared with every ${over === "decoded" ? "vector as its code has it" : "stored vector"}${skipped ? `; ${plural(skipped, "search", "searches")} before this one were not measured` : ""}`;
  return [
    el("p", { class: "recall", testid: "recall", text: `${app.isAtEnd() ? "" : "at the end: "}recall@${k} ${Number((100 * share).toFixed(1))} %${missed.length ? ` · ${count(missed.length)} missed` : ""}` }),
    el("p", { class: "muted", text: basis }),
    ...missed.map((hit) => missedRow(app, hit, exact.findIndex((one) => one.node === hit.node) + 1)),
  ];
}

/** @param {App} app @param {ReturnType<App["missed"]>[number]} hit @param {number} rank */
function missedRow(app, hit, rank) {
  const item = app.items.node(hit.node);
  const address = pictureAddress(item?.media);
  const label = hit.label ?? item?.label;
  const { reason } = hit;
  const title = reason.cursor === null ? "tell more of it" : `go to step ${reason.cursor}`;
  const choose = () => {
    app.select(hit.node);
    if (reason.cursor !== null) app.seek(reason.cursor);
  };
  return el("button", { type: "button", title, onclick: choose, class: rowClass(app, "result missed"), testid: `missed-${label}`, "data-label": label ?? null, ...pointing(app, hit.node) },
  el("span", { class: "rank", text: rank > 0 ? rank : "?", title: "its place in the exact answer" }),
  pictures.element(address) ?? el("span", { class: "no-picture" }),
  el("div", { class: "name" }, el("span", { class: "id", text: `missed · ${label === undefined ? `node ${hit.node}` : `id ${label}`}` }),
    el("div", { class: "why", text: reason.text })),
  el("span", { class: "distance", text: distance(hit.distance), title: String(hit.distance) }));
}

/** @param {App} app @param {Search} search */
function subject(app, search) {
  const { started } = search;
  const item = started.label === undefined ? null : app.items.label(started.label);
  const address = pictureAddress(started.subject?.image ?? item?.media);
  const words = started.subject?.text ?? item?.caption ?? (started.label === undefined ? "a vector" : "");
  return el("div", { class: "subject" }, pictures.element(address),
    el("div", {}, el("b", { text: "Query" }), el("div", { text: words }),
      el("div", { class: "muted", text: [started.label === undefined ? null : `id ${started.label}`, started.source ? `from ${started.source}` : null].filter(Boolean).join(" · ") })));
}

/** @param {App} app @param {Hit} hit @param {number} rank @param {number} [step] that found it */
function row(app, hit, rank, step) {
  const item = app.items.node(hit.node);
  const address = pictureAddress(item?.media);
  const label = hit.label ?? item?.label;
  const before = beforeRefinement(app, hit.node);
  return el("button", { type: "button", onclick: () => app.select(hit.node), class: rowClass(app, "result"), testid: `result-${rank}`, title: item?.caption ?? "", "data-label": label ?? null, ...pointing(app, hit.node) },
    el("span", { class: "rank", text: rank }), pictures.element(address) ?? el("span", { class: "no-picture" }),
    el("div", { class: "name" }, el("div", { class: "name", text: item?.caption ?? "" }), el("span", { class: "id", text: label === undefined ? `node ${hit.node}` : `id ${label}` }),
      step !== undefined && el("span", { class: "step", testid: `step-of-${rank}`, text: ` · step ${count(step)}` }),
      before && el("div", { class: "why", testid: `before-${rank}`, text: before })),
    el("span", { class: "distance", text: distance(hit.distance), title: String(hit.distance) }));
}

/**
 * Without pictures their column is left out.
 * @param {App} app @param {string} name
 */
const rowClass = (app, name) => (app.store.summary?.hasMedia ? name : `${name} bare`);

/**
 * Where a result stood before the candidates were ranked again.
 * @param {App} app @param {number} node
 */
function beforeRefinement(app, node) {
  const { search } = app;
  if (!search || !app.isAtEnd()) return null;
  const { stages } = search.replay.at(search.length, search.length);
  const [codes, last] = [stages.at(-2), stages.at(-1)];
  if (!codes || last?.algorithm !== "faissRefine" || !last.begun) return null;
  const place = codes.results.findIndex((hit) => hit.node === node);
  return place < 0 ? null : `number ${place + 1} by codes, ${distance(codes.results[place].distance)}`;
}

/**
 * The node is marked in the pictures while the row is pointed at.
 * @param {App} app @param {number} node
 */
function pointing(app, node) {
  const on = () => app.stage.setHover({ node }, null);
  const off = () => app.stage.setHover(null, null);
  return { onmouseenter: on, onmouseleave: off };
}

/**
 * What was measured, in words: centroids are none of the vectors.
 * @param {Picture} state @param {Summary} summary
 */
function share(state, summary) {
  const { centroids, vectors, rescored } = distancesOf(state);
  const parts = [centroids && `${count(centroids)} to centroids`, (centroids || rescored) && `${count(vectors)} to vectors`, rescored && `${count(rescored)} in ranking again`];
  const said = parts.filter(Boolean).join(", ");
  return `${said ? `: ${said}` : ""}${summary ? ` · ${percent(vectors, summary.count)} of ${count(summary.count)}` : ""}`;
}

/** Views with figures of their own beside the picture. */
const TOLD = ["descent", "cells"];

/**
 * What the search has cost up to the cursor.
 * @param {HTMLElement} host @param {any} app @param {any} state
 */
export function drawCosts(host, app, state) {
  const { search } = app;
  if (!search || !state) return fill(host);
  const summary = app.store.summary;
  const isTold = TOLD.includes(app.view);
  fill(
    host,
    el("h2", { text: `Search ${search.id}` }), !isTold && el("div", { class: "big", text: count(state.evaluated) }),
    el("div", { class: "muted", text: `${isTold ? `${count(state.evaluated)} ` : ""}distances so far${share(state, summary)} · search took ${duration(search.microseconds)}` }),
    state.leftOut > 0 && el("p", { class: "muted", testid: "left-out", text: `${count(state.leftOut)} vectors were left out by the filter, without a distance` }),
    search.summarisedFrom !== null && el("p", { class: "muted", testid: "summarised", text: `From step ${count(search.summarisedFrom + 1)} on the trace is a summary: distances are counted, not told one by one.` }),
    search.truncated && el("p", { class: "error", text: "The trace reached the recording limit, and what came after is not in it." }),
    codesPlot(app),
    ...state.stages.filter((/** @type {StagePicture} */ stage) => stage.begun && !(app.view === "descent" && stage.perLayer.length > 0)).map((/** @type {StagePicture} */ stage) => stageTable(search, stage)));
}

/**
 * The cost of one stage, layer by layer or cell by cell.
 * @param {Search} search @param {StagePicture} stage
 */
function stageTable(search, stage) {
  const isNamed = (search.header.stages?.length ?? 0) > 1;
  const rows = stage.perLayer.length
    ? [["layer", "nodes", "dist.", "hops", "best"], ...stage.perLayer.map((r) => [r.layer, r.nodes, r.distances, r.hops, distance(r.best)])]
    : stage.perCell.length
      ? [["cell", "measured", "kept", "centroid"], ...stage.perCell.map((r) => [r.cell, r.computed, r.kept, distance(r.distance)])]
      : [];
  const [head, ...all] = rows;
  // A search may open thousands of cells.
  const body = all.slice(0, MOST_ROWS);
  if (stage.treeNodes > 0) return el("p", { class: "muted", text: `${stage.name}: ${plural(stage.treeNodes, "node")} taken` });
  const title = isNamed && el("p", { class: "muted stage-name", text: `${stage.name}: ${plural(stage.evaluated, "distance")}${stage.stopReason ? "" : stage.algorithm === "faissFlat" ? "" : " so far"}` });
  if (!head) return title || null;
  return el("div", {}, title, el("table", {}, el("thead", {}, el("tr", {}, ...head.map((text) => el("th", { text })))),
    el("tbody", {}, ...body.map((cells) => el("tr", {}, ...cells.map((text) => el("td", { text })))),
    all.length > body.length && el("tr", {}, el("td", { class: "muted", colspan: head.length, text: `and ${count(all.length - body.length)} more` })))));
}
