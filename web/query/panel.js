import { el, fill, show } from "../dom.js";
import { sentence } from "../format.js";
import { watchDrops } from "./drop.js";
import { FilterField } from "./filter-field.js";
import { Flags, flagParameters, flagsOf } from "./flags.js";
import { Parameters } from "./parameters.js";
import { Recent, tabStorage } from "./recent.js";
import { RecentList } from "./recent-list.js";
import { SubjectFields } from "./subject.js";

/**
 * Beginnings of what the daemon says against a query, and the fields that it is about.
 * @type {[RegExp,import("./subject.js").SubjectKind][]}
 */
const ABOUT = [[/^the query has |^"vector"|component/, "vector"], [/has no vector with the label|^"label"/, "label"]];

/** The query of the next search: what is searched for, the numbers, the filter; and the searches before. */
export class QueryPanel {
  /** @type {Summary|null} */
  #summary = null;
  /** Why this page may not search; empty when it may. */
  #forbidden = "";
  /**
   * What the last search was for, for who changes its parameters.
   * @type {import("./subject.js").Subject|null}
   */
  #last = null;
  /**
   * A search that waits for its index to be opened.
   * @type {import("./recent.js").RecentSearch|null}
   */
  #awaited = null;

  /** @param {HTMLElement} host @param {any} app */
  constructor(host, app) {
    this.app = app;
    const changed = () => this.#changed();
    this.subject = new SubjectFields(app, { onReady: (isOnly) => this.#ready(isOnly), onRandom: () => this.runRandom() });
    this.numbers = new Parameters(changed);
    this.flags = new Flags(changed);
    this.filtering = new FilterField(changed);
    this.message = el("p", { class: "error", role: "alert", testid: "query-error" });
    this.obstacle = el("p", { class: "muted", testid: "obstacle" });
    this.button = el("button", { class: "run", testid: "run", text: "Search" });
    this.follows = el("input", { type: "checkbox", testid: "rerun" });
    this.copy = el("span", { class: "copy" }, "copy as", ...[["curl", "curl"], ["python", "Python"]].map(([how, text]) =>
      el("button", { type: "button", class: "small", testid: `copy-${how}`, text, onclick: () => this.#copy(how) })));
    this.note = el("p", { class: "muted" });
    this.fields = el("fieldset", {}, this.subject.element, this.numbers.element, this.filtering.element, this.button, this.obstacle, this.message,
      el("label", { class: "check", title: "Searches anew for the same when a number, the filter or a choice changes" }, this.follows, "re-run on change"),
      this.flags.element, this.copy);
    this.recent = new Recent(tabStorage());
    this.recentList = new RecentList(this.recent, (search) => this.restore(search));
    const submit = (/** @type {Event} */ event) => { event.preventDefault(); this.run(); };
    fill(host, el("h2", { text: "Search" }), el("form", { onsubmit: submit }, this.fields), this.note, this.recentList.element);
    watchDrops([host, app.stage.host], { onLabel: (label) => this.runLabel(label), onFile: (file) => this.subject.vector.open(file) });
  }

  get mode() { return this.subject.kind; }
  get label() { return this.subject.label; }
  get k() { return this.numbers.input("k"); }
  get ef() { return this.numbers.input("efSearch"); }
  get nprobe() { return this.numbers.input("nprobe"); }
  get filter() { return this.filtering.input; }
  get filterRow() { return this.filtering.row; }

  /** @param {string} forbidden why this page may not search; empty when it may */
  allow(forbidden) {
    this.#forbidden = forbidden;
    this.#showObstacle();
  }

  /**
   * Shows the fields that an index has a use for, with its own first values.
   * @param {Summary} summary @param {any} link what a deep link asks for
   */
  async use(summary, link) {
    const { app } = this;
    this.#summary = summary;
    this.#last = null;
    app.watching.runner.forget();
    this.#showObstacle();
    this.numbers.use(summary, app.connection.hello?.limits, { k: link.k, efSearch: link.ef, nprobe: link.nprobe });
    this.flags.offer(flagsOf(summary, null));
    if (link.label !== null) {
      this.label.value = link.label;
      this.subject.choose("label");
    }
    this.filter.value = (link.index === null || link.index === summary.name ? link.filter : null) ?? "";
    this.filtering.offer(summary.columns);
    this.searchAmong(null);
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
    if (wanted && wanted.index === summary.name) this.restore(wanted);
  }

  /**
   * Takes what the index's description adds.
   * @param {any} description of the index, which may be of another revision by now
   */
  suggest(description) {
    this.filtering.suggest(description);
    this.flags.offer(flagsOf(description, description.truth ?? null));
  }

  /**
   * Shows what is wrong, beside the field that it is about.
   * @param {string} text
   */
  complain(text) {
    this.message.textContent = "";
    this.filtering.complain("");
    this.subject.complain("label", "");
    if (text === "") return;
    const [, name, rest] = /^"(\w+)" (.*)$/s.exec(text) ?? [];
    if (name === "filter") return this.filtering.complain(rest);
    if (name && this.numbers.complain(name, sentence(`${name} ${rest}`))) return;
    const kind = ABOUT.find(([pattern]) => pattern.test(text))?.[1];
    if (kind === "label" && this.mode === "label") this.subject.complain("label", sentence(text));
    else if (kind === "vector" && this.mode !== "label") this.subject.complain(this.mode, sentence(text));
    else this.message.textContent = text;
  }

  /**
   * The next searches are only among these labels, or among all.
   * @param {Label[]|null} labels
   */
  searchAmong(labels) { this.filtering.searchAmong(labels); }

  /** Searches for what the fields say. */
  run() {
    const subject = this.subject.read();
    return subject ? this.#run(subject) : null;
  }

  /**
   * Searches for a vector of the index.
   * @param {Label} label
   */
  runLabel(label) {
    this.label.value = String(label);
    this.subject.choose("label");
    return this.run();
  }

  /** Searches for any vector of the index; a number may be of none, as after a deletion. */
  async runRandom() {
    for (let tries = 0; tries < 8; tries += 1) {
      const [item] = await this.app.items.page([Math.floor(Math.random() * (this.#summary?.count ?? 0))]).catch(() => []);
      if (item) return this.runLabel(item.label);
    }
    this.message.textContent = "No vector was found; try again.";
  }

  /** @returns {any} parameters, or what is wrong with a field */
  parameters() {
    const numbers = this.numbers.read();
    return typeof numbers === "string" ? numbers : { ...numbers, ...this.filtering.read(), ...flagParameters(this.flags) };
  }

  /**
   * Takes an earlier search into the fields, and searches again where this page may.
   * @param {import("./recent.js").RecentSearch} search
   */
  restore(search) {
    if (search.index !== this.#summary?.name) {
      if (!this.app.store.indexes.get(search.index)?.summary) return this.complain(`There is no index "${search.index}" any more.`);
      this.#awaited = search;
      return this.app.open(search.index);
    }
    if ((search.kind === "vector" && !search.vector) || (search.amongTotal && !search.among)) return this.complain("It was too long to be kept when the page was loaded anew.");
    this.numbers.restore(search.fields);
    this.filter.value = search.filter;
    this.searchAmong(search.among ?? null);
    this.flags.restore(search.flags);
    if (search.kind === "vector") this.subject.vector.restore(search.vector ?? [], search.isNormalised === true);
    else if (search.kind === "sentence") this.subject.sentence.value = search.text;
    else this.label.value = String(search.label);
    this.subject.choose(search.kind);
    if (!this.#obstacleText()) this.run();
  }

  /** Brings what items tell up to date. */
  draw() { this.subject.draw(); }

  /** @param {import("./subject.js").Subject} subject */
  #run(subject) {
    const parameters = this.parameters();
    if (typeof parameters === "string" || !this.#summary) return null;
    this.#last = subject;
    const asked = this.app.run({ ...subject.query, ...parameters });
    const { kind, text, query, raw, isNormalised } = subject;
    const { among } = this.filtering;
    this.recent.add({
      index: this.#summary.name, kind, text, ...(kind === "label" ? { label: query.label } : {}), ...(kind === "vector" ? { vector: Array.from(raw ?? []), isNormalised } : {}),
      fields: this.numbers.texts(), filter: this.filter.value.trim(), ...(among ? { among, amongTotal: among.length } : {}), flags: this.flags.on(),
    });
    this.recentList.draw();
    return asked;
  }

  /** A parameter is another. */
  #changed() {
    if (!this.follows.checked || !this.#last || this.#obstacleText()) return;
    this.app.watching.runner.runSoon(() => {
      const parameters = this.parameters();
      return typeof parameters === "string" || !this.#last ? null : { ...this.#last.query, ...parameters };
    });
  }

  /** @param {boolean} isOnly the file that was read leaves nothing to choose */
  #ready(isOnly) {
    if (isOnly && !this.#obstacleText()) this.run();
    else this.subject.vector.row.focus();
  }

  #obstacleText() {
    return this.#forbidden || (this.#summary?.searchable === false ? sentence(this.#summary.obstacle ?? "this index can't be searched") : "");
  }

  /** An index that can only be looked at says why, and so does a page that may only watch. */
  #showObstacle() {
    const limit = this.#summary?.limit;
    const obstacle = this.#obstacleText();
    this.fields.disabled = obstacle !== "";
    this.fields.title = obstacle;
    this.obstacle.textContent = obstacle || sentence(limit ? `a search shows ${limit}` : "");
    show(this.obstacle, this.obstacle.textContent !== "");
  }

  /** @param {string} how */
  async #copy(how) {
    const subject = this.subject.read();
    const parameters = this.parameters();
    if (!subject || typeof parameters === "string" || !this.#summary) return;
    const { subject: _, ...query } = subject.query;
    const { showSnippet } = await import("./snippet-dialog.js");
    showSnippet(how, { index: this.#summary.name, body: { ...query, ...parameters }, needsToken: this.app.access.token !== null });
  }
}
