import { el, fill } from "../dom.js";
import { sentence } from "../format.js";

/** @typedef {{key:string,text:string,title:string,isOn?:boolean,disabled?:string}} Choice */

/**
 * The choices that searches of an index have.
 * @param {any} summary @param {{available:boolean,obstacle?:string}|null} truth whether exact neighbours are to be had; null: not known yet
 * @returns {Choice[]}
 */
export function flagsOf({ library, structure }, truth) {
  const isFaissGraph = library === "faiss" && structure === "hnsw";
  return [
    { key: "exact", text: "exact recall", title: "The answer waits until it is compared with the exact one", disabled: truth?.available === false ? sentence(truth.obstacle ?? "there are no exact neighbours") : "" },
    ...(isFaissGraph ? [{ key: "bounded", text: "bounded queue", title: "Faiss's search_bounded_queue", isOn: truth === null },
      { key: "relative", text: "relative stop", title: "Faiss's check_relative_distance", isOn: truth === null }] : []),
  ];
}

/**
 * What is asked for. Faiss has its choices on: only another one is said.
 * @param {Flags} flags
 */
export function flagParameters(flags) {
  const on = flags.on();
  const off = ["bounded", "relative"].filter((key) => flags.has(key) && !on.includes(key));
  return { ...(on.includes("exact") ? { exact: true } : {}), ...Object.fromEntries(off.map((key) => [key, false])) };
}

/** Choices that are on or off. */
export class Flags {
  /** @type {Map<string,HTMLInputElement>} */
  #boxes = new Map();

  /** @param {()=>void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    this.element = el("div", { class: "flags" });
  }

  /** @param {Choice[]} choices */
  offer(choices) {
    const earlier = this.on();
    this.#boxes.clear();
    fill(this.element, ...choices.map(({ key, text, title, isOn, disabled }) => {
      const box = el("input", { type: "checkbox", testid: `query-${key}`, disabled: Boolean(disabled), onchange: () => this.onChange() });
      box.checked = !disabled && (isOn || earlier.includes(key));
      this.#boxes.set(key, box);
      return el("label", { class: "check", title: disabled || title }, box, text);
    }));
  }

  /** @returns {string[]} keys of those that are on */
  on() {
    return [...this.#boxes].filter(([, box]) => box.checked).map(([key]) => key);
  }

  /** @param {string[]} keys */
  restore(keys) {
    for (const [key, box] of this.#boxes) box.checked = keys.includes(key) && !box.disabled;
  }

  /** @param {string} key */
  has(key) {
    return this.#boxes.has(key);
  }
}
