import { el, fill } from "../dom.js";
import { count, plural } from "../format.js";

/**
 * The big figures, as texts: the number, what stands beside it small, and what it is.
 * @param {ReturnType<import("./minute.js").Minute["figures"]>} figures
 * @param {{animated:number,of:number}} shown
 * @returns {{id:string,value:string,unit:string,text:string}[]}
 */
export function figureTexts({ rate, ended, failed, measured, recall, k, distances, p95 }, { animated, of }) {
  /** @type {(value:number,text:(value:number)=>string)=>string} */
  const known = (value, text) => (Number.isNaN(value) ? "–" : text(value));
  const milliseconds = p95 >= 1000;
  return [
    { id: "rate", value: rate > 0 && rate < 10 ? rate.toFixed(1).replace(/\.0$/, "") : count(Math.round(rate)), unit: "/s", text: "searches" },
    {
      id: "recall", value: known(recall, (share) => share.toFixed(3)), unit: "",
      text: `mean recall${k === null ? "" : `@${k}`}${measured < ended ? `, ${count(measured)} of ${count(ended)} measured` : ""}`,
    },
    { id: "distances", value: known(distances, (mean) => count(Math.round(mean))), unit: "", text: "distances per search" },
    {
      id: "p95", value: known(p95, (time) => (milliseconds ? Number((time / 1000).toPrecision(2)).toString() : String(Number(time.toPrecision(2))))),
      unit: milliseconds ? "ms" : "µs", text: `p95 latency${failed ? `; ${count(failed)} failed` : ""}`,
    },
    { id: "animated", value: count(animated), unit: `of ${count(of)}`, text: of > animated ? "animated; the rest counted" : "animated" },
  ];
}

/**
 * The same in a sentence, for those who hear the page.
 * @param {ReturnType<import("./minute.js").Minute["figures"]>} figures
 */
export function spokenFigures({ rate, recall }) {
  const number = rate > 0 && rate < 1 ? "less than one search" : plural(Math.round(rate), "search", "searches");
  return `${number} a second${Number.isNaN(recall) ? "" : `, recall ${recall.toFixed(2)}`}`;
}

/** Figures of the last minute over the map. */
export class Figures {
  #texts = "";

  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
  }

  /** @param {ReturnType<typeof figureTexts>} texts */
  draw(texts) {
    const key = JSON.stringify(texts);
    if (key === this.#texts) return;
    this.#texts = key;
    fill(this.host, ...texts.map(({ id, value, unit, text }) =>
      el("div", { class: "live-figure", testid: `figure-${id}` }, el("b", { text: value }), unit && el("span", { text: ` ${unit}` }), el("small", { text }))));
  }
}
