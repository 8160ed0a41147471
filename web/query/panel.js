import { el, fill, show } from "../dom.js";
import { plural, sentence } from "../format.js";
import { watchDrops } from "./drop.js";
import { Flags, Parameters } from "./parameters.js";
import { Recent } from "./recent.js";
import { RecentList } from "./recent-list.js";
import { SubjectFields } from "./subject.js";

/** A column as a filter names it. @param {string} column */
const quoted = (column) => (/^[\p{Alphabetic}_][\p{Alphabetic}0-9_]*$/u.test(column) ? column : `\`${column.replace(/[\\`]/g, "\\$&")}\``);

/** Beginnings of what the daemon says against a query, and the fields that it is about. @type {[RegExp,import("./subject.js").SubjectKind][]} */
const ABOUT = [[/^the query has |^"vector"|component/, "vector"], [/has no vector with the label|^"label"/, "label"]];

/** The query of the next search: what is searched for, the numbers, the filter; and the searches before. */
export class QueryPanel {
  #summary = null;
  /** Why this page may not search; empty when it may. */
  #forbidden = "";
  /** What the last search was for, for who changes its parameters. @type {import("./subject.js").Subject|null} */
  #last = null;
  /** A search that waits for its index to be opened. @type {import("./recent.js").RecentSearch|null} */
  #awaited = null;
  /** Fields are being filled by the page. */
  #isFilling = false;
  /** Labels that the next searches are among, as chosen on the chart; null for all. @type {any[]|null} */
  among = null;

