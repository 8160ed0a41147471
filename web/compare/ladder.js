import { effortOf, mostEffort } from "./rival.js";

/** Searches of one ladder. */
const MOST_RUNGS = 8;
const FIRST_EF = 8;
const FIRST_SEARCH_K = 64;

/**
 * The values that are tried: each twice the one before.
 * @param {any} summary @param {number} k @param {any} limits @returns {number[]} none where no parameter says how thorough a search is
 */
export function rungs(summary, k, limits) {
  const effort = effortOf(summary);
  if (effort === null) return [];
  const first = effort === "nprobe" ? 1 : Math.max(2 ** Math.ceil(Math.log2(Math.max(1, k))), effort === "efSearch" ? FIRST_EF : FIRST_SEARCH_K);
  const most = mostEffort(summary, limits);
  const out = [];
  for (let value = first; value < most && out.length < MOST_RUNGS; value *= 2) out.push(value);
  if (out.length < MOST_RUNGS) out.push(most);
  return out;
}

/** Cost against recall for a ladder of values, run on demand and one after the other. */
export class Ladder {
  /** @type {{value:number,distances:number,recall:number,microseconds:number}[]} */
  points = [];
  isBusy = false;
  message = "";
  /** What the points belong to. */
  key = "";
  #turn = 0;

  /** @param {{request:(method:string,params:object)=>Promise<any>,onChange:()=>void}} options */
  constructor({ request, onChange }) {
    this.request = request;
    this.onChange = onChange;
  }

  /** Of another query, index, k or filter the points mean nothing. @param {string} key */
  keep(key) {
    if (key === this.key) return;
    Object.assign(this, { key, points: [], isBusy: false, message: "" });
    this.#turn += 1;
  }

  /** @param {number[]} values @param {string} effort @param {object} search parameters of `search.run` but for the effort */
  async run(values, effort, search) {
    const turn = (this.#turn += 1);
    Object.assign(this, { points: [], isBusy: true, message: "" });
    this.onChange();
    try {
      for (const value of values) {
        const answer = await this.request("search.run", { ...search, [effort]: value, trace: "none", exact: true });
        if (turn !== this.#turn) return;
        if (typeof answer.recall?.recall !== "number") throw new Error(answer.recall?.unavailable ?? "the recall is not known");
        this.points.push({ value, distances: answer.counters.distances, recall: answer.recall.recall, microseconds: answer.microseconds });
        this.onChange();
      }
    } catch (error) {
      if (turn === this.#turn) this.message = /** @type {Error} */ (error).message;
    }
    if (turn !== this.#turn) return;
    this.isBusy = false;
    this.onChange();
  }
}
