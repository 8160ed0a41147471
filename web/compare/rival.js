import { decodeColumn } from "../columns.js";
import { SearchList } from "../search-list.js";
import { measurementOf } from "./measure.js";

/** A scan of cells says little at one cell: the page's own first value. */
const FIRST_CELLS = 6;

/**
 * The parameter that sets how thorough a search of an index is; null where there is none.
 * @param {any} summary @returns {"efSearch"|"nprobe"|"searchK"|null}
 */
export function effortOf(summary) {
  if (summary?.library === "annoy") return "searchK";
  return summary?.structure === "hnsw" ? "efSearch" : summary?.structure === "ivf" ? "nprobe" : null;
}

/**
 * The most that the parameter can be: the daemon's limit, and what the index has of it.
 * @param {any} summary @param {any} limits
 */
export function mostEffort(summary, limits) {
  const effort = effortOf(summary);
  if (effort === "nprobe") return Math.min(limits?.maxNprobe ?? Infinity, summary.nlist ?? Infinity);
  return Math.min((effort === "efSearch" ? limits?.maxEfSearch : limits?.maxSearchK) ?? Infinity, Math.max(1, summary?.count ?? 1));
}

/**
 * An index of the same vectors in another structure, or at least of as long ones.
 * @param {any} own summary @param {any[]} all @returns {any}
 */
export function siblingOf(own, all) {
  const others = all.filter((one) => one && one.name !== own?.name && one.searchable && one.dimension === own?.dimension && one.count === own.count);
  const alike = others.filter((one) => one.metric === own.metric);
  return alike.find((one) => one.structure !== own.structure) ?? alike[0] ?? others[0] ?? null;
}

/**
 * The vector that a search was asked with, where the daemon still has it.
 * @param {any} session @param {any} search @returns {Promise<number[]|null>}
 */
export async function vectorOf(session, search) {
  try {
    const { query } = await session.request("search.trace", { search: search.id });
    return query ? [...decodeColumn(query, "f32")] : null;
  } catch {
    return null;
  }
}

/** One of the two searches that are compared: what it is to be, and what came of it. */
export class Rival {
  /** @type {string|null} */
  index = null;
  /** @type {{k:string,efSearch:string,nprobe:string,searchK:string,filter:string}} What the fields say, as texts. */
  fields = { k: "", efSearch: "", nprobe: "", searchK: "", filter: "" };
  /** @type {string|null} A search that is kept by the daemon, which is looked at instead of a new one. */
  stored = null;
  /** @type {any} The search, with all its steps. */
  search = null;
  /** @type {Record<string,any>} The parameters that the search was asked for with. */
  asked = {};
  /** What is wrong with it. */
  message = "";
  isBusy = false;
  /** Rises with each run: an answer to an earlier one is not wanted any more. */
  turn = 0;

  /** @param {string} name A or B @param {number} number 0 or 1 */
  constructor(name, number) {
    this.name = name;
    this.number = number;
  }

  /**
   * Takes an index with its own first values.
   * @param {any} summary
   */
  use(summary) {
    const { defaults } = summary;
    this.index = summary.name;
    this.stored = null;
    this.fields = {
      k: String(defaults.k), efSearch: String(defaults.efSearch ?? ""), searchK: "", filter: "",
      nprobe: defaults.nprobe === undefined ? "" : String(Math.max(defaults.nprobe, Math.min(FIRST_CELLS, summary.nlist))),
    };
  }

  /**
   * Takes what a search was asked with.
   * @param {any} search
   */
  take({ index, header, started }) {
    this.index = index;
    this.stored = null;
    const text = (/** @type {number} */ number) => (number > 0 ? String(number) : "");
    this.fields = { k: text(header.k), efSearch: text(header.efSearch), nprobe: text(header.nprobe), searchK: text(header.searchK), filter: started.filter?.where ?? "" };
  }

  /** @param {Rival} other */
  copy(other) {
    this.index = other.index;
    this.stored = null;
    this.fields = { ...other.fields };
  }

  /** @param {any} summary of its index @returns {any} parameters of `search.run`, or what is wrong with a field */
  parameters(summary) {
    const out = /** @type {Record<string,any>} */ ({});
    for (const name of /** @type {const} */ (["k", effortOf(summary)])) {
      const text = name === null ? "" : this.fields[name].trim();
      if (name === null || text === "") continue;
      const value = Number(text);
      if (!Number.isInteger(value) || value < 1) return `${name} must be a whole number from 1.`;
      out[name] = value;
    }
    if (summary.columns?.length > 0 && this.fields.filter.trim() !== "") out.filter = this.fields.filter.trim();
    return out;
  }

  /**
   * Takes the answer to `search.trace`.
   * @param {any} answer
   */
  fill(answer) {
    this.search = new SearchList().fill(answer);
  }

  get measured() { return this.search ? measurementOf(this.search) : null; }

  /**
   * What it is, in a few words.
   * @param {any} summary
   */
  describe(summary) {
    const { search } = this;
    const effort = effortOf(summary);
    const value = effort && (search ? search.header[effort] || this.fields[effort] : this.fields[effort]);
    const k = search?.header.k ?? this.fields.k;
    const isOld = search && summary && search.revision !== summary.revision;
    return [this.index ?? "no index", effort && value ? `${effort} ${value}` : null, `k ${k}`, isOld ? `revision ${search.revision}` : null].filter(Boolean).join(" · ");
  }
}
