import { withAlpha } from "../theme.js";
import { distanceText, note, stroke } from "./marks.js";

/** Radii of the rings round the query, in parts of the map's side. */
export const ISOBATHS = Object.freeze([0.09, 0.18, 0.3, 0.45]);
/** Pixels of a sheet's near edge. */
const NARROW = 380;
/** So many measured nodes near a ring give it a sounding. */
const LEAST_SOUNDED = 3;

/**
 * How far from the query those are that are drawn near each ring: the median of what was measured there, as a projected ring stands
 * for no distance of its own.
 * @param {readonly number[]} radii @param {{radius:number,distance:number}[]} measured
 * @returns {(number|null)[]} null where too few were measured
 */
export function ringSoundings(radii, measured) {
  return radii.map((ring) => {
    const near = measured.filter(({ radius }) => radius > ring * 0.8 && radius < ring * 1.2).map(({ distance }) => distance).sort((a, b) => a - b);
    return near.length < LEAST_SOUNDED ? null : near[near.length >> 1];
  });
}

/**
 * Rings round the query on one sheet.
 * @param {CanvasRenderingContext2D} c @param {any} sheets @param {number} layer @param {{x:number,y:number}} centre @param {any} theme
 */
export function drawIsobaths(c, sheets, layer, centre, theme) {
  c.save();
  c.beginPath();
  sheets.outline(c, layer);
  c.clip();
  ISOBATHS.forEach((radius, i) => {
    c.beginPath();
    sheets.circle(c, layer, centre.x, centre.y, radius);
    c.fillStyle = withAlpha(theme.candidate, theme.name === "dark" ? 0.04 : 0.05);
    c.fill();
    c.setLineDash(i % 2 ? [5, 4] : []);
    stroke(c, withAlpha(theme.candidate, 0.32), 0.9);
    c.setLineDash([]);
  });
  c.restore();
}

/**
 * The soundings of the rings of the lowest sheet, and what they are.
 * @param {Drawing} c @param {import("./sheets.js").Sheets} sheets @param {Point} centre @param {Theme} theme
 * @param {(number|null)[]} soundings
 */
export function drawSoundings(c, sheets, centre, soundings, theme) {
  // To the side on which more of the sheet is.
  const side = centre.x < 0.55 ? 1 : -1;
  soundings.forEach((value, i) => {
    const x = centre.x + side * ISOBATHS[i];
    if (value === null || x < 0.02 || x > 0.98) return;
    const p = sheets.place(0, x, centre.y);
    note(c, distanceText(value), p.x, p.y, theme);
  });
  const corner = sheets.place(0, 1, 1);
  // On a narrow sheet the long words would run into the lens.
  const isLong = corner.x - sheets.place(0, 0, 1).x > NARROW && soundings.some((value) => value !== null);
  note(c, isLong ? "rings are projected; numbers: the median measured near each" : "rings are projected", corner.x, corner.y + 14, theme, "right");
}
