import { sentence } from "../format.js";
import { effortOf, mostEffort } from "./rival.js";

/** @typedef {{value:number,distances:number,recall:number,microseconds:number}} Rung */

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

/** Cost against recall of B with a ladder of values, run on demand and one after the other. */
export class Ladder {
  /** @type {Rung[]} */
  points = [];
  isBusy = false;
  message = "";
  #key = "";
  #turn = 0;

  /** @param {import("./contest.js").Contest} contest */
  constructor(contest) {
    this.contest = contest;
  }

  get #rival() { return this.contest.rivals[1]; }

  /** The values that would be tried now. */
  get values() {
    const summary = this.contest.summaryOf(this.#rival);
    return summary?.searchable ? rungs(summary, Number(this.#rival.fields.k) || 1, this.contest.app.connection.hello?.limits) : [];
  }

  /** Of another query, index, k or filter the points mean nothing. */
  keep() {
    const { contest } = this;
    const { index, fields } = this.#rival;
    const key = JSON.stringify([contest.query, index, contest.summaryOf(this.#rival)?.revision, fields.k, fields.filter]);
    if (key === this.#key) return;
    this.#key = key;
    Object.assign(this, { points: [], isBusy: false, message: "" });
    this.#turn += 1;
  }

  async climb() {
    this.keep();
    const { contest, values } = this;
    const rival = this.#rival;
    const summary = contest.summaryOf(rival);
    const effort = effortOf(summary);
    const parameters = rival.parameters(summary ?? {});
    const problem = contest.obstacleTo(rival) || (typeof parameters === "string" ? parameters : "");
    const turn = (this.#turn += 1);
    Object.assign(this, { points: [], isBusy: problem === "" && effort !== null, message: problem });
    contest.changed();
    if (!this.isBusy) return;
    try {
      for (const value of values) {
        const answer = await contest.search(rival.index, { ...parameters, [/** @type {string} */ (effort)]: value, trace: "none" });
        if (turn !== this.#turn) return;
        if (typeof answer.recall?.recall !== "number") throw new Error(answer.recall?.unavailable ?? "the recall is not known");
        this.points.push({ value, distances: answer.counters.distances, recall: answer.recall.recall, microseconds: answer.microseconds });
        contest.changed();
      }
    } catch (error) {
      if (turn === this.#turn) this.message = sentence(/** @type {Error} */ (error).message);
    }
    if (turn !== this.#turn) return;
    this.isBusy = false;
    contest.changed();
  }

  /**
   * Makes B what a point is.
   * @param {number} value
   */
  choose(value) {
    const rival = this.#rival;
    const effort = effortOf(this.contest.summaryOf(rival));
    if (!effort) return;
    rival.stored = null;
    rival.fields[effort] = String(value);
    this.contest.run(rival);
  }
}
