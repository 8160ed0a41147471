import { el, fill, show } from "../dom.js";
import { sentence } from "../format.js";

/** A column as a filter names it. @param {string} column */
const quoted = (column) => (/^[\p{Alphabetic}_][\p{Alphabetic}0-9_]*$/u.test(column) ? column : `\`${column.replace(/[\\`]/g, "\\$&")}\``);

/** The query of the next search: an id, a pasted vector or one of the index's sentences, and the parameters. */
export class QueryPanel {
  /** What the next run searches for. @type {"label"|"vector"|"sentence"} */
  mode = "label";
  #queries = [];
  #summary = null;
  /** Why this page may not search; empty when it may. */
  #forbidden = "";
  /** Labels that the next searches are among; null for all. @type {any[]|null} */
  #among = null;

  /** @param {HTMLElement} host @param {any} app */
  constructor(host, app) {
    this.app = app;
    const field = (name, text, testid, props = {}) => {
      this[name] = el("input", { testid, inputmode: "numeric", autocomplete: "off", ...props });
      return el("label", {}, text, this[name]);
    };
    const as = (mode) => () => this.#use(mode);
    this.vector = el("textarea", { testid: "query-vector", placeholder: "[0.12, -0.5, …]", spellcheck: "false", oninput: as("vector") });
    this.sentence = el("select", { testid: "query-sentence", onchange: as("sentence") });
    this.sentenceRow = el("label", { class: "query-row" }, "one of the index's sentences", this.sentence);
    this.note = el("p", { class: "muted" });
    const fields = el("div", { class: "fields" },
      field("label", "id", "query-label", { value: "40", oninput: as("label") }), field("k", "k", "query-k", { value: "5" }),
      field("ef", "efSearch", "query-ef"), field("nprobe", "nprobe", "query-nprobe"));
    this.filter = el("input", { testid: "query-filter", autocomplete: "off", spellcheck: "false", maxlength: "4096" });
    this.filterError = el("p", { class: "error", role: "alert", testid: "filter-error" });
    this.filterRow = el("label", { class: "query-row" }, "filter", this.filter, this.filterError);
    this.message = el("p", { class: "error", role: "alert" });
    this.obstacle = el("p", { class: "muted", testid: "obstacle" });
    this.button = el("button", { class: "run", testid: "run", text: "Search" });
    this.hint = el("p", { class: "muted mode" });
    fill(
    host,
      el("h2", { text: "Search" }),
      el("form", { onsubmit: (event) => { event.preventDefault(); this.run(); } },
        fields, this.sentenceRow, el("label", { class: "query-row" }, "a vector", this.vector), this.filterRow, this.hint,
        this.button, this.obstacle, this.message), this.note);
    this.#use("label");
  }

  /** @param {string} forbidden why this page may not search; empty when it may */
  allow(forbidden) {
    this.#forbidden = forbidden;
    this.#showObstacle();
  }

