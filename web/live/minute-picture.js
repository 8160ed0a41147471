import { count } from "../format.js";
import { withAlpha } from "../theme.js";
import { SECONDS } from "./minute.js";
import { drawShape } from "./shapes.js";
import { stackOf } from "./stack.js";

/** Pixels round the bars: above for the words of marks, below for the time. */
const TOP = 18;
const BOTTOM = 18;
/** A piece of a bar that is at least so high has the shape of its source, in every fifth bar. */
const LEAST_FOR_SHAPE = 11;
const SHAPE_EVERY = 5;
/** Over so many seconds without a value the line goes on; after more it begins anew. */
const LONGEST_BRIDGE = 5;

/**
 * @typedef {object} Shown
 * @property {(import("./second.js").Second|null)[]} seconds
 * @property {{text:string,place:number}[]} marks the oldest first
 * @property {readonly (string|null)[]} slots sources by shape and colour
 * @property {string} line "recall" or "distances"
 * @property {number|null} at the second that is pointed at
 */
/** @typedef {{each:number,floor:number,width:number,theme:any}} Frame */

/**
 * Bars of searches by source, a line over them, and marks of what happened to the index.
 * @param {CanvasRenderingContext2D} c
 * @param {Shown} shown
 * @param {number} width
 * @param {number} height
 * @param {any} theme
 */
export function drawMinute(c, shown, width, height, theme) {
  const frame = { each: width / SECONDS, floor: height - BOTTOM, width, theme };
  drawBars(c, shown, frame);
  drawLine(c, shown, frame);
  drawMarks(c, shown, frame);
  drawAxis(c, frame);
}

/**
 * @param {CanvasRenderingContext2D} c
 * @param {Shown} shown
 * @param {Frame} frame
 */
function drawBars(c, { seconds, slots, at }, { each, floor, theme }) {
  const most = Math.max(1, ...seconds.map((second) => second?.count ?? 0));
  const unit = (floor - TOP - 14) / most;
  seconds.forEach((second, i) => {
    if (!second) return;
    let y = floor;
    const { bySlot, others } = stackOf(second, slots);
    [...bySlot, others].forEach((number, slot) => {
      const high = number * unit;
      if (high === 0) return;
      y -= high;
      const isOthers = slot === bySlot.length;
      c.fillStyle = withAlpha(isOthers ? theme.rejected : theme.series[slot], at === null || at === i ? 0.78 : 0.4);
      c.fillRect(i * each + 0.6, y + 0.5, each - 1.2, Math.max(0.5, high - 1));
      const hasShape = !isOthers && i % SHAPE_EVERY === 2 && high >= LEAST_FOR_SHAPE;
      if (hasShape) drawShape(c, slot, (i + 0.5) * each, y + high / 2, Math.min(3.4, each * 0.26), theme.background);
    });
  });
}

/**
 * What the line says of a second.
 * @param {import("./second.js").Second|null} second
 * @param {string} line
 * @returns {number} NaN where nothing is known
 */
function valueOf(second, line) {
  if (!second) return NaN;
  return line === "recall" ? second.recall / second.measured : second.distances / second.costed;
}

/**
 * Recall from 0 to 1, or the mean distances up to the most there were.
 * @param {CanvasRenderingContext2D} c
 * @param {Shown} shown
 * @param {Frame} frame
 */
function drawLine(c, { seconds, line }, { each, floor, theme }) {
  const values = seconds.map((second) => valueOf(second, line));
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return;
  const most = line === "recall" ? 1 : Math.max(1, ...known);
  let before = -Infinity;
  c.beginPath();
  values.forEach((value, i) => {
    if (Number.isNaN(value)) return;
    const [x, y] = [(i + 0.5) * each, floor - (value / most) * (floor - TOP)];
    if (i - before > LONGEST_BRIDGE) c.moveTo(x - 2, y);
    c.lineTo(x + (i - before > LONGEST_BRIDGE ? 2 : 0), y);
    before = i;
  });
  c.lineJoin = "round";
  for (const [color, wide] of /** @type {const} */ ([[withAlpha(theme.panel, 0.8), 5], [theme.result, 2.2]])) {
    c.strokeStyle = color;
    c.lineWidth = wide;
    c.stroke();
  }
  c.fillStyle = theme.muted;
  c.font = `10px ${theme.faces.mono}`;
  c.textAlign = "left";
  c.textBaseline = "top";
  c.fillText(line === "recall" ? "1.00" : count(Math.round(most)), 4, TOP - 14);
}

/**
 * @param {CanvasRenderingContext2D} c
 * @param {Shown} shown
 * @param {Frame} frame
 */
function drawMarks(c, { marks }, { floor, width, theme }) {
  c.font = `11px ${theme.faces.mono}`;
  c.textAlign = "left";
  c.textBaseline = "top";
  let free = Infinity;
  // The newest first: of words that would lie on one another, those of the newest are shown.
  for (const { place, text } of marks.slice().reverse()) {
    const x = Math.min(width - 1, place * width);
    c.setLineDash([4, 3]);
    c.strokeStyle = theme.missed;
    c.lineWidth = 1.4;
    c.beginPath();
    c.moveTo(x, 0);
    c.lineTo(x, floor);
    c.stroke();
    c.setLineDash([]);
    const wide = c.measureText(text).width;
    const left = x + 5 + wide > width ? x - 5 - wide : x + 5;
    if (left < 0 || left + wide > free) continue;
    free = Math.min(left, x) - 8;
    c.lineWidth = 3;
    c.strokeStyle = theme.panel;
    c.strokeText(text, left, 1);
    c.fillStyle = theme.missed;
    c.fillText(text, left, 1);
  }
}

/**
 * @param {CanvasRenderingContext2D} c
 * @param {Frame} frame
 */
function drawAxis(c, { floor, width, theme }) {
  c.fillStyle = theme.muted;
  c.font = `10.5px ${theme.faces.mono}`;
  c.textBaseline = "top";
  for (const [text, share, align] of /** @type {const} */ ([["−60 s", 0, "left"], ["−45", 0.25, "center"], ["−30", 0.5, "center"], ["−15", 0.75, "center"], ["now", 1, "right"]])) {
    c.textAlign = align;
    c.fillText(text, share * width, floor + 5);
  }
  c.fillStyle = theme.line2;
  c.fillRect(0, floor, width, 1);
}

/**
 * The numbers of a second, in words.
 * @param {Shown} shown
 * @param {number} at 0 … 59
 */
export function secondText({ seconds, marks, slots }, at) {
  const ago = SECONDS - 1 - at;
  const second = seconds[at];
  const parts = [ago === 0 ? "the last second" : `${ago} s before`, `${count(second?.count ?? 0)} ${second?.count === 1 ? "search" : "searches"}`];
  if (second) {
    const { bySlot, others } = stackOf(second, slots);
    slots.forEach((name, slot) => bySlot[slot] > 0 && parts.push(`${name} ${count(bySlot[slot])}`));
    if (others > 0) parts.push(`others ${count(others)}`);
    if (second.measured > 0) parts.push(`recall ${(second.recall / second.measured).toFixed(3)} of ${count(second.measured)}`);
    if (second.costed > 0) parts.push(`${count(Math.round(second.distances / second.costed))} distances`);
    if (second.failed > 0) parts.push(`${count(second.failed)} failed`);
  }
  return [...parts, ...marks.filter(({ place }) => Math.floor(place * SECONDS) === at).map(({ text }) => text)].join(" · ");
}
