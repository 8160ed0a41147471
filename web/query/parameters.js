import { el, show } from "../dom.js";
import { limitsOf, NOTCHES, notchOf, readNumber, remark, stepped, valueAt } from "./limits.js";

/**
 * Keys of a slider and how far each goes.
 * @type {Record<string,number>}
 */
const STEPS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
const KEYS = ["k", "efSearch", "nprobe", "searchK"];
/** @type {Record<string,string>} */
const TEST_IDS = { k: "query-k", efSearch: "query-ef", nprobe: "query-nprobe", searchK: "query-search-k" };

/** The numbers of a search: each a slider, and a field for the exact one. */
export class Parameters {
  /** @type {Map<string,import("./limits.js").Limit>} those that the index has a use for */
  #limits = new Map();
  /** @type {Record<string,{row:HTMLElement,input:HTMLInputElement,slider:HTMLInputElement,title:HTMLElement,error:HTMLElement,remark:HTMLElement}>} */
  #rows = {};

  /** @param {()=>void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    this.element = el("div", { class: "parameters" }, ...KEYS.map((key) => this.#row(key)));
  }

  /** @param {string} key @returns {HTMLInputElement} */
  input(key) {
    return this.#rows[key].input;
  }

  /** @param {any} summary @param {any} limits of the daemon @param {Record<string,number|null>} wanted of a link */
  use(summary, limits, wanted) {
    this.#limits = new Map(limitsOf(summary, limits).map((limit) => [limit.key, limit]));
    for (const key of KEYS) {
      const limit = this.#limits.get(key);
      const { row, input, title } = this.#rows[key];
      show(row, limit !== undefined);
      if (!limit) continue;
      title.textContent = limit.name;
      row.title = limit.title;
      input.placeholder = key === "searchK" ? "auto" : "";
      input.value = String(wanted[key] ?? limit.first ?? "");
    }
    this.#tell();
  }

  /**
   * Takes fields as they stood at an earlier search.
   * @param {Record<string,string>} texts
   */
  restore(texts) {
    for (const key of this.#limits.keys()) this.#rows[key].input.value = texts[key] ?? "";
    this.#tell();
  }

  /** @returns {Record<string,string>} the fields of this index as they stand */
  texts() {
    return Object.fromEntries([...this.#limits.keys()].map((key) => [key, this.#rows[key].input.value.trim()]));
  }

  /** @returns {Record<string,number>|string} what is asked for, or what is wrong, which stands beside its field too */
  read() {
    /** @type {Record<string,number>} */
    const out = {};
    let fault = "";
    for (const limit of this.#limits.values()) {
      const value = readNumber(limit, this.#rows[limit.key].input.value);
      if (typeof value === "string") fault ||= value;
      else if (value !== null) out[limit.key] = value;
    }
    this.#tell();
    return fault || out;
  }

  /**
   * Shows what the daemon has against a number.
   * @param {string} key @param {string} text @returns {boolean} whether there is such a field
   */
  complain(key, text) {
    if (!this.#limits.has(key)) return false;
    this.#fault(key, text);
    return true;
  }

  /** @param {string} key @param {string} text */
  #fault(key, text) {
    const { error, input } = this.#rows[key];
    error.textContent = text;
    input.setAttribute("aria-invalid", String(text !== ""));
  }

  /** Brings sliders, remarks and faults to what the fields say. */
  #tell() {
    const k = this.#limits.get("k");
    const results = k ? readNumber(k, this.#rows.k.input.value) : null;
    for (const limit of this.#limits.values()) {
      const { input, slider, remark: note } = this.#rows[limit.key];
      const value = readNumber(limit, input.value);
      const number = typeof value === "number" ? value : null;
      this.#fault(limit.key, typeof value === "string" ? value : "");
      note.textContent = remark(limit, number, typeof results === "number" ? results : null);
      slider.value = String(notchOf(limit, number ?? 1));
      slider.setAttribute("aria-valuetext", number === null ? "the library's own" : String(number));
    }
  }

  /** @param {string} key */
  #row(key) {
    const title = el("span", { text: key });
    const input = el("input", { id: `query-${key}`, testid: TEST_IDS[key], inputmode: "numeric", autocomplete: "off", "aria-describedby": `query-${key}-error`, oninput: () => this.#changed() });
    const slider = el("input", { type: "range", min: 0, max: NOTCHES, testid: `${TEST_IDS[key]}-slider`, "aria-label": key,
      oninput: () => this.#slide(key, (limit) => valueAt(limit, Number(slider.value))),
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        const by = STEPS[event.key];
        const end = /** @type {Record<string,number|undefined>} */ ({ Home: 1, End: this.#limits.get(key)?.end })[event.key];
        if (by === undefined && end === undefined) return;
        event.preventDefault();
        this.#slide(key, (limit) => end ?? stepped(limit, Number(input.value) || 1, by));
      } });
    const error = el("p", { class: "error", role: "alert", id: `query-${key}-error`, testid: `${TEST_IDS[key]}-error` });
    const note = el("p", { class: "muted" });
    const row = el("div", { class: "parameter", hidden: true }, el("label", { for: input.id }, title), slider, input, error, note);
    this.#rows[key] = { row, input, slider, title, error, remark: note };
    return row;
  }

  /** @param {string} key @param {(limit:import("./limits.js").Limit)=>number} valueOf */
  #slide(key, valueOf) {
    const limit = this.#limits.get(key);
    if (limit) this.#rows[key].input.value = String(valueOf(limit));
    this.#changed();
  }

  #changed() {
    this.#tell();
    this.onChange();
  }
}
