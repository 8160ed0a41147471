import { el, fill, pictureAddress, show } from "../dom.js";
import { plural } from "../format.js";
import { pictures } from "../pictures.js";
import { mark, svg } from "./plot.js";
import { effortOf } from "./rival.js";

/** Searches offered as they are kept. */
const MOST_STORED = 20;
const FIELDS = Object.freeze([["k", "k"], ["efSearch", "efSearch"], ["nprobe", "nprobe"], ["searchK", "search_k"], ["filter", "filter"]]);
const STORED = "stored ";

/** What is compared: the query, and for A and B an index with its parameters or a search that is kept. */
export class RivalsPanel {
  #shown = "";

  /** @param {HTMLElement} host @param {import("./contest.js").Contest} contest */
  constructor(host, contest) {
    this.contest = contest;
    this.label = el("input", { testid: "compare-label", autocomplete: "off", onchange: () => contest.setLabel(this.label.value.trim()) });
    this.query = el("div", { class: "compared-query muted", testid: "compare-query" });
    this.columns = contest.rivals.map((_, number) => this.#column(number));
    this.notes = el("div", { class: "notes", role: "status" });
    this.run = el("button", { class: "run", testid: "compare-run", text: "Run both" });
    this.legend = el("ul", { class: "legend" });
    this.before = el("button", { type: "button", class: "wide", testid: "compare-before", onclick: () => contest.compareWithBefore() });
    this.double = el("button", { type: "button", testid: "compare-double", onclick: () => { contest.doubled(); contest.runBoth(); } });
    const rows = FIELDS.map(([name, text]) => el("div", { class: "rival-row", "data-field": name }, el("span", { text }), ...this.columns.map((column) => column.fields[name])));
    this.rows = rows;
    fill(host, el("h2", { text: "What is compared" }),
      el("form", { onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); if (document.activeElement === this.label) contest.setLabel(this.label.value.trim()); contest.runBoth(); } },
        el("label", {}, "id that both search for", this.label), this.query,
        ...this.columns.map((column) => el("div", { class: "rival-index" }, column.name, column.index)),
        el("div", { class: "rival-row" }, el("span", {}), ...this.columns.map((_, number) => el("span", { text: "AB"[number] }))), ...rows,
        this.run,
        el("div", { class: "variations" }, el("button", { type: "button", testid: "compare-swap", text: "Swap A and B", onclick: () => contest.swap() }), this.double), this.before), this.notes, this.legend);
  }

  /** @param {number} number */
  #column(number) {
    const { contest } = this;
    const rival = () => contest.rivals[number];
    const name = "AB"[number];
    const take = (/** @type {string} */ field, /** @type {any} */ event) => Object.assign(rival().fields, { [field]: event.target.value });
    const input = (/** @type {string} */ field, /** @type {string} */ text) => el("input", {
      testid: `${name.toLowerCase()}-${field}`, "aria-label": `${text} of ${name}`, autocomplete: "off", spellcheck: "false", inputmode: field === "filter" ? null : "numeric",
      oninput: (/** @type {Event} */ event) => take(field, event),
      onchange: (/** @type {Event} */ event) => {
        take(field, event);
        contest.changed();
      },
    });
    return {
      name: el("b", { class: "rival-name" }),
      offered: "",
      index: el("select", { testid: `${name.toLowerCase()}-index`, "aria-label": `index of ${name}`, onchange: (/** @type {any} */ event) => this.#choose(rival(), event.target.value) }),
      fields: Object.fromEntries(FIELDS.map(([field, text]) => [field, input(field, text)])),
    };
  }

  /** @param {import("./rival.js").Rival} rival @param {string} value an index, or a search that is kept */
  #choose(rival, value) {
    const { contest } = this;
    if (!value.startsWith(STORED)) {
      const { k, filter } = rival.fields;
      const summary = contest.app.store.indexes.get(value.slice(1))?.summary;
      if (summary) rival.use(summary);
      Object.assign(rival.fields, { k: k || rival.fields.k, filter });
      return contest.changed();
    }
    const search = contest.app.store.searches.get(value.slice(STORED.length));
    if (!search) return contest.changed();
    rival.take(search);
    rival.stored = search.id;
    contest.takeQuery(search).then(() => contest.run(rival));
  }

  /** Brings the fields up to date; those that somebody types in keep what is typed. */
  draw() {
    const { contest } = this;
    const { store } = contest.app;
    const stored = this.#stored();
    const key = `${contest.version}|${contest.app.theme.name}|${this.#subject()?.label}|${[...store.indexes].map(([name, { summary }]) => `${name} ${summary?.revision}`)}|${stored.map((/** @type {any} */ search) => search.id)}|${contest.app.maySearch}`;
    if (key === this.#shown) return;
    this.#shown = key;
    const isTyping = (/** @type {HTMLInputElement} */ field) => document.activeElement === field && field.value !== "";
    if (!isTyping(this.label)) this.label.value = contest.query && "label" in contest.query ? String(contest.query.label) : "";
    this.#drawQuery();
    this.#drawMarks();
    for (const [number, rival] of contest.rivals.entries()) this.#sync(rival, this.columns[number], stored);
    const structures = contest.rivals.map((rival) => contest.summaryOf(rival));
    for (const row of this.rows) show(row, row.dataset.field === "k" || structures.some((summary) => has(summary, row.dataset.field)));
    this.run.disabled = contest.rivals.some((rival) => rival.isBusy);
    const effort = effortOf(structures[0]);
    this.double.disabled = !effort;
    this.double.textContent = effort ? `B = A with ${effort} ×2` : "B = A × 2";
    const before = contest.before;
    show(this.before, before !== null);
    this.before.textContent = before ? `Compare with before: ${before.id} on revision ${before.revision}` : "";
    fill(this.notes, ...this.#notes().map(({ text, isError }) => el("p", { class: isError ? "error" : "muted", text })));
  }

  /** The item that both search for, where there is one. */
  #subject() {
    const { query, rivals, maps } = this.contest;
    return query && "label" in query ? maps.itemsOf(rivals[0].index).label(query.label) : null;
  }

  #drawQuery() {
    const { contest } = this;
    const item = this.#subject();
    fill(this.query, pictures.element(pictureAddress(item?.media)), el("span", { text: contest.note || (contest.query ? item?.caption ?? contest.queryText : "no query yet") }));
  }

  #drawMarks() {
    const { series, missed, query, entry } = this.contest.app.theme;
    const icon = (/** @type {Node[]} */ ...marks) => svg("svg", { width: 30, height: 18, "aria-hidden": "true" }, ...marks);
    const both = (/** @type {number} */ small, /** @type {boolean} */ large) => [0, 1].map((number) => mark(number, 8 + 14 * number, 9, small, { fill: number === 0 || !large ? series[number] : "none", stroke: series[number], "stroke-width": large ? 1.8 : 0 }));
    this.columns.forEach((column, number) => fill(column.name, svg("svg", { width: 14, height: 14, "aria-hidden": "true" }, mark(number, 7, 7, 5, { fill: series[number] })), "AB"[number]));
    const rows = /** @type {[any[],string][]} */ ([
      [both(5, true), "result of A, of B; a disc in a square: of both"], [both(2.2, false), "measured by A, by B"],
      [[svg("line", { x1: 2, x2: 28, y1: 5, y2: 5, stroke: series[0], "stroke-width": 3 }), svg("line", { x1: 2, x2: 28, y1: 12, y2: 12, stroke: series[1], "stroke-width": 3, "stroke-dasharray": "6 4" })], "route of A, of B (dashed); so are opened cells"],
      [[mark(0, 15, 9, 6, { fill: "none", stroke: missed, "stroke-width": 2, "stroke-dasharray": "3 2.5" })], "true neighbour that was missed"],
      [[svg("path", { d: "M4 9l5-5 5 5-5 5z", fill: entry }), svg("path", { d: "M24 2v5m0 4v5m-7-7h5m4 0h5", stroke: query, "stroke-width": 1.6 })], "entry point; query"],
    ]);
    fill(this.legend, ...rows.map(([marks, text]) => el("li", {}, icon(...marks), text)));
  }

  /** @param {import("./rival.js").Rival} rival @param {any} column @param {any[]} stored */
  #sync(rival, column, stored) {
    const { contest } = this;
    const { indexes } = contest.app.store;
    const names = [...indexes].filter(([, { summary }]) => summary).map(([name]) => name).sort();
    const chosen = rival.stored ? STORED + rival.stored : `=${rival.index ?? ""}`;
    const option = (/** @type {string} */ value, /** @type {string} */ text) => ({ value, text });
    const kept = stored.some((search) => search.id === rival.stored) || !rival.stored ? stored : [...stored, { id: rival.stored, index: rival.index, revision: rival.search?.revision ?? "?" }];
    const isStrange = rival.index === null || (!rival.stored && !names.includes(rival.index));
    const groups = [[...(isStrange ? [option(chosen, rival.index ?? "choose …")] : []), ...names.map((name) => option(`=${name}`, name))],
      kept.map((search) => option(STORED + search.id, this.#storedText(search)))];
    // A list that is made anew closes under the pointer.
    const offered = JSON.stringify(groups);
    if (offered !== column.offered) {
      column.offered = offered;
      const [own, others] = groups.map((options) => options.map((one) => el("option", one)));
      fill(column.index, ...own, others.length > 0 && el("optgroup", { label: "searches that are kept" }, ...others));
    }
    column.index.value = chosen;
    column.index.title = rival.index ?? "";
    const summary = contest.summaryOf(rival);
    for (const [name, field] of Object.entries(column.fields)) {
      field.disabled = rival.stored !== null || !has(summary, name);
      if (document.activeElement !== field) field.value = has(summary, name) ? /** @type {Record<string,string>} */ (rival.fields)[name] : "";
      field.placeholder = has(summary, name) ? (name === "filter" ? "none" : "") : "–";
      if (name === "filter") field.title = summary?.columns?.length ? `columns: ${[...summary.columns, "label"].join(", ")}` : "";
    }
  }

  /** Searches of the same query that the daemon may still keep. */
  #stored() {
    const { query, app, rivals } = this.contest;
    const isSame = (/** @type {any} */ search) => search.complete && search.revision !== null && (query && "label" in query ? String(search.started.label) === String(query.label) : query === null);
    return app.store.searches.all.filter((/** @type {any} */ search) => isSame(search) || rivals.some((rival) => rival.stored === search.id)).slice(0, MOST_STORED);
  }

  /** @param {any} search */
  #storedText({ id, index, revision, header }) {
    const summary = this.contest.app.store.indexes.get(index)?.summary;
    const effort = effortOf(summary);
    return [id, index, effort && header?.[effort] ? `${effort} ${header[effort]}` : null, revision === summary?.revision ? null : `revision ${revision}`].filter(Boolean).join(" · ");
  }

  #notes() {
    const { contest } = this;
    const out = contest.rivals.filter((rival) => rival.message).map((rival) => ({ text: `${rival.name}: ${rival.message}`, isError: true }));
    const [a, b] = contest.rivals.map((rival) => contest.summaryOf(rival));
    if (a && b && a.dimension !== b.dimension && contest.query && "label" in contest.query) {
      out.push({ text: `The vectors have ${plural(a.dimension, "dimension")} in A and ${b.dimension} in B: each searches for its own vector of ${contest.queryText}.`, isError: false });
    }
    for (const rival of contest.rivals) {
      const summary = contest.summaryOf(rival);
      const [effort, now] = [effortOf(summary), summary?.revision];
      const [asked, used] = effort && rival.search ? [rival.asked[effort], rival.search.header[effort]] : [];
      if (asked && used && asked !== used) out.push({ text: `${rival.name} was asked for ${effort} ${asked} and searched with ${used}.`, isError: false });
      if (rival.search && now !== undefined && rival.search.revision !== null && rival.search.revision !== now) out.push({ text: `${rival.name} ran on revision ${rival.search.revision}; the index has revision ${now} now.`, isError: false });
    }
    return out;
  }
}

/**
 * Whether an index has a use for a field.
 * @param {any} summary @param {string|undefined} field
 */
function has(summary, field) {
  if (!summary) return false;
  return field === "k" || (field === "filter" ? summary.columns?.length > 0 : effortOf(summary) === field);
}
