import { cellPath } from "../scenes/map-layer.js";
import { disc, dropLine, label, ring, routeLine, stroke } from "../scenes/marks.js";
import { withAlpha } from "../theme.js";
import { placeLabels } from "./labels.js";
import { neighbourPicture, routePicture } from "./route.js";

/** Labels in the picture at once. */
const MOST_LABELS = 24;
const LABEL_PIXELS = 13;
const DROP_PIXELS = 21;

/**
 * The selected node: its links with the nodes at their ends, the shortest route to it, and a mark of its own: a square within a ring.
 * @param {Drawing} c @param {import("./selection.js").Selection} selection @param {Theme} theme @param {import("./route.js").PlaceOf} pointOf
 */
export function drawSelection(c, { node, answer, route }, theme, pointOf) {
  if (node === null) return;
  const at = pointOf(node);
  const near = at && answer ? neighbourPicture(answer, pointOf) : [];
  for (const one of near) {
    c.beginPath();
    c.moveTo(/** @type {any} */ (at).x, /** @type {any} */ (at).y);
    c.lineTo(one.at.x, one.at.y);
    stroke(c, withAlpha(theme.outline, 0.5), 2.6 + one.layer);
    stroke(c, withAlpha(theme.text, 0.75), 1 + 0.6 * one.layer);
  }
  for (const one of near) square(c, one.at, 2.6 + 0.8 * one.layer, theme);
  if (route) {
    const { lines, drops } = routePicture(route, pointOf);
    for (const line of lines) routeLine(c, line, theme, 2.8);
    const first = route.hops.length > 0 ? pointOf(route.hops[0].node) : null;
    for (const { at: top, from, to } of drops) {
      // Under the entry point stands its name.
      const begin = top.y + (top.x === first?.x && top.y === first.y ? 27 : 6);
      dropLine(c, { x: top.x, y: begin }, { x: top.x, y: begin + DROP_PIXELS }, theme);
      label(c, `layer ${from} → ${to}`, top.x + 9, begin + 12, theme, { font: `11px ${theme.faces.mono}`, color: theme.routeText });
    }
  }
  if (!at) return;
  ring(c, at.x, at.y, 10, theme.text, theme, 2.2);
  square(c, at, 4, theme);
}

/** @param {Drawing} c @param {Point} middle @param {number} half its side @param {Theme} theme */
function square(c, { x, y }, half, theme) {
  c.beginPath();
  c.rect(x - half, y - half, 2 * half, 2 * half);
  c.fillStyle = theme.text;
  c.fill();
  stroke(c, theme.outline, 1.2);
}

/**
 * The selected cell.
 * @param {Drawing} c @param {NonNullable<LayoutMap["cells"]>} cells @param {number} cell @param {Theme} theme @param {Place} place
 */
export function drawCellSelection(c, cells, cell, theme, place) {
  c.beginPath();
  cellPath(c, cells, cell, place);
  stroke(c, theme.outline, 5);
  stroke(c, theme.text, 2.6);
}

/**
 * What is chosen with the lasso, and its outline, dashed while it is drawn.
 * @param {Drawing} c @param {{outline:readonly Point[],nodes:readonly number[],isOpen:boolean}} lasso
 * @param {Theme} theme @param {Place} place @param {import("./route.js").PlaceOf} pointOf
 */
export function drawLasso(c, { outline, nodes, isOpen }, theme, place, pointOf) {
  c.beginPath();
  outline.forEach(({ x, y }, i) => {
    const p = place(x, y);
    if (i) c.lineTo(p.x, p.y);
    else c.moveTo(p.x, p.y);
  });
  if (!isOpen) c.closePath();
  c.fillStyle = withAlpha(theme.text, 0.07);
  c.fill();
  if (isOpen) c.setLineDash([6, 4]);
  stroke(c, withAlpha(theme.outline, 0.8), 3.6);
  stroke(c, theme.text, 1.6);
  c.setLineDash([]);
  if (nodes.length > 3000) return;
  for (const node of nodes) {
    const p = pointOf(node);
    if (p) disc(c, p.x, p.y, 1.8, theme.text);
  }
}

/**
 * Names of what is where, in italics as on a sea chart.
 * @param {Drawing} c @param {readonly import("./labels.js").Label[]} labels @param {Theme} theme
 * @param {{place:Place,room:{width:number,height:number},taken:readonly import("./cells-picture.js").Box[]}} options
 */
export function drawLabels(c, labels, theme, { place, room, taken }) {
  c.font = `italic 500 ${LABEL_PIXELS}px ${theme.faces.text}`;
  const widths = (/** @type {string} */ text) => c.measureText(text).width;
  const placed = placeLabels(labels, { place, width: widths, height: LABEL_PIXELS, room, most: MOST_LABELS, taken });
  for (const { x, y, text } of placed) {
    label(c, text, x, y, theme, { font: `italic 500 ${LABEL_PIXELS}px ${theme.faces.text}`, align: "center", halo: withAlpha(theme.background, 0.85) });
  }
  return placed;
}
