import { el, fill, show } from "../dom.js";
import { plural, sentence } from "../format.js";

/**
 * A column as a filter names it.
 * @param {string} column
 */
const quoted = (column) => (/^[\p{Alphabetic}_][\p{Alphabetic}0-9_]*$/u.test(column) ? column : `\`${column.replace(/[\\`]/g, "\\$&")}\``);

/** Which vectors may be results: a condition, and those that were chosen on the chart. */
export class FilterField {
  /**
   * Labels that are searched among.
   * @type {Label[]|null}
   */
  among = null;

  /** @param {()=>void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    this.input = el("input", { id: "query-filter", testid: "query-filter", autocomplete: "off", spellcheck: "false", maxlength: "4096", "aria-describedby": "filter-error", oninput: onChange });
    this.error = el("p", { class: "error", role: "alert", testid: "filter-error", id: "filter-error" });
    this.row = el("div", { class: "filter-row" }, this.input, this.error);
    this.title = el("label", { for: "query-filter", text: "filter" });
    this.amongRow = el("p", { class: "among", testid: "among", hidden: true });
    this.element = el("div", { class: "filter" }, this.title, this.row, this.amongRow);
  }

  /** @param {string[]} columns of the items; without any there is nothing to filter by */
  offer(columns) {
    show(this.row, columns.length > 0);
    show(this.title, columns.length > 0);
    show(this.element, columns.length > 0 || this.among !== null);
    this.input.title = `columns: ${[...columns, "label"].join(", ")}`;
  }

  /**
   * Gives an example.
   * @param {any} description of the index
   */
  suggest(description) {
    this.offer(description.columns);
    this.input.placeholder = "label < 100";
    const [column, values] = /** @type {[string,string[]][]} */ (Object.entries(description.columnValues ?? {})).find(([, values]) => values.length > 1) ?? [];
    if (column && values) this.input.placeholder = `${quoted(column)} = ${JSON.stringify(values[0])}`;
  }

  /**
   * Searches only among vectors that were chosen on the chart; null: among all again.
   * @param {Label[]|null} labels
   */
  searchAmong(labels) {
    this.among = labels;
    show(this.amongRow, labels !== null);
    show(this.element, labels !== null || !this.row.hidden);
    if (labels) fill(this.amongRow, `only among ${plural(labels.length, "vector")} chosen on the chart `, el("button", { type: "button", class: "small", testid: "search-all", text: "among all again", onclick: () => this.searchAmong(null) }));
    this.onChange();
  }

  /** @param {string} text what the daemon has against it */
  complain(text) {
    this.error.textContent = sentence(text);
    this.input.setAttribute("aria-invalid", String(text !== ""));
  }

  /** @returns {{filter?:string|{allow:Label[],where?:string}}} as a search asks for it */
  read() {
    const where = this.row.hidden ? "" : this.input.value.trim();
    if (this.among) return { filter: { allow: this.among, ...(where ? { where } : {}) } };
    return where ? { filter: where } : {};
  }
}
