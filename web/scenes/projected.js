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
  const hovered = spot(view.hover?.node);
  if (hovered) ring(c, hovered.x, hovered.y, 6, theme.text, theme, 1.8);
  note(c, projectionText(projection), view.x, view.y + view.radius + 18, theme);
}

/** −1…1 of the projection, in CSS pixels. */
export function projectedPlace(view, x, y) {
  const reach = view.radius * 0.9;
  return { x: view.x + x * reach, y: view.y + y * reach };
}

/** How a projection was made, and what it keeps or distorts. */
export function projectionText({ method, explained, stress }) {
  if (method === "pca") return `projected (PCA), ${Math.round(explained * 100)} % of the variance`;
  return `a map of what this search measured${stress === undefined ? "" : `, stress ${stress.toFixed(2)}`}`;
}
