import { count, mapProgress, qualityText } from "../format.js";
import { drawMapLayers } from "../render/plates.js";
import { drawMisplaced, linkLayer, nodeLayer, tileLayer } from "../scenes/map-layer.js";
import { note } from "../scenes/marks.js";
import { mix, withAlpha } from "../theme.js";
import { drawCells, drawScale, drawSizes } from "./cells-picture.js";
import { shownLayers } from "./layers.js";
import { drawLabels } from "./selection-picture.js";

/** What is written at the foot of the picture takes so much. */
export const FOOT_PIXELS = 34;
/** What lies over the picture at its right side. */
const BUTTONS = Object.freeze({ width: 46, height: 124 });

/** @typedef {import("../scenes/chart.js").ChartScene} Chart */

/**
 * The map with its layers or cells, and the names of its places; what seldom changes.
 * @param {Drawing} c @param {Chart} chart @returns {import("./cells-picture.js").Box[]} the names that are drawn
 */
export function drawMap(c, chart) {
  const { theme, map, width, height } = chart;
  const place = chart.placer();
  const frame = chart.frame();
  const room = { width, height: height - FOOT_PIXELS };
  c.fillStyle = theme.land;
  c.beginPath();
  c.roundRect(1, 1, width - 2, height - 2, 14);
  c.fill();
  c.save();
  c.clip();
  drawGraticule(c, chart);
  const taken = map.cells ? drawCells(c, map.cells, theme, place, room) : [];
  if (!map.cells) chart.drawDepths(c, chart.affine(), "land");
  drawMapLayers(c, map, layersInSight(chart, chart.affine()));
  chart.drawEntry(c, place);
  const entry = chart.pointOf(chart.index?.entryPoint);
  taken.push({ x: width - BUTTONS.width / 2, y: BUTTONS.height / 2, ...BUTTONS });
  if (entry) taken.push({ x: entry.x, y: entry.y + 8, width: 44, height: 40 });
  const labels = drawLabels(c, chart.chosen?.labels(map, chart.camera.scale) ?? [], theme, { place, room, taken });
  if (map.cells) drawSizes(c, map.cells, theme, place, frame.size, [...taken, ...labels]);
  if (chart.marksMisplaced) drawMisplaced(c, map, place, theme);
  c.restore();
  c.strokeStyle = theme.line2;
  c.lineWidth = 1;
  c.beginPath();
  c.roundRect(0.5, 0.5, width - 1, height - 1, 14);
  c.stroke();
  return labels;
}

/**
 * Nodes and links of the layers that are shown, the lowest first.
 * @param {Chart} chart @param {import("../scenes/map-layer.js").Affine} at @returns {import("../scenes/map-layer.js").Layer[]}
 */
function layersInSight({ theme, map, layers, index, camera: { scale }, tilesThere: tiles }, at) {
  const zoom = Math.min(1.6, scale ** 0.35);
  const top = layers.shown.length - 1;
  const drawn = [];
  for (const level of shownLayers(layers)) {
    const deep = top === 0 ? 0 : level / top;
    const links = crowding((map.links.get(level)?.from.length ?? 0) / scale);
    if (layers.linked[level]) drawn.push(linkLayer(level, at, { color: theme.link, alpha: (0.16 + 0.2 * deep) * links, width: 0.7 + 0.4 * deep }));
    if (level === 0) {
      const crowd = crowding(map.placed / scale ** 2 + tiles.reduce((/** @type {number} */ sum, /** @type {{node:Uint32Array}} */ { node }) => sum + node.length, 0));
      const base = { color: theme.node, alpha: 0.12 + 0.58 * crowd, radius: (0.5 + 1 * crowd) * zoom };
      drawn.push(nodeLayer(0, at, base));
      if (tiles.length) drawn.push(tileLayer(map, tiles, at, base));
      continue;
    }
    const thin = crowding((index?.levels?.[level] ?? 0) / scale ** 2);
    drawn.push(nodeLayer(level, at, { color: mix(theme.node, theme.text, deep * 0.7), alpha: 0.15 + 0.65 * thin, radius: (0.5 + (0.6 + 0.8 * level) * thin ** 1.5) * zoom }));
  }
  return drawn;
}

/** @param {Drawing} c @param {Chart} chart */
function drawGraticule(c, chart) {
  const { x, y, width: side } = chart.frame();
  const step = side / 10;
  c.strokeStyle = withAlpha(chart.theme.line2, 0.28);
  c.lineWidth = 0.6;
  c.beginPath();
  for (let gx = x % step; gx < chart.width; gx += step) {
    c.moveTo(gx, 0);
    c.lineTo(gx, chart.height);
  }
  for (let gy = y % step; gy < chart.height; gy += step) {
    c.moveTo(0, gy);
    c.lineTo(chart.width, gy);
  }
  c.stroke();
}

/**
 * What the picture shows, at its foot.
 * @param {Drawing} c @param {Chart} chart
 */
export function drawNotes(c, { map, theme, camera, width, height }) {
  if (map.cells) drawScale(c, map.cells, theme, 10, height - 10);
  else {
    const drawn = map.placed < map.total ? ` · ${count(map.placed)} drawn` : "";
    plate(c, `${count(map.total)} vectors${drawn} · zoom ${camera.scale.toFixed(1)}`, 10, height - 10, theme, 0);
  }
  plate(c, noteOf(map), width - 10, height - 10, theme, 1);
}

/**
 * A remark on a plate of its own.
 * @param {Drawing} c @param {string} text @param {number} x of its left side, or of its right one @param {number} y @param {Theme} theme @param {0|1} side
 */
function plate(c, text, x, y, theme, side) {
  c.font = `italic 11px ${theme.faces.text}`;
  const width = c.measureText(text).width + 20;
  c.beginPath();
  c.roundRect(x - side * width, y - 24, width, 24, 10);
  c.fillStyle = withAlpha(theme.background, 0.85);
  c.fill();
  note(c, text, x - side * width + 10, y - 12, theme, "left", "transparent");
}

/** 1 while the dots in sight have room, less the more there are. */
const crowding = (/** @type {number} */ dots) => Math.min(1, Math.sqrt(2500 / Math.max(1, dots)));

/**
 * What a map is, or how far it has got.
 * @param {LayoutMap} map
 */
function noteOf(map) {
  const progress = mapProgress(map);
  if (progress) return progress;
  if (map.quality) return `projected: ${qualityText(map.quality)}`;
  return map.structure === "hnsw" ? "projected: positions only resemble distances" : "projected";
}
