import { el, fill, pictureAddress, show } from "../dom.js";
import { count } from "../format.js";
import { pictures } from "../pictures.js";
import { VectorField } from "./vector-field.js";

/** Sentences that the browser offers; all are taken. */
const MOST_OFFERED = 1000;

/** @typedef {"label"|"sentence"|"vector"} SubjectKind */
/** @typedef {{kind:SubjectKind,text:string,query:{label?:number|string,vector?:number[],subject?:{text?:string,image?:string}},raw?:number[],isNormalised?:boolean}} Subject */

/** What is searched for: an id, a sentence that was prepared for the index, or a vector. */
export class SubjectFields {
  /** @type {SubjectKind} */
  kind = "label";
  /** @type {{text?:string,image?:string,vector:number[]}[]} */
  #queries = [];
  /** What the preview shows. */
  #previewed = "";
  #hasMedia = false;

  /** @param {any} app @param {{onReady:(isOnly:boolean)=>void,onRandom:()=>void}} options */
  constructor(app, options) {
    this.app = app;
    this.options = options;
    const as = (/** @type {SubjectKind} */ kind) => () => this.choose(kind);
    this.label = el("input", { id: "query-label", testid: "query-label", inputmode: "numeric", autocomplete: "off", value: "40", onclick: () => this.choose("label"), oninput: as("label") });
    this.sentence = el("input", { id: "query-sentence", testid: "query-sentence", list: "sentences", autocomplete: "off", onclick: () => this.choose("sentence"), oninput: as("sentence") });
    this.list = el("datalist", { id: "sentences" });
    this.vector = new VectorField({ onUse: () => this.choose("vector"), onReady: options.onReady, onFault: (text) => this.complain("vector", text) });
    this.random = el("button", { type: "button", class: "small", testid: "random", text: "random", title: "Search for any vector of the index", onclick: options.onRandom });
    this.picture = el("span", { class: "picture" });
    this.words = el("span", { class: "muted words", testid: "query-words" });
    this.errors = { label: this.#error("label"), sentence: this.#error("sentence"), vector: this.#error("vector") };
    this.rows = {
      label: this.#row("label", "id", this.label, this.random), sentence: this.#row("sentence", "sentence", this.sentence, this.list),
      vector: this.#row("vector", "vector", this.vector.element),
    };
    this.element = el("div", { class: "subjects", role: "radiogroup", "aria-label": "What is searched for" },
      this.rows.label, this.errors.label, this.rows.sentence, this.errors.sentence, this.rows.vector, this.vector.line, this.errors.vector,
      el("div", { class: "preview" }, this.picture, this.words));
    this.choose("label");
  }

  /** @param {SubjectKind} kind */
  choose(kind) {
    this.kind = kind;
    for (const [name, row] of Object.entries(this.rows)) {
      row.dataset.chosen = String(name === kind);
      /** @type {HTMLInputElement} */ (row.querySelector("input[type=radio]")).checked = name === kind;
    }
    this.draw();
  }

  /** @param {any} summary @param {any} queries those that the index brings along */
  use(summary, queries) {
    this.#queries = queries;
    this.#hasMedia = summary.hasMedia;
    this.vector.use(summary);
    show(this.rows.sentence, queries.length > 0);
    this.sentence.value = "";
    this.sentence.placeholder = `type to find (${count(queries.length)})`;
    fill(this.list, ...queries.slice(0, MOST_OFFERED).map((/** @type {unknown} */ _, /** @type {number} */ number) => el("option", { value: this.#nameOf(number) })));
    this.complain("label", "");
    this.choose(this.kind === "sentence" ? "label" : this.kind);
  }

  /** @returns {Subject|null} null when something is wrong, which then stands beside its field */
  read() {
    for (const kind of /** @type {SubjectKind[]} */ (Object.keys(this.errors))) this.#tell(kind, "");
    const { kind } = this;
    if (kind === "sentence") {
      const number = this.#queries.findIndex((_, i) => this.#nameOf(i) === this.sentence.value.trim());
      if (number < 0) return this.complain(kind, this.sentence.value.trim() ? "The index brings no such sentence along; choose one of the list." : "Choose a sentence first.");
      const { text, image, vector } = this.#queries[number];
      return { kind, text: this.#nameOf(number), query: { vector, subject: { ...(text ? { text } : {}), ...(image ? { image } : {}) } } };
    }
    if (kind === "vector") {
      const vector = this.vector.read();
      if (typeof vector === "string") return this.complain(kind, vector);
      return { kind, text: this.vector.title, query: { vector }, raw: this.vector.raw ?? undefined, isNormalised: this.vector.isNormalised };
    }
    const text = this.label.value.trim();
    if (!/^-?\d+$/.test(text)) return this.complain(kind, "The id must be a whole number.");
    return { kind, text: `id ${text}`, query: { label: Number.isSafeInteger(Number(text)) ? Number(text) : text } };
  }

  /** @param {SubjectKind} kind @param {string} text @returns {null} */
  complain(kind, text) {
    for (const name of /** @type {SubjectKind[]} */ (Object.keys(this.errors))) this.#tell(name, name === kind ? text : "");
    return null;
  }

  /** Shows whose vector the id is, when that is known. */
  draw() {
    const text = this.label.value.trim();
    const item = this.kind === "label" && /^-?\d+$/.test(text) ? this.app.items.label(text) : null;
    const address = item ? pictureAddress(item.media) : null;
    const words = { label: item?.caption ?? (text === "" ? "" : `the vector of id ${text}`), sentence: "the sentence's vector, made beforehand", vector: "the vector as it stands here" }[this.kind];
    if (this.#previewed === `${address} ${words}`) return;
    this.#previewed = `${address} ${words}`;
    fill(this.picture, pictures.element(address));
    show(this.picture, this.#hasMedia);
    this.words.textContent = words;
    this.words.title = words;
  }

  /** @param {number} number */
  #nameOf(number) {
    return this.#queries[number].text ?? `query ${number}`;
  }

  /** @param {SubjectKind} kind @param {string} text */
  #tell(kind, text) {
    this.errors[kind].textContent = text;
    this.rows[kind].querySelector("input:not([type=radio]), textarea")?.setAttribute("aria-invalid", String(text !== ""));
  }

  /** @param {SubjectKind} kind @returns {HTMLElement} */
  #error(kind) {
    return el("p", { class: "error", role: "alert", testid: `${kind}-error` });
  }

  /** @param {SubjectKind} kind @param {string} text @param {...HTMLElement} fields */
  #row(kind, text, ...fields) {
    const radio = el("input", { type: "radio", name: "subject", value: kind, testid: `by-${kind}`, onchange: () => this.choose(kind) });
    return el("div", { class: "subject-row" }, el("label", {}, radio, text), ...fields.map((field) => {
      if (field.matches("input, textarea")) field.setAttribute("aria-label", text);
      return field;
    }));
  }
}
