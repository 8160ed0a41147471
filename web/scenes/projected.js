import { withAlpha } from "../theme.js";
import { crosshair, disc, note, ring, stroke } from "./marks.js";
import { resultView } from "./fine.js";
import { drawResultMarks } from "./result-marks.js";

/**
 * The vectors of the opened cells in their own projection: neighbourhood, not distance.
 * @param {CanvasRenderingContext2D} c
 * @param {any} view as for `drawFine`, without a layout
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
  const read = new Set();
  for (const nodes of state.visited.values()) for (const node of nodes) read.add(node);
  /** @type {Map<number,{x:number,y:number}>} */
  const spots = new Map();
  c.beginPath();
  for (let i = 0; i < projection.node.length; i += 1) {
    const p = projectedPlace(view, projection.x[i], projection.y[i]);
    spots.set(projection.node[i], p);
    if (!read.has(projection.node[i])) continue;
    c.moveTo(p.x + 2, p.y);
    c.arc(p.x, p.y, 2, 0, 7);
  }
  c.fillStyle = theme.name === "dark" ? theme.candidate : theme.rejected;
  c.fill();
  drawResultMarks(c, resultView(view, state.results.slice(0, search.header.k).map((r) => spots.get(r.node) ?? null)));
  const query = projectedPlace(view, projection.query.x, projection.query.y);
  disc(c, query.x, query.y, 13, withAlpha(theme.background2, 0.6));
  crosshair(c, query.x, query.y, 13, theme);
  const hovered = spots.get(view.hover?.node);
  if (hovered) ring(c, hovered.x, hovered.y, 6, theme.text, theme, 1.8);
  const kept = projection.explained === undefined ? "" : `, ${Math.round(projection.explained * 100)} % of the variance`;
  note(c, `projected (PCA)${kept}`, view.x, view.y + view.radius + 18, theme);
}

/** −1…1 of the projection, in CSS pixels. */
export function projectedPlace(view, x, y) {
  const reach = view.radius * 0.9;
  return { x: view.x + x * reach, y: view.y + y * reach };
}
