import { withAlpha } from "../theme.js";
import { settleGrowth } from "../motion.js";
import { Kind } from "../replay/kinds.js";
import { crosshair, disc, distanceText, label, missedRing, stroke } from "./marks.js";
import { HUB, placeAt } from "./fine-layout.js";
import { drawHand, drawPoints, wedge } from "./fine-points.js";
import { drawResultMarks } from "./result-marks.js";

/** @typedef {import("./fine-layout.js").FineView} FineView */

const TAU = Math.PI * 2;

/**
 * @param {CanvasRenderingContext2D} c
 * @param {FineView} view
 */
export function drawFine(c, view) {
  drawSectors(c, view);
  // Without a distance there is no scale.
  if (view.layout.points.event.length > 0) drawRings(c, view);
  drawPoints(c, view);
  drawHand(c, view);
  drawRingTexts(c, view);
  drawResults(c, view);
  disc(c, view.x, view.y, view.radius * HUB * 0.8, view.theme.background2);
  crosshair(c, view.x, view.y, 13, view.theme);
}

/** @param {Drawing} c @param {FineView} view */
function drawSectors(c, view) {
  const { layout, theme, state } = view;
  const opened = state.perCell.length || (layout.points.event[0] < state.cursor ? 1 : 0);
  layout.sectors.forEach((sector, i) => {
    const lit = i < opened;
    const now = i === opened - 1 && !state.stopReason;
    wedge(c, view, sector.from, sector.to, HUB, 1);
    c.fillStyle = withAlpha(theme.route, now ? 0.17 : lit ? 0.09 : 0.025);
    c.fill();
    c.beginPath();
    c.arc(view.x, view.y, view.radius, sector.from - Math.PI / 2, sector.to - Math.PI / 2);
    stroke(c, lit ? theme.route : theme.line2, lit ? 3.2 : 1.4);
    const p = placeAt(view, (sector.from + sector.to) / 2, 1 + 15 / view.radius);
    const style = { font: `700 12px ${theme.faces.heading}`, align: /** @type {const} */ ("center"), color: lit ? theme.text : theme.faint };
    if (layout.sectors.length <= 40 || sector.order % 5 === 0) label(c, String(sector.order), p.x, p.y, theme, style);
  });
}

/** @param {Drawing} c @param {FineView} view */
function drawRings(c, view) {
  const { layout, theme, state, search } = view;
  const { near, far } = layout.range();
  c.strokeStyle = withAlpha(theme.muted, 0.4);
  c.lineWidth = 0.8;
  c.setLineDash([2, 4]);
  /** @type {[number,Point][]} */
  const texts = [];
  for (let i = 1; i <= 4; i += 1) {
    const value = near + ((far - near) * i) / 4;
    const share = layout.radius(value);
    if (i < 4) {
      c.beginPath();
      c.arc(view.x, view.y, view.radius * share, 0, TAU);
      c.stroke();
    }
    texts.push([value, placeAt(view, Math.PI * 1.06, share)]);
  }
  const worst = state.results[search.header.k - 1];
  if (worst) {
    c.setLineDash([8, 5]);
    c.strokeStyle = theme.result;
    c.lineWidth = 1.9;
    c.beginPath();
    c.arc(view.x, view.y, view.radius * layout.radius(worst.distance), 0, TAU);
    c.stroke();
  }
  c.setLineDash([]);
  view.ringTexts = texts;
}

/** @param {Drawing} c @param {FineView} view */
function drawResults(c, view) {
  const { layout, state } = view;
  const spots = state.results.slice(0, view.search.header.k).map((result) => {
    const point = layout.pointOf.get(result.node);
    return point === undefined ? null : placeAt(view, layout.angle(point), layout.radius(result.distance));
  });
  for (const { node } of view.missed) {
    const point = layout.pointOf.get(node);
    const p = point === undefined ? null : placeAt(view, layout.angle(point), layout.radius(layout.points.distance[point]));
    if (p) missedRing(c, p.x, p.y, 7, view.theme);
  }
  drawResultMarks(c, resultView(view, spots));
}

/**
 * How the marks of the results lie in a round view.
 * @param {Omit<FineView,"layout">} view @param {(Point|null)[]} spots
 */
export function resultView(view, spots) {
  const { theme, radius, bounds, state, media, age, search } = view;
  const ended = search.columns.kind[state.cursor - 1] === Kind.stop ? age(state.cursor - 1) : Infinity;
  const reach = radius * 0.74;
  const width = Math.max(40, Math.min(66, radius * 0.24));
  return { theme, spots, image: (/** @type {number} */ i) => media(state.results[i].node), centre: view, radiusX: reach, radiusY: reach, width, bounds, isOver: state.stopReason !== null, growth: (/** @type {number} */ i) => settleGrowth(ended, i) };
}

/** @param {Drawing} c @param {FineView} view */
function drawRingTexts(c, view) {
  const { theme } = view;
  for (const [value, p] of view.ringTexts) {
    c.font = `11px ${theme.faces.mono}`;
    const text = distanceText(value);
    const wide = c.measureText(text).width + 10;
    c.beginPath();
    c.roundRect(p.x - wide / 2, p.y - 8, wide, 16, 8);
    c.fillStyle = withAlpha(theme.background2, 0.85);
    c.fill();
    label(c, text, p.x, p.y + 0.5, theme, { font: c.font, color: theme.muted, align: "center", halo: "transparent" });
  }
}