  /** An index that can only be looked at says why, and so does a page that may only watch. */
  #showObstacle() {
    const { obstacle, limit, searchable } = this.#summary ?? {};
    this.button.disabled = searchable === false || this.#forbidden !== "";
    this.obstacle.textContent = this.#forbidden || sentence(obstacle ?? (limit ? `a search shows ${limit}` : ""));
    show(this.obstacle, this.obstacle.textContent !== "");
  }

  #use(mode) {
    this.mode = mode;
    this.hint.textContent = { label: "searches for the vector of this id", vector: "searches for the pasted vector", sentence: "searches for the sentence" }[mode];
  }

  /** Shows the fields that an index has a use for, with its own first values. @param {any} summary */
  async use(summary, link) {
    const { structure, defaults } = summary;
    this.#summary = summary;
    this.#among = null;
    this.#showObstacle();
    show(this.ef.parentElement, structure === "hnsw");
    show(this.nprobe.parentElement, structure === "ivf");
    this.k.value = String(link.k ?? defaults.k);
    this.ef.value = String(link.ef ?? defaults.efSearch ?? "");
    this.nprobe.value = String(link.nprobe ?? (defaults.nprobe === undefined ? "" : Math.max(defaults.nprobe, Math.min(6, summary.nlist))));
    if (link.label !== null) this.label.value = link.label;
    this.filter.value = (link.index === null || link.index === summary.name ? link.filter : null) ?? "";
    this.#offerFilter(summary.columns);
    this.complain("");
    this.#queries = [];
    show(this.sentenceRow, summary.queries > 0);
    show(this.note, false);
    this.#use("label");
    if (summary.queries === 0) return;
    const { queries, note } = await this.app.session.request("index.queries", { index: summary.name });
    if (this.app.store.selected !== summary.name) return;
    this.#queries = queries;
    this.note.textContent = note ?? "";
    show(this.note, Boolean(note));
    fill(this.sentence, el("option", { value: "", text: "choose …" }), ...queries.map((query, number) => el("option", { value: number, text: query.text ?? `query ${number}` })));
  }

  #offerFilter(columns) {
    show(this.filterRow, columns.length > 0);
    this.filter.title = `columns: ${[...columns, "label"].join(", ")}`;
  }

  /** Gives an example of a filter. @param {any} description of the index, which may be of another revision by now */
  suggest(description) {
    this.#offerFilter(description.columns);
    this.filter.placeholder = "label < 100";
    const [column, values] = Object.entries(description.columnValues ?? {}).find(([, values]) => values.length > 1) ?? [];
    if (column) this.filter.placeholder = `${quoted(column)} = ${JSON.stringify(values[0])}`;
  }

  /** Shows what is wrong, beside the filter when it is about that. @param {string} text */
  complain(text) {
    const isFilter = text.startsWith("\"filter\" ");
    this.filterError.textContent = isFilter ? sentence(text.slice("\"filter\" ".length)) : "";
    this.message.textContent = isFilter ? "" : text;
  }

  /** The next searches are only among these labels, or among all. @param {any[]|null} labels */
  searchAmong(labels) {
    this.#among = labels;
  }

  /** Searches for what the fields say. */
  run() {
    const query = this.#query();
    if (typeof query === "string") this.complain(query);
    else this.app.run(query);
  }

  /** @returns {any} parameters, or what is wrong with a field */
  parameters() {
    const out = {};
    for (const [key, field, name] of [["k", this.k, "k"], ["efSearch", this.ef, "efSearch"], ["nprobe", this.nprobe, "nprobe"]]) {
      if (field.parentElement.hidden || field.value.trim() === "") continue;
      const value = Number(field.value);
      if (!Number.isInteger(value) || value < 1) return `${name} must be a whole number from 1.`;
      out[key] = value;
    }
    if (!this.filterRow.hidden && this.filter.value.trim() !== "") out.filter = this.filter.value.trim();
    if (this.#among) out.filter = { allow: this.#among, ...(out.filter ? { where: out.filter } : {}) };
    return out;
  }

  #query() {
    const parameters = this.parameters();
    if (typeof parameters === "string") return parameters;
    if (this.mode === "sentence") {
      const query = this.sentence.value === "" ? null : this.#queries[Number(this.sentence.value)];
      return query ? { ...parameters, vector: query.vector, subject: { text: query.text, image: query.image } } : "Choose a sentence first.";
    }
    if (this.mode === "vector") {
      try {
        const vector = JSON.parse(this.vector.value.trim().startsWith("[") ? this.vector.value : `[${this.vector.value}]`);
        return { ...parameters, vector };
      } catch {
        return "The vector must be numbers with commas between them, such as [0.1, 0.2].";
      }
    }
    const text = this.label.value.trim();
    if (!/^-?\d+$/.test(text)) return "The id must be a whole number.";
    const number = Number(text);
    return { ...parameters, label: Number.isSafeInteger(number) ? number : text };
  }
}
