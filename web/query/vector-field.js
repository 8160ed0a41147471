import { el, fill, show } from "../dom.js";
import { count, distance } from "../format.js";
import { faultOf, norm, normalised, readVectors } from "./vector.js";

/** A picture, or what else is no vector. */
const NO_VECTOR = "Vectors are searched for, and this page makes none of pictures or texts: drop a .npy or JSON file with the vector.";

/** A vector that was pasted, or is in a file of which a row is chosen. */
export class VectorField {
  /**
   * The rows that there are to choose from, and where they come from.
   * @type {{name:string|null,type:string,rows:number,row:(number:number)=>Promise<number[]>}|null}
   */
  #source = null;
  /**
   * The chosen row, as it is in the source.
   * @type {number[]|null}
   */
  #vector = null;
  #fault = "";
  /** Grows with every row that is chosen: only the last one counts. */
  #choice = 0;
  #index = { name: "", dimension: 0 };

  /** @param {{onUse:()=>void,onReady:(isOnly:boolean)=>void,onFault:(text:string)=>void}} options
   *   `onReady`: a row was read from a file; `isOnly`: there was no choice. `onFault` says what is wrong with a file, or that nothing is any more */
  constructor(options) {
    this.options = options;
    this.text = el("textarea", { id: "query-vector", testid: "query-vector", placeholder: "paste, drop .npy", spellcheck: "false", rows: 1, title: "Paste numbers or JSON, or drop a .npy or JSON file here or onto the picture",
      onclick: options.onUse, oninput: () => { options.onUse(); this.#readText(); } });
    this.name = el("span", { class: "name", testid: "vector-file" });
    this.row = el("input", { testid: "vector-row", inputmode: "numeric", value: "0", "aria-label": "Row of the file", oninput: () => this.#choose() });
    this.rowLabel = el("label", {}, "row", this.row);
    this.file = el("div", { class: "file", hidden: true }, this.name, this.rowLabel,
      el("button", { type: "button", class: "small", testid: "vector-close", text: "×", title: "Put the file away", "aria-label": "Put the file away", onclick: () => this.clear() }));
    this.element = el("div", { class: "vector" }, this.text, this.file);
    this.figures = el("span", { class: "muted", testid: "vector-norm" });
    this.toggle = el("button", { type: "button", class: "small", testid: "normalise", "aria-pressed": "false", text: "normalise", title: "Search for it at length 1", onclick: () => this.#turn() });
    this.line = el("div", { class: "line" }, this.figures, this.toggle);
  }

  get isNormalised() { return this.toggle.getAttribute("aria-pressed") === "true"; }
  /** What the file or text is called in lists. */
  get title() { return this.#source?.name ? `${this.#source.name}${this.#source.rows > 1 ? `, row ${this.row.value}` : ""}` : "a vector"; }

  /** @param {{name:string,dimension:number}} index */
  use(index) {
    this.#index = index;
    this.#tell();
  }

  /** @returns {number[]|string} what is searched for, or what is wrong */
  read() {
    if (this.#fault) return this.#fault;
    if (this.#source === null && !this.text.value.trim()) return "Paste a vector, such as [0.1, 0.2], or drop a .npy or JSON file.";
    if (this.#vector === null) return "The row is still being read.";
    const fault = faultOf(this.#vector, this.#index);
    if (fault) return fault;
    return this.isNormalised && norm(this.#vector) > 0 ? normalised(this.#vector) : this.#vector;
  }

  /** The row as it is in the source, and whether it is searched for at length 1. */
  get raw() { return this.#vector; }

  /** @param {number[]} vector @param {boolean} isNormalised */
  restore(vector, isNormalised) {
    this.clear();
    this.text.value = JSON.stringify(vector);
    this.toggle.setAttribute("aria-pressed", String(isNormalised));
    this.#readText();
  }

  clear() {
    this.text.value = "";
    this.toggle.setAttribute("aria-pressed", "false");
    this.#readText();
  }

  /** @param {File} file of NumPy or JSON; what is wrong with it is told when the vector is read */
  async open(file) {
    this.options.onUse();
    this.toggle.setAttribute("aria-pressed", "false");
    try {
      if (/^image\//.test(file.type)) throw new Error(NO_VECTOR);
      const isNpy = /\.npy$/i.test(file.name) || !/json|text/.test(file.type || "json");
      if (isNpy) {
        const { openNpy } = await import("./npy.js");
        const { type, rows, columns, row } = await openNpy(file);
        if (columns !== this.#index.dimension) throw new Error(`Its vectors have ${columns} components, those of "${this.#index.name}" have ${this.#index.dimension}.${rows === this.#index.dimension ? " Its columns would fit: save array.T." : ""}`);
        this.#source = { name: file.name, type, rows, row };
      } else {
        const found = readVectors(await file.text());
        this.#source = { name: file.name, type: "JSON", rows: found.length, row: async (number) => found[number] };
      }
      this.row.value = "0";
      await this.#choose();
      if (this.#fault === "") this.options.onReady(this.#source.rows === 1);
    } catch (error) {
      this.#source = null;
      this.#vector = null;
      this.#fault = `${file.name}: ${/** @type {Error} */ (error).message}`;
      this.#tell();
      this.options.onFault(this.#fault);
    }
  }

  #readText() {
    this.#source = null;
    this.#vector = null;
    this.#fault = "";
    this.#choice += 1;
    if (this.text.value.trim()) {
      try {
        const rows = readVectors(this.text.value);
        this.#vector = rows[0];
        if (rows.length > 1) {
          this.#source = { name: null, type: "JSON", rows: rows.length, row: async (number) => rows[number] };
          this.row.value = "0";
        }
      } catch (error) {
        this.#fault = /** @type {Error} */ (error).message;
      }
    }
    this.#tell();
  }

  async #choose() {
    const source = this.#source;
    const choice = (this.#choice += 1);
    if (!source) return;
    const text = this.row.value.trim();
    this.#vector = null;
    this.#fault = /^\d+$/.test(text) && Number(text) < source.rows ? "" : `The row must be a whole number from 0 to ${count(source.rows - 1)}.`;
    try {
      const vector = this.#fault ? null : await source.row(Number(text));
      if (choice !== this.#choice) return;
      this.#vector = vector;
    } catch (error) {
      if (choice === this.#choice) this.#fault = /** @type {Error} */ (error).message;
    }
    this.#tell();
    this.options.onFault(this.#fault);
  }

  #turn() {
    this.toggle.setAttribute("aria-pressed", String(!this.isNormalised));
    this.#tell();
  }

  #tell() {
    const source = this.#source;
    show(this.text, !source?.name);
    show(this.file, source !== null);
    show(this.rowLabel, (source?.rows ?? 0) > 1);
    fill(this.name, source ? `${source.name ?? "pasted"} · ${source.type}${source.rows > 1 ? ` · ${count(source.rows)} rows` : ""}` : "");
    this.name.title = this.name.textContent;
    const length = this.#vector ? norm(this.#vector) : NaN;
    show(this.line, this.#vector !== null);
    this.toggle.disabled = !(length > 0 && Number.isFinite(length));
    if (this.#vector) this.figures.textContent = `${count(this.#vector.length)} numbers · norm ${distance(length)}${length === 0 ? ": no direction" : this.isNormalised ? " → 1" : ""}`;
  }
}
