const KEY = "annscope-recent";
const MOST = 20;
/** A vector, or a choice of labels, whose JSON is longer is kept for as long as the page is, and no longer. */
const MOST_LIST = 65_536;

/**
 * A search that was asked for here: what it was for, and every field as it stood.
 * @typedef {{index:string,kind:"label"|"sentence"|"vector",text:string,label?:number|string,vector?:number[],isNormalised?:boolean,
 *   fields:Record<string,string>,filter:string,among?:Label[],amongTotal?:number,flags:string[]}} RecentSearch
 */

/** The latest searches of this tab, newest first, kept over a reload where the browser allows it. */
export class Recent {
  /** @type {RecentSearch[]} */
  all = [];

  /** @param {Storage|null} storage null: they live as long as the page */
  constructor(storage) {
    this.storage = storage;
    try {
      const kept = JSON.parse(storage?.getItem(KEY) ?? "[]");
      if (Array.isArray(kept)) this.all = kept.filter(isWhole).slice(0, MOST);
    } catch {
      // What an earlier version left behind, or storage that may not be read, is as good as none.
    }
  }

  /** @param {RecentSearch} search the same one moves up */
  add(search) {
    const name = nameOf(search);
    this.all = [search, ...this.all.filter((one) => nameOf(one) !== name)].slice(0, MOST);
    this.#keep();
  }

  clear() {
    this.all = [];
    this.#keep();
  }

  /** A full storage takes as many of the newest as it has room for. */
  #keep() {
    const fits = (/** @type {unknown[]|undefined} */ list) => (list && JSON.stringify(list).length > MOST_LIST ? undefined : list);
    const light = this.all.map((search) => ({ ...search, vector: fits(search.vector), among: fits(search.among) }));
    for (let many = light.length; many >= 0; many = many > 1 ? Math.floor(many / 2) : many - 1) {
      try {
        this.storage?.setItem(KEY, JSON.stringify(light.slice(0, many)));
        return;
      } catch {
        // Fewer may fit.
      }
    }
  }
}

/** @param {RecentSearch} search */
const nameOf = ({ index, kind, text, label, vector, isNormalised, fields, filter, among, flags }) =>
  JSON.stringify([index, kind, text, label ?? null, vector ?? null, isNormalised ?? false, fields, filter, among ?? null, flags]);

/** @param {any} search as the storage has it @returns {search is RecentSearch} */
function isWhole(search) {
  return typeof search?.index === "string" && ["label", "sentence", "vector"].includes(search.kind) && typeof search.text === "string" && typeof search.filter === "string"
    && typeof search.fields === "object" && search.fields !== null && Array.isArray(search.flags) && (search.vector === undefined || Array.isArray(search.vector)) && (search.among === undefined || Array.isArray(search.among));
}

/**
 * What a search was with, in a few signs.
 * @param {RecentSearch} search
 */
export function withText({ fields, filter, flags, isNormalised, amongTotal }) {
  const numbers = Object.entries(fields).filter(([, value]) => value !== "").map(([key, value]) => `${{ efSearch: "ef", searchK: "search_k" }[key] ?? key} ${value}`);
  return [...numbers, ...flags, isNormalised && "normalised", filter, amongTotal && `among ${amongTotal}`].filter(Boolean).join(" · ");
}

/** What the browser keeps for this tab; null where it keeps nothing, as in a sandboxed frame. */
export function tabStorage() {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}
