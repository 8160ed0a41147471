import { plural } from "../format.js";
import { mix, withAlpha } from "../theme.js";
import { drawMapLayers } from "../render/plates.js";
import { drawMisplaced, linkLayer, nodeLayer } from "./map-layer.js";
import { label, stroke } from "./marks.js";

/**
 * The shade of a sheet by its depth, 0 the uppermost to 1.
 * @param {any} theme @param {number} depth
 */
export function shadeAt({ depths }, depth) {
  const at = depth * (depths.length - 1);
  const above = Math.min(depths.length - 1, Math.floor(at));
  return mix(depths[above], depths[Math.min(depths.length - 1, above + 1)], at - above);
}

/**
 * All of one layer that no search changes: its sheet, nodes, links and name.
 * @param {CanvasRenderingContext2D} c
 * @param {{map:any,theme:any,sheets:import("./sheets.js").Sheets,layer:number,isActive:boolean,nodes:number,drawGround:(at:import("../render/raster.js").Affine)=>unknown,
 *   zoom:number,marksMisplaced:boolean}} view `nodes` of the layer
 */
export function drawSheet(c, view) {
  const { map, theme, sheets, layer, isActive, nodes, zoom } = view;
  const isDark = theme.name === "dark";
  const depth = sheets.count > 1 ? (sheets.count - 1 - layer) / (sheets.count - 1) : 0;
  const shade = shadeAt(theme, depth);
  const at = sheets.affine(layer);
  const outline = () => {
    c.beginPath();
    sheets.outline(c, layer);
  };
  c.save();
  outline();
  c.shadowColor = theme.shadow;
  c.shadowBlur = 26;
  c.shadowOffsetY = 14;
  const back = sheets.place(layer, 0.15, 0);
  const front = sheets.place(layer, 0.85, 1);
  const tint = c.createLinearGradient(back.x, back.y, front.x, front.y);
  tint.addColorStop(0, withAlpha(mix(shade, isDark ? theme.link : "#ffffff", isDark ? 0.14 - 0.06 * depth : 0.3), 0.9));
  tint.addColorStop(0.55, withAlpha(shade, 0.88));
  tint.addColorStop(1, withAlpha(mix(shade, isDark ? theme.background : theme.node, isDark ? 0.3 : 0.1), 0.92));
  c.fillStyle = tint;
  c.fill();
  c.restore();
  c.save();
  outline();
  c.clip();
  if (isActive) {
    c.fillStyle = withAlpha(theme.candidate, 0.06);
    c.fill();
  }
  drawGraticule(c, sheets, layer, theme);
  view.drawGround(at);
  const crowd = Math.min(1, Math.sqrt(300 / Math.max(1, nodes)));
  const dim = 1 - 0.25 * depth;
  drawMapLayers(c, map, [
    linkLayer(layer, at, { color: theme.link, alpha: (layer === 0 ? 0.07 : 0.12 + 0.2 * crowd) * dim, width: 0.6 + 0.3 * crowd }),
    nodeLayer(layer, at, { color: theme.node, alpha: (0.3 + 0.6 * Math.sqrt(crowd)) * dim, radius: (0.75 + 1.4 * crowd) * Math.sqrt(zoom) }),
  ]);
  if (layer === 0 && view.marksMisplaced) drawMisplaced(c, map, (/** @type {number} */ x, /** @type {number} */ y) => sheets.place(layer, x, y), theme);
  c.restore();
  outline();
  stroke(c, isActive ? theme.candidate : isDark ? withAlpha(theme.link, 0.5 - 0.15 * depth) : theme.line2, isActive ? 1.6 : 1);
  drawName(c, view);
}

/** @param {Drawing} c @param {import("./sheets.js").Sheets} sheets @param {number} layer @param {Theme} theme */
function drawGraticule(c, sheets, layer, theme) {
  c.strokeStyle = withAlpha(theme.link, 0.1);
  c.lineWidth = 0.7;
  c.beginPath();
  for (let i = 1; i < 8; i += 1) {
    for (const [x0, y0, x1, y1] of [[i / 8, 0, i / 8, 1], [0, i / 8, 1, i / 8]]) {
      const a = sheets.place(layer, x0, y0);
      const b = sheets.place(layer, x1, y1);
      c.moveTo(a.x, a.y);
      c.lineTo(b.x, b.y);
    }
  }
  c.stroke();
}

/** @param {Drawing} c @param {{map:LayoutMap, theme:Theme, sheets:import("./sheets.js").Sheets, layer:number, isActive:boolean, nodes:number}} view */
function drawName(c, { map, theme, sheets, layer, isActive, nodes }) {
  const corner = sheets.place(layer, 0, 1);
  c.strokeStyle = withAlpha(theme.muted, 0.7);
  c.lineWidth = 1;
  c.beginPath();
  for (let i = 0; i <= 20; i += 1) {
    const p = sheets.place(layer, i / 20, 1);
    c.moveTo(p.x, p.y);
    c.lineTo(p.x - (i % 5 ? 2 : 5), p.y + (i % 5 ? 3 : 7));
  }
  c.stroke();
  const halo = withAlpha(theme.background, 0.85);
  const name = sheets.count > 1 || map.levels > 1 ? `layer ${layer}` : "the graph";
  const bold = `700 13px ${theme.faces.heading}`;
  label(c, name, corner.x - 6, corner.y + 19, theme, { font: bold, color: isActive ? theme.routeText : theme.text, halo });
  c.font = bold;
  const text = plural(nodes, "node");
  label(c, text, corner.x + c.measureText(name).width + 4, corner.y + 19, theme, { font: `12px ${theme.faces.mono}`, color: theme.muted, halo });
}
