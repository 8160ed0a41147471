import { el, fill } from "../dom.js";
import { count, duration } from "../format.js";
import { drawPlot } from "./plot.js";
import { effortOf } from "./rival.js";
import { recallText } from "./verdict.js";

const SIZE = Object.freeze({ width: 262, height: 128 });

/**
 * Cost against recall for a ladder of values of B, and a button for each.
 * @param {HTMLElement} host @param {import("./contest.js").Contest} contest
 */
export function ladderParts(host, contest) {
  const { ladder, app } = contest;
  const [a, b] = contest.rivals;
  const effort = effortOf(contest.summaryOf(b));
  const { values } = ladder;
  if (!effort || values.length < 2) return fill(host, el("p", { class: "muted", text: "B's index has no parameter to try several values of." }));
  ladder.keep();
  const { points, isBusy, message } = ladder;
  const most = Math.max(1, ...points.map((point) => point.distances), a.search?.counters?.distances ?? 0);
  const ends = (/** @type {import("./rival.js").Rival} */ rival) => (rival.search?.recall && !rival.search.recall.unavailable ? [{ cost: rival.search.counters?.distances ?? 0, value: rival.search.recall.share, cursor: 0 }] : []);
  const tried = points.map(({ distances, recall }) => ({ cost: distances, value: recall, cursor: 0 }));
  /** @param {import("./ladder.js").Rung} rung */
  const words = ({ value, distances, recall, microseconds }) => `${effort} ${value}: recall ${recallText(recall)}, ${count(distances)} distances, ${duration(microseconds)}`;
  fill(host,
    el("p", { class: "muted", text: `Cost against recall: B with other values of ${effort}` }),
    points.length > 0 && drawPlot({
      ...SIZE, theme: app.theme, mostX: most, leastY: 0, mostY: 1, rows: [0, 0.5, 1].map((value) => ({ value, text: recallText(value) })),
      lines: [{ points: tried, number: 1, isScattered: true }, { points: ends(a), number: 0, end: "A" }], title: `recall against distances computed for ${points.length} values of ${effort}`,
    }),
    el("div", { class: "rungs" },
      el("button", { type: "button", class: "rung try", testid: "ladder", disabled: isBusy, onclick: () => ladder.climb(), text: isBusy ? `trying ${values[points.length] ?? ""} …` : `Try ${effort} ${values[0]}…${count(values[values.length - 1])}` }),
      ...points.map((point) => el("button", {
        type: "button", class: "rung", testid: `rung-${point.value}`, "data-distances": point.distances, "data-recall": point.recall, title: `make this B. ${words(point)}`, "aria-label": `make B ${words(point)}`,
        "aria-pressed": String(String(point.value) === b.fields[effort]), text: point.value, onclick: () => ladder.choose(point.value),
      }))),
    message && el("p", { class: "error", text: message }));
}
