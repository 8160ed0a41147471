import { cellPath } from "../scenes/map-layer.js";
import { drawCoarseWalk } from "../scenes/coarse.js";
import { barredDot, crosshair, missedRing, ring, routeLine, stroke, vagueness } from "../scenes/marks.js";
import { drawResultMarks } from "../scenes/result-marks.js";
import { withAlpha } from "../theme.js";

/** Candidates drawn as rings; more would cover the map. */
const MAX_RINGS = 400;
/** Nodes that may not be results, likewise. */
const MAX_BARRED = 2000;

/**
 * The search that is looked at, over the map.
 * @param {Drawing} c @param {any} scene the chart @param {Picture} state of its replay
 */
export function drawSearch(c, scene, state) {
  const { theme, map } = scene;
  const place = scene.placer();
  const point = (/** @type {number} */ node) => scene.pointOf(node);
  if (map.cells) {
    drawCoarseWalk(c, { map, theme, state, place });
    state.perCell.forEach((row) => {
      c.beginPath();
      cellPath(c, map.cells, row.cell, place);
      c.fillStyle = withAlpha(theme.route, row.cell === state.openCell ? 0.5 : 0.32);
      c.fill();
      stroke(c, theme.route, row.cell === state.openCell ? 2.4 : 1.5);
    });
  }
  c.fillStyle = theme.rejected;
  for (const nodes of state.visited.values()) {
    if (map.structure !== "hnsw" && nodes.size > 5000) continue;
    c.beginPath();
    for (const node of nodes) {
      const p = state.barred.has(node) ? null : point(node);
      if (p) c.rect(p.x - 1.6, p.y - 1.6, 3.2, 3.2);
    }
    c.fill();
  }
  if (state.barred.size <= MAX_BARRED) for (const node of state.barred) {
    const p = point(node);
    if (p) barredDot(c, p.x, p.y, 2.6, theme);
  }
  for (const candidate of state.candidates.slice(0, MAX_RINGS)) {
    const p = point(candidate.node);
    if (p) ring(c, p.x, p.y, 3.6, theme.candidate, theme, 1.3);
  }
  routeLine(c, state.route.map((step) => point(step.node)).filter((p) => p !== null), theme, 2.8);
  for (const { node } of scene.missed) {
    const p = point(node);
    if (p) missedRing(c, p.x, p.y, 7, theme);
  }
  scene.drawEntry(c, place);
  const spot = scene.search.place;
  const query = spot ? place(spot.x, spot.y) : null;
  if (query) {
    const { width, height } = scene.frame();
    c.beginPath();
    c.ellipse(query.x, query.y, spot.spread * width, spot.spread * height, 0, 0, 7);
    vagueness(c, theme);
  }
  const results = state.results.slice(0, scene.search.header.k);
  drawResultMarks(c, {
    theme, spots: results.map((r) => point(r.node)), image: (i) => scene.media(results[i].node), isOver: state.stopReason !== null,
    centre: query, radiusX: 130, radiusY: 105, width: 64, bounds: { x: 6, y: 6, width: scene.width - 12, height: scene.height - 30 },
  });
  if (query) crosshair(c, query.x, query.y, 12, theme);
}
