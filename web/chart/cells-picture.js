import { count } from "../format.js";
import { cellPath } from "../scenes/map-layer.js";
import { label, note, stroke } from "../scenes/marks.js";
import { mix, withAlpha } from "../theme.js";
import { extremes, mostOf, scaleSizes, shade } from "./cells.js";

/** @typedef {NonNullable<LayoutMap["cells"]>} Cells */
/** @typedef {{x:number,y:number,width:number,height:number}} Box by its middle */

/** Cells smaller than this on the screen have no room for numbers. */
const LEAST_PIXELS = 30;

/**
 * The shade of a cell by its size.
 * @param {Theme} theme @param {number} part
 */
const tint = (theme, part) => (theme.name === "dark" ? mix(theme.land, "#2f5a94", part) : mix(theme.background2, theme.depths[3], part));

/**
 * Cells, the darker the fuller; the smallest and the largest are named.
 * @param {Drawing} c @param {Cells} cells @param {Theme} theme @param {Place} place
 * @param {{width:number,height:number}} room where names may stand @returns {Box[]} what the names cover
 */
export function drawCells(c, cells, theme, place, room) {
  const most = mostOf(cells.size);
  for (let cell = 0; cell < cells.x.length; cell += 1) {
    c.beginPath();
    cellPath(c, cells, cell, place);
    c.fillStyle = tint(theme, shade(cells.size[cell], most));
    c.fill();
    stroke(c, withAlpha(theme.line2, 0.9), 0.8);
  }
  return drawExtremes(c, cells, theme, place, room);
}

/**
 * The sizes of cells, where there is room.
 * @param {Drawing} c @param {Cells} cells @param {Theme} theme @param {Place} place @param {number} size of the map on the screen @param {readonly Box[]} taken what stays free
 */
export function drawSizes(c, cells, theme, place, size, taken) {
  if (size / Math.sqrt(cells.x.length) < LEAST_PIXELS) return;
  const boxes = [...taken];
  for (let cell = 0; cell < cells.x.length; cell += 1) {
    const p = place(cells.x[cell], cells.y[cell]);
    if (boxes.some((box) => Math.abs(box.x - p.x) < box.width / 2 + 11 && Math.abs(box.y - p.y) < box.height / 2 + 5)) continue;
    boxes.push({ ...p, width: 22, height: 14 });
    note(c, String(cells.size[cell]), p.x, p.y, theme, "center", "transparent");
  }
}

/** @param {Drawing} c @param {Cells} cells @param {Theme} theme @param {Place} place @param {{width:number,height:number}} room @returns {Box[]} */
function drawExtremes(c, cells, theme, place, room) {
  const ends = extremes(cells.size);
  if (!ends || ends.smallest.size === ends.largest.size) return [];
  return /** @type {const} */ ([["largest", ends.largest], ["smallest", ends.smallest]]).map(([name, { cell, size }]) => {
    const middle = place(cells.x[cell], cells.y[cell]);
    const isInSight = middle.x > 0 && middle.y > 0 && middle.x < room.width && middle.y < room.height + 40;
    const p = isInSight ? { x: Math.max(54, Math.min(room.width - 54, middle.x)), y: Math.max(14, Math.min(room.height - 8, middle.y)) } : middle;
    c.beginPath();
    cellPath(c, cells, cell, place);
    stroke(c, theme.text, 1.4);
    label(c, `${name}: ${count(size)}`, p.x, p.y, theme, { font: `italic 600 12px ${theme.faces.text}`, align: "center" });
    return { ...p, width: 100, height: 16 };
  });
}

/**
 * What the shades mean.
 * @param {Drawing} c @param {Cells} cells @param {Theme} theme @param {number} x @param {number} y of its lower left corner
 */
export function drawScale(c, cells, theme, x, y) {
  const sizes = scaleSizes(mostOf(cells.size));
  const most = sizes.at(-1) ?? 0;
  const step = 34;
  const width = sizes.length * step + 112;
  c.beginPath();
  c.roundRect(x, y - 30, width, 30, 10);
  c.fillStyle = withAlpha(theme.background, 0.85);
  c.fill();
  sizes.forEach((size, i) => {
    const left = x + 8 + i * step;
    c.beginPath();
    c.rect(left, y - 24, step - 2, 8);
    c.fillStyle = tint(theme, shade(size, most));
    c.fill();
    stroke(c, theme.line2, 0.8);
    note(c, short(size), left + step / 2 - 1, y - 8, theme, "center", "transparent");
  });
  note(c, "vectors in a cell", x + 14 + sizes.length * step, y - 14, theme, "left", "transparent");
}

/**
 * A number in few letters.
 * @param {number} value
 */
const short = (value) => (value < 10_000 ? String(value) : value < 1e6 ? `${Math.round(value / 1000)}k` : `${(value / 1e6).toPrecision(2)}M`);
