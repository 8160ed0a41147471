import { compareCodes } from "../codes.js";
import { el } from "../dom.js";
import { count, distance, plural } from "../format.js";

const WIDTH = 264;
const HEIGHT = 150;
const PAD = { left: 6, right: 6, top: 8, bottom: 8 };

/**
 * The plot as it was last made for a search.
 * @type {WeakMap<any,{key:string,recall:any,plot:HTMLElement|null}>}
 */
const made = new WeakMap();

/**
 * A small plot of the codes' distances against better ones, or why there is none.
 * @param {any} app @returns {HTMLElement|null}
 */
export function codesPlot(app) {
  const { search, description } = app;
  if (!search?.complete) return null;
  const key = `${search.length} ${app.isAtEnd()} ${description?.vectors?.exact}`;
  const known = made.get(search);
  if (known?.key === key && known.recall === search.recall) return known.plot;
  const plot = plotOf(app);
  made.set(search, { key, recall: search.recall, plot });
  return plot;
}

/** @param {any} app */
function plotOf(app) {
  const { search, description } = app;
  const compared = compareCodes(search, description?.vectors?.exact === false);
  if (!compared) return null;
  const title = el("p", { class: "muted stage-name", text: "Codes and true distances" });
  if ("unknown" in compared) return el("div", { testid: "codes" }, title, el("p", { class: "muted", text: compared.unknown }));
  const { points, total, against, k, kept } = compared;
  const left = total > points.length ? `, the first ${count(points.length)} of ${count(total)}` : "";
  return el("figure", { class: "codes", testid: "codes" }, title, draw(app, points),
    el("figcaption", { class: "muted", text: `${plural(total, "vector")}${left}: across the distance of the code, up ${against}. On the line both agree. ${kept} of the ${k} results were among the first ${k} by codes.` }));
}

/** @param {any} app @param {import("../codes.js").Comparison["points"]} points */
function draw(app, points) {
  const values = points.flatMap(({ code, exact }) => [code, exact]);
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  /** @param {number} value */
  const x = (value) => PAD.left + ((value - low) / span) * (WIDTH - PAD.left - PAD.right);
  /** @param {number} value */
  const y = (value) => HEIGHT - PAD.bottom - ((value - low) / span) * (HEIGHT - PAD.top - PAD.bottom);
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${points.length} vectors, from ${distance(low)} to ${distance(low + span)}` });
  svg.append(shape("path", { class: "agree", d: `M${x(low)} ${y(low)}L${x(low + span)} ${y(low + span)}` }));
  for (const { node, code, exact, is } of [...points].sort((a, b) => ORDER.indexOf(a.is) - ORDER.indexOf(b.is))) {
    const mark = shape("circle", { class: is, cx: x(code).toFixed(1), cy: y(exact).toFixed(1), r: is === "other" ? 2 : 3.6 });
    const text = shape("title", {});
    text.textContent = `${app.items.name(node)}: by code ${distance(code)}, ${distance(exact)} when ranked again or known`;
    mark.append(text);
    svg.append(mark);
  }
  return svg;
}

const ORDER = ["other", "missed", "result"];

/** @param {string} name @param {Record<string,string|number>} attributes */
function shape(name, attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  return node;
}