  /** @param {HTMLElement} host @param {any} app */
  constructor(host, app) {
    this.app = app;
    const changed = () => this.#changed();
    this.subject = new SubjectFields(app, { onChange: () => {}, onReady: (isOnly) => this.#ready(isOnly), onRandom: () => this.runRandom() });
    this.numbers = new Parameters(changed);
    this.flags = new Flags(changed);
    this.filter = el("input", { id: "query-filter", testid: "query-filter", autocomplete: "off", spellcheck: "false", maxlength: "4096", "aria-describedby": "filter-error", oninput: changed });
    this.filterError = el("p", { class: "error", role: "alert", testid: "filter-error", id: "filter-error" });
    this.filterRow = el("div", { class: "filter-row" }, this.filter, this.filterError);
    this.amongRow = el("p", { class: "among", testid: "among", hidden: true });
    this.filterLabel = el("label", { for: "query-filter", text: "filter" });
    this.message = el("p", { class: "error", role: "alert", testid: "query-error" });
    this.obstacle = el("p", { class: "muted", testid: "obstacle" });
    this.button = el("button", { class: "run", testid: "run", text: "Search" });
    this.follows = el("input", { type: "checkbox", testid: "rerun" });
    this.copy = el("span", { class: "copy" }, "copy as", ...[["curl", "curl"], ["python", "Python"]].map(([how, text]) =>
      el("button", { type: "button", class: "small", testid: `copy-${how}`, text, onclick: () => this.#copy(how) })));
    this.note = el("p", { class: "muted" });
    this.fields = el("fieldset", {}, this.subject.element, this.numbers.element,
      el("div", { class: "filter" }, this.filterLabel, this.filterRow), this.amongRow, this.button, this.obstacle, this.message,
      el("label", { class: "check rerun", title: "Searches anew for the same when a number, the filter or a choice changes" }, this.follows, "re-run on change"),
      this.flags.element, this.copy);
    this.recent = new Recent(storage());
    this.recentList = new RecentList(this.recent, (search) => this.restore(search));
    fill(host, el("h2", { text: "Search" }), el("form", { onsubmit: (event) => { event.preventDefault(); this.run(); } }, this.fields), this.note, this.recentList.element);
    watchDrops([host, app.stage.host], { onLabel: (label) => this.runLabel(label), onFile: (file) => this.subject.vector.open(file) });
  }

  get mode() { return this.subject.kind; }
  get label() { return this.subject.label; }
  get k() { return this.numbers.input("k"); }
  get ef() { return this.numbers.input("efSearch"); }
  get nprobe() { return this.numbers.input("nprobe"); }

  /** @param {string} forbidden why this page may not search; empty when it may */
  allow(forbidden) {
    this.#forbidden = forbidden;
    this.#showObstacle();
  }

  /** Shows the fields that an index has a use for, with its own first values. @param {any} summary */
  async use(summary, link) {
    const { app } = this;
    this.#summary = summary;
    this.#last = null;
    this.searchAmong(null);
    app.runner.forget();
    this.#showObstacle();
    this.numbers.use(summary, app.connection.hello?.limits, { k: link.k, efSearch: link.ef, nprobe: link.nprobe });
    this.#offerFlags(summary, null);
    if (link.label !== null) {
      this.label.value = link.label;
      this.subject.choose("label");
    }
    this.filter.value = (link.index === null || link.index === summary.name ? link.filter : null) ?? "";
    this.#offerFilter(summary.columns);
    this.complain("");
    show(this.note, false);
    this.subject.use(summary, []);
    if (summary.queries > 0) {
      const { queries, note } = await app.session.request("index.queries", { index: summary.name });
      if (app.store.selected !== summary.name) return;
      this.subject.use(summary, queries);
      this.note.textContent = note ?? "";
      show(this.note, Boolean(note));
    }
    const wanted = this.#awaited;
    this.#awaited = null;
    if (wanted?.index === summary.name) this.restore(wanted);
  }

  /** Takes what the index's description adds. @param {any} description of the index, which may be of another revision by now */
  suggest(description) {
    this.#offerFilter(description.columns);
    this.#offerFlags(description, description.truth);
    this.filter.placeholder = "label < 100";
    const [column, values] = Object.entries(description.columnValues ?? {}).find(([, values]) => values.length > 1) ?? [];
    if (column) this.filter.placeholder = `${quoted(column)} = ${JSON.stringify(values[0])}`;
  }

  /** Shows what is wrong, beside the field that it is about. @param {string} text */
  complain(text) {
    this.filterError.textContent = this.message.textContent = "";
    this.subject.complain("label", "");
    if (text === "") return;
    const [, name, rest] = /^"(\w+)" (.*)$/s.exec(text) ?? [];
    if (name === "filter") this.filterError.textContent = sentence(rest);
    else if (name && this.numbers.complain(name, sentence(`${name} ${rest}`))) return;
    else {
      const kind = ABOUT.find(([pattern]) => pattern.test(text))?.[1];
      if (kind === "label" && this.mode === "label") this.subject.complain("label", sentence(text));
      else if (kind === "vector" && this.mode !== "label") this.subject.complain(this.mode, sentence(text));
      else this.message.textContent = text;
    }
  }

  /** The next searches are only among these labels, or among all. @param {any[]|null} labels */
  searchAmong(labels) {
    this.among = labels;
    show(this.amongRow, labels !== null);
    if (labels) fill(this.amongRow, `only among ${plural(labels.length, "vector")} chosen on the chart `, el("button", { type: "button", class: "small", testid: "search-all", text: "among all again", onclick: () => this.searchAmong(null) }));
    this.#changed();
  }

  /** Searches for what the fields say. */
  run() {
    const subject = this.subject.read();
    if (subject) this.#run(subject);
  }

  /** Searches for a vector of the index. @param {any} label */
  runLabel(label) {
    this.label.value = String(label);
    this.subject.choose("label");
    this.run();
  }

  /** Searches for any vector of the index; a number may be of none, as after a deletion. */
  async runRandom() {
    for (let tries = 0; tries < 8; tries += 1) {
      const [item] = await this.app.items.page([Math.floor(Math.random() * this.#summary.count)]).catch(() => []);
      if (item) return this.runLabel(item.label);
    }
    this.message.textContent = "No vector was found; try again.";
  }

  /** @returns {any} parameters, or what is wrong with a field */
  parameters() {
    const numbers = this.numbers.read();
    if (typeof numbers === "string") return numbers;
    const filter = this.filterRow.hidden ? "" : this.filter.value.trim();
    const among = this.among && { filter: { allow: this.among, ...(filter ? { where: filter } : {}) } };
    return { ...numbers, ...(filter ? { filter } : {}), ...among, ...this.#flagParameters() };
  }

  /** Takes an earlier search into the fields, and searches again where this page may. @param {import("./recent.js").RecentSearch} search */
  restore(search) {
    if (search.index !== this.#summary?.name) {
      if (!this.app.store.indexes.get(search.index)?.summary) return this.complain(`There is no index "${search.index}" any more.`);
      this.#awaited = search;
      return this.app.open(search.index);
    }
    if (search.kind === "vector" && !search.vector) return this.complain("That vector was too long to be kept when the page was loaded anew.");
    this.numbers.restore(search.fields);
    this.filter.value = search.filter;
    this.flags.restore(search.flags);
    if (search.kind === "vector") this.subject.vector.restore(search.vector ?? [], search.isNormalised === true);
    else this.subject[search.kind].value = search.kind === "label" ? String(search.label) : search.text;
    this.subject.choose(search.kind);
    if (!this.#obstacleText()) this.run();
  }

  /** Brings what items tell up to date. */
  draw() {
    this.subject.draw();
  }

  /** @param {import("./subject.js").Subject} subject */
  #run(subject) {
    const parameters = this.parameters();
    if (typeof parameters === "string") return;
    this.#last = subject;
    this.app.run({ ...subject.query, ...parameters });
    const { kind, text, query, raw, isNormalised } = subject;
    this.recent.add({
      index: this.#summary.name, kind, text, ...(kind === "label" ? { label: query.label } : {}), ...(kind === "vector" ? { vector: Array.from(raw ?? []), isNormalised } : {}),
      fields: this.numbers.texts(), filter: this.filter.value.trim(), flags: this.flags.on(),
    });
    this.recentList.draw();
  }

  /** A parameter is another. */
  #changed() {
    if (!this.follows.checked || !this.#last || this.#obstacleText()) return;
    this.app.runner.runSoon(() => {
      const parameters = this.parameters();
      return typeof parameters === "string" || !this.#last ? null : { ...this.#last.query, ...parameters };
    });
  }

  /** A file was read. @param {boolean} isOnly there is nothing to choose */
  #ready(isOnly) {
    if (isOnly && !this.#obstacleText()) this.run();
    else this.subject.vector.row.focus();
  }

  #obstacleText() {
    const { obstacle, searchable } = this.#summary ?? {};
    return this.#forbidden || (searchable === false ? sentence(obstacle ?? "this index can't be searched") : "");
  }

  /** An index that can only be looked at says why, and so does a page that may only watch. */
  #showObstacle() {
    const { limit } = this.#summary ?? {};
    const obstacle = this.#obstacleText();
    this.fields.disabled = obstacle !== "";
    this.fields.title = obstacle;
    this.obstacle.textContent = obstacle || sentence(limit ? `a search shows ${limit}` : "");
    show(this.obstacle, this.obstacle.textContent !== "");
  }

  #offerFilter(columns) {
    show(this.filterRow, columns.length > 0);
    show(this.filterLabel, columns.length > 0);
    this.filter.title = `columns: ${[...columns, "label"].join(", ")}`;
  }

  /** @param {any} summary @param {{available:boolean,obstacle?:string}|null|undefined} truth */
  #offerFlags({ library, structure }, truth) {
    const isFaissGraph = library === "faiss" && structure === "hnsw";
    this.flags.offer([
      { key: "exact", text: "exact recall", title: "The answer waits until it is compared with the exact one", disabled: truth?.available === false ? sentence(truth.obstacle ?? "there are no exact neighbours") : "" },
      ...(isFaissGraph ? [{ key: "bounded", text: "bounded queue", title: "Faiss's search_bounded_queue", isOn: truth === null },
        { key: "relative", text: "relative stop", title: "Faiss's check_relative_distance", isOn: truth === null }] : []),
    ]);
  }

  #flagParameters() {
    const on = this.flags.on();
    const out = on.includes("exact") ? { exact: true } : {};
    // Faiss has these on: only another choice is said.
    for (const key of ["bounded", "relative"]) if (this.flags.has(key) && !on.includes(key)) Object.assign(out, { [key]: false });
    return out;
  }

  /** @param {string} how */
  async #copy(how) {
    const subject = this.subject.read();
    const parameters = this.parameters();
    if (!subject || typeof parameters === "string") return;
    const { subject: _, ...query } = subject.query;
    const { showSnippet } = await import("./snippet-dialog.js");
    showSnippet(how, { index: this.#summary.name, body: { ...query, ...parameters }, needsToken: this.app.access.token !== null });
  }
}

function storage() {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}
