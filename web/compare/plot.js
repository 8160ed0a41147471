import { count } from "../format.js";
import { withAlpha } from "../theme.js";

const MARGIN = Object.freeze({ left: 40, right: 16, top: 16, bottom: 22 });
/** Room that the words at a line's end want. */
const WORDS = 112;

/**
 * @typedef {object} Line
 * @property {import("./measure.js").Point[]} points the value holds until the next
 * @property {number} number 0 is a disc, 1 a square
 * @property {string} [end] words at its end
 * @property {import("./measure.js").Point|null} [now] where the clock stands on it
 * @property {boolean} [isScattered] marks, with a thin line from each to the next
 */

/**
 * Makes an element of a drawing.
 * @param {string} tag @param {Record<string,any>} attributes @param {...(Node|string)} children @returns {any}
 */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, String(value));
  }
  node.append(...children);
  return node;
}

/**
 * The mark of a rival: a disc or a square; dashed and red where it missed.
 * @param {number} number @param {number} x @param {number} y @param {number} size @param {Record<string,any>} attributes
 */
export function mark(number, x, y, size, attributes) {
  return number === 0 ? svg("circle", { cx: x, cy: y, r: size, ...attributes }) : svg("rect", { x: x - size * 0.9, y: y - size * 0.9, width: size * 1.8, height: size * 1.8, ...attributes });
}

/**
 * A few round numbers from 0 on.
 * @param {number} most @param {number} wanted
 */
export function ticks(most, wanted) {
  if (!(most > 0)) return [0];
  const rough = most / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = /** @type {number} */ ([1, 2, 5, 10].find((factor) => factor * power >= rough)) * power;
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, i) => i * step);
}

/**
 * Where values lie in a plot of a size.
 * @param {{width:number,height:number,mostX:number,leastY:number,mostY:number,turned?:boolean}} frame `turned`: the least is on top
 */
export function scales({ width, height, mostX, leastY, mostY, turned }) {
  const right = width - MARGIN.right;
  const bottom = height - MARGIN.bottom;
  const part = (/** @type {number} */ value) => (mostY > leastY ? (value - leastY) / (mostY - leastY) : 0.5);
  return {
    left: MARGIN.left, right, top: MARGIN.top, bottom,
    x: (/** @type {number} */ cost) => MARGIN.left + (right - MARGIN.left) * (mostX > 0 ? cost / mostX : 0),
    y: (/** @type {number} */ value) => MARGIN.top + (bottom - MARGIN.top) * (turned ? part(value) : 1 - part(value)),
  };
}

/**
 * The path of values that hold until the next.
 * @param {import("./measure.js").Point[]} points @param {ReturnType<typeof scales>} at
 */
export function stepPath(points, at) {
  const n = (/** @type {number} */ value) => value.toFixed(1);
  return points.map((point, i) => (i === 0 ? `M${n(at.x(point.cost))} ${n(at.y(point.value))}` : `H${n(at.x(point.cost))}V${n(at.y(point.value))}`)).join("");
}

/**
 * Draws lines against a cost.
 * @param {{width:number,height:number,theme:any,lines:Line[],mostX:number,leastY:number,mostY:number,turned?:boolean,
 *   rows:{value:number,text:string}[],hair?:number|null,title:string}} plot
 */
