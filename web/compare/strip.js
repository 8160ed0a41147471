import { el, pictureAddress } from "../dom.js";
import { count, distance } from "../format.js";
import { pictures } from "../pictures.js";
import { mark, svg } from "./plot.js";

/** True neighbours shown one by one. */
export const MOST_SHOWN = 24;

const WORDS = Object.freeze({ found: "found", missed: "missed", extra: "a result, but no true neighbour there", beyond: "farther than its k asks for", none: "no true neighbour there" });

/**
 * The fate of one neighbour in one search, as a mark.
 * @param {import("./verdict.js").Fate} fate @param {number} number @param {any} theme
 */
function fateMark(fate, number, theme) {
  const root = svg("svg", { class: "fate", width: 16, height: 16, "aria-hidden": "true" });
  if (fate === "found") root.append(mark(number, 8, 8, 4.5, { fill: theme.series[number] }));
  else if (fate === "missed") root.append(mark(0, 8, 8, 5.5, { fill: "none", stroke: theme.missed, "stroke-width": 1.8, "stroke-dasharray": "3 2.2" }));
  else if (fate === "extra") root.append(mark(number, 8, 8, 4.5, { fill: "none", stroke: theme.series[number], "stroke-width": 1.5 }));
  else root.append(svg("line", { x1: 5, x2: 11, y1: 8, y2: 8, stroke: theme.muted, "stroke-width": 1.5 }));
  return root;
}

/**
 * True neighbours in their order, with what each search made of them above and below.
 * @param {import("./contest.js").Contest} contest @param {import("./verdict.js").Neighbour[]} list
 * @param {string} title @param {any} items of the index that the list is of @param {boolean} hasMedia
 */
export function strip(contest, list, title, items, hasMedia) {
  const { theme } = contest.app;
  const point = (/** @type {any} */ label) => {
    if (contest.pointed === label) return;
    contest.pointed = label;
    contest.app.refresh();
  };
  const shown = list.slice(0, MOST_SHOWN).map((row) => {
    const item = items.label(row.label);
    const address = hasMedia ? pictureAddress(item?.media) : null;
    const fates = row.fates.map((fate, i) => `${"AB"[i]}: ${WORDS[fate]}`).join("; ");
    return el("li", { class: address ? "neighbour" : "neighbour bare", testid: `true-${row.rank}`, "data-label": row.label, "data-fates": row.fates.join(" ") },
      fateMark(row.fates[0], 0, theme),
      el("button", {
        type: "button", title: `${row.rank}. ${item?.caption ?? `id ${row.label}`} · ${distance(row.distance)}\n${fates}`, "aria-label": `true neighbour ${row.rank}, id ${row.label}, ${fates}`,
        onclick: () => contest.select(row.label), onmouseenter: () => point(row.label), onmouseleave: () => point(null), onfocus: () => point(row.label), onblur: () => point(null),
      }, pictures.element(address) ?? el("span", { text: row.label })),
      fateMark(row.fates[1], 1, theme));
  });
  const more = list.length > MOST_SHOWN ? ` The first ${MOST_SHOWN} of ${count(list.length)}; the table has ${list.length > MOST_ROWS ? `${MOST_ROWS}` : "all"}.` : "";
  return el("div", { class: "truth" }, el("p", { class: "muted", text: `${title}${more}` }), el("ol", { class: "truth-strip" }, ...shown));
}

/** Rows of the table of neighbours. */
const MOST_ROWS = 200;

/**
 * The same as a table.
 * @param {import("./verdict.js").Neighbour[]} list @param {string} title @param {any} items
 */
export function neighbourTable(list, title, items) {
  const rows = list.slice(0, MOST_ROWS).map((row) => el("tr", {}, el("td", { text: row.rank }), el("td", { text: row.label }), el("td", { class: "words", text: items.label(row.label)?.caption ?? "" }),
    el("td", { text: distance(row.distance) }), ...row.fates.map((fate) => el("td", { text: WORDS[fate] }))));
  return el("table", { testid: "neighbour-table" }, el("caption", { text: `${title}${list.length > MOST_ROWS ? ` The first ${MOST_ROWS} of ${count(list.length)}.` : ""}` }),
    el("thead", {}, el("tr", {}, ...["place", "id", "caption", "distance", "A", "B"].map((text) => el("th", { scope: "col", text })))), el("tbody", {}, ...rows));
}
