import { barredDot, crosshair, diamond, disc, evictedMark, heldMark, missedRing, numbered, ring, routeLine, vagueness } from "../scenes/marks.js";
import { el, fill } from "../dom.js";

const WIDTH = 22;
const HEIGHT = 18;
const MIDDLE = { x: WIDTH / 2, y: HEIGHT / 2 };

/**
 * What a mark means, the kinds of index or search that have it (null for all), and the drawing of the pictures themselves.
 * @type {[string,string|null,(c:Drawing,theme:Theme)=>void][]}
 */
const MARKS = [
  ["query", null, (c, theme) => crosshair(c, MIDDLE.x, MIDDLE.y, 6, theme)],
  ["the query is somewhere in here: so far apart are those that place it", null, (c, theme) => {
    c.beginPath();
    c.arc(MIDDLE.x, MIDDLE.y, 7.5, 0, 7);
    vagueness(c, theme);
  }],
  ["entry point", "hnsw", (c, theme) => diamond(c, MIDDLE.x, MIDDLE.y, 6, theme)],
  ["route taken; dashed where it drops a layer", "hnsw", (c, theme) => routeLine(c, [{ x: 3, y: MIDDLE.y }, { x: WIDTH - 3, y: MIDDLE.y }], theme, 2.4)],
  ["candidate, kept in the queue", "hnsw", (c, theme) => ring(c, MIDDLE.x, MIDDLE.y, 4.4, theme.candidate, theme)],
  ["centroid met on the walk through their graph, and the link that led to it", "walk", (c, theme) => {
    c.strokeStyle = theme.candidate;
    c.beginPath();
    c.moveTo(2, HEIGHT - 4);
    c.lineTo(MIDDLE.x + 4, MIDDLE.y - 2);
    c.stroke();
    disc(c, MIDDLE.x + 4, MIDDLE.y - 2, 3, theme.candidate, theme.outline);
  }],
  ["pushed out of a queue", "hnsw", (c, theme) => evictedMark(c, MIDDLE.x, MIDDLE.y, 3.4, theme)],
  ["among the nearest, beyond the k asked for", "hnsw", (c, theme) => heldMark(c, MIDDLE.x, MIDDLE.y, 4.2, theme)],
  ["cell opened, in this order", "ivf", (c, theme) => numbered(c, MIDDLE.x, MIDDLE.y, 7.5, 1, theme.route, theme.onRoute, theme)],
  ["measured, not kept", null, (c, theme) => disc(c, MIDDLE.x, MIDDLE.y, 2.6, theme.rejected)],
  ["met, but may not be a result: deleted or left out", null, (c, theme) => barredDot(c, MIDDLE.x, MIDDLE.y, 3.4, theme)],
  ["true neighbour that was missed", null, (c, theme) => missedRing(c, MIDDLE.x, MIDDLE.y, 5.5, theme)],
  ["result and its rank", null, (c, theme) => numbered(c, MIDDLE.x, MIDDLE.y, 7.5, 1, theme.result, theme.onResult, theme)],
];

/**
 * How to read the pictures.
 * @param {HTMLElement} host @param {any} app
 */
export function drawLegend(host, app) {
  const structure = app.store.summary?.structure;
  if (!structure) return fill(host);
  const walks = app.search?.header.stages?.some((/** @type {import("../replay/kinds.js").Stage} */ stage) => stage.nodes === "centroids" && (stage.efSearch ?? 0) > 0) ?? false;
  const rows = MARKS.filter(([, only]) => only === null || only === structure || (only === "walk" && walks));
  fill(host, el("h2", { text: "Reading the picture" }),
    el("ul", { class: "legend" }, ...rows.map(([text, , draw]) => el("li", {}, mark(draw, app.theme), text))));
}

/**
 * A mark on its own.
 * @param {Theme} theme
 * @param {(c:CanvasRenderingContext2D,theme:any)=>void} draw
 */
export function mark(draw, theme) {
  const canvas = el("canvas", { width: WIDTH * devicePixelRatio, height: HEIGHT * devicePixelRatio, "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  context.scale(devicePixelRatio, devicePixelRatio);
  draw(context, theme);
  return canvas;
}
