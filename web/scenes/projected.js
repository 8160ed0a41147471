import { withAlpha } from "../theme.js";
import { crosshair, disc, distanceText, note, ring, stroke } from "./marks.js";
import { resultView } from "./fine.js";
import { drawResultMarks } from "./result-marks.js";

/** The part of the disc that the projection takes up. */
const REACH = 0.94;
/** Rings have their distances beside them from this radius on, in pixels. */
const LEAST_WITH_TEXTS = 140;

/**
 * The vectors of the opened cells in a map of their own: how far they are from the query, and which of them are alike.
 * @param {CanvasRenderingContext2D} c
 * @param {Omit<import("./fine-layout.js").FineView,"layout">} view as for `drawFine`
 */
export function drawProjected(c, view) {
  const { theme, search, state } = view;
  const projection = search.projection;
  c.beginPath();
  c.arc(view.x, view.y, view.radius, 0, 7);
  c.fillStyle = withAlpha(theme.name === "dark" ? theme.depths[2] : theme.depths[0], 0.75);
  c.fill();
  stroke(c, theme.line2, 1.2);
  if (!projection) return note(c, "no projection of this search yet", view.x, view.y, theme);
  drawRings(c, view, projection.rings(search), theme);
  /** @param {number} node */
  const spot = (node) => {
    const i = projection.rows.get(node);
    return i === undefined ? null : projectedPlace(view, projection.x[i], projection.y[i]);
  };
  c.beginPath();
  for (const nodes of state.visited.values()) {
    for (const node of nodes) {
      const p = spot(node);
      if (!p) continue;
      c.moveTo(p.x + 2, p.y);
      c.arc(p.x, p.y, 2, 0, 7);
    }
  }
  c.fillStyle = theme.name === "dark" ? theme.candidate : theme.rejected;
  c.fill();
  drawResultMarks(c, resultView(view, state.results.slice(0, search.header.k).map((r) => spot(r.node))));
  const query = projectedPlace(view, projection.query.x, projection.query.y);
  disc(c, query.x, query.y, 13, withAlpha(theme.background2, 0.6));
  crosshair(c, query.x, query.y, 13, theme);
  const hovered = spot(view.hover?.node ?? -1);
  if (hovered) ring(c, hovered.x, hovered.y, 6, theme.text, theme, 1.8);
  projection.lines.forEach((line, i) => note(c, line, view.x, view.y + view.radius + 14 + 14 * i, theme));
}

/**
 * −1…1 of the projection, in CSS pixels.
 * @param {{x:number,y:number,radius:number}} view @param {number} x @param {number} y
 */
export function projectedPlace(view, x, y) {
  const reach = view.radius * REACH;
  return { x: view.x + x * reach, y: view.y + y * reach };
}

/**
 * Isobaths: what is farther from the query is drawn farther, though not in proportion, so each stands for one true distance.
 * @param {Theme} theme
 * @param {CanvasRenderingContext2D} c @param {{x:number,y:number,radius:number}} view
 * @param {{radius:number,distance:number}[]} rings in the units of the projection
 */
export function drawRings(c, view, rings, theme) {
  const texts = [];
  c.beginPath();
  for (const { radius, distance } of rings) {
    const share = radius * view.radius * REACH;
    c.moveTo(view.x + share, view.y);
    c.arc(view.x, view.y, share, 0, 7);
    if (Number.isFinite(distance)) texts.push([distanceText(distance), view.x, view.y - share]);
  }
  stroke(c, withAlpha(theme.candidate, 0.3), 0.8);
  // In a small picture they would hide the points.
  if (view.radius < LEAST_WITH_TEXTS) return;
  for (const [text, x, y] of /** @type {[string,number,number][]} */ (texts)) note(c, text, x, y, theme);
}