export function drawPlot(plot) {
  const { width, height, theme, lines, mostX, rows, hair } = plot;
  const at = scales(plot);
  const root = svg("svg", { class: "plot", width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": plot.title });
  for (const { value, text } of rows) {
    root.append(svg("line", { x1: at.left, x2: at.right, y1: at.y(value), y2: at.y(value), stroke: theme.line }),
      svg("text", { x: at.left - 8, y: at.y(value) + 3.5, "text-anchor": "end", fill: theme.muted }, text));
  }
  for (const cost of ticks(mostX, Math.max(2, Math.floor(width / 110)))) {
    root.append(svg("text", { x: at.x(cost), y: height - 6, "text-anchor": "middle", fill: theme.muted }, count(cost)));
  }
  if (hair !== null && hair !== undefined) root.append(svg("line", { x1: at.x(hair), x2: at.x(hair), y1: at.top - 8, y2: at.bottom, stroke: theme.text, "stroke-opacity": 0.7, "stroke-dasharray": "2 3" }));
  for (const { points, number, isScattered } of lines) {
    const color = theme.series[number];
    if (isScattered) {
      root.append(svg("path", { d: points.map((point, i) => `${i ? "L" : "M"}${at.x(point.cost)} ${at.y(point.value)}`).join(""), fill: "none", stroke: color, "stroke-opacity": 0.6 }));
      continue;
    }
    const d = stepPath(points, at);
    // Where both run together, A shows through the gaps of B.
    for (const [stroke, wide, dashes] of [[withAlpha(color, 0.16), 10, "none"], [color, 2.8, number === 0 ? "none" : "12 3"]]) {
      root.append(svg("path", { d, fill: "none", stroke, "stroke-width": wide, "stroke-linejoin": "round", "stroke-dasharray": dashes }));
    }
  }
  drawEnds(root, plot, at);
  return root;
}

/**
 * The marks of lines, and the words at their ends where they cover neither each other nor a line.
 * @param {any} root @param {{lines:Line[],theme:any}} plot @param {ReturnType<typeof scales>} at
 */
function drawEnds(root, { lines, theme }, at) {
  /** @type {{x:number,y:number}[]} */
  const taken = [];
  const ends = lines.map(({ points }) => (points.length ? at.x(points[points.length - 1].cost) : 0));
  /** @type {(x:number,y:number,own:number)=>boolean} */
  const isFree = (x, y, own) => x >= 0 && x + WORDS < at.right + 30 && taken.every((other) => Math.abs(other.x - x) > WORDS || Math.abs(other.y - y) > 14)
    && lines.every(({ points }, i) => (i === own && x > ends[own]) || [0, WORDS / 2, WORDS].every((dx) => !crosses(points, at, x + dx, y)));
  lines.forEach(({ points, number, end, now, isScattered }, own) => {
    const color = theme.series[number];
    const edge = { fill: color, stroke: theme.panel, "stroke-width": 1.5 };
    const last = points[points.length - 1];
    if (isScattered) return root.append(...points.map((point) => mark(number, at.x(point.cost), at.y(point.value), 4, edge)));
    if (!last) return;
    const [x, y] = [at.x(last.cost), at.y(last.value)];
    root.append(mark(number, x, y, 5.5, edge));
    if (now && now.cost < last.cost) root.append(mark(number, at.x(now.cost), at.y(now.value), 4.5, { ...edge, fill: theme.panel, stroke: color, "stroke-width": 2.4 }));
    if (!end) return;
    const places = [[x + 12, y], [x + 8, y - 13], [x - WORDS, y - 15], [x + 8, y + 16], [x - WORDS, y + 16], [x - WORDS, y + 32]];
    const [left, middle] = places.find(([px, py]) => isFree(px, py, own)) ?? places[2];
    taken.push({ x: left, y: middle });
    root.append(svg("text", { class: "end", x: left < x ? left + WORDS : left, y: middle + 4, "text-anchor": left < x ? "end" : "start", fill: theme.text, stroke: theme.panel, "stroke-width": 4, "paint-order": "stroke" }, end));
  });
}

/**
 * Whether a line runs through words about here.
 * @param {import("./measure.js").Point[]} points @param {ReturnType<typeof scales>} at @param {number} x @param {number} y
 */
function crosses(points, at, x, y) {
  const last = points[points.length - 1];
  if (!last || x > at.x(last.cost) + 4) return false;
  const here = points.findLast((/** @type {import("./measure.js").Point} */ point) => at.x(point.cost) <= x);
  return here !== undefined && Math.abs(at.y(here.value) - y) < 9;
}
