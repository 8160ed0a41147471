import { withAlpha } from "../theme.js";
import { drawDots } from "./dots.js";
import { misplacedMark } from "./marks.js";

/** Of what came and went, this much is marked at the most. */
const MOST_MARKS = 1500;

/** Draws the dots of all nodes with a top level of at least `level`. @param {CanvasRenderingContext2D} c @param {any} map @param {import("./dots.js").Affine} at */
export function drawNodes(c, map, level, at, style) {
  const { nodeX: x, nodeY: y, nodeLevel, shown } = map;
  drawDots(c, [{ x, y, includes: (i) => nodeLevel[i] >= level && (shown === null || shown[i] > 0) }], at, style);
}

/** Draws the nodes of tiles that the map does not draw itself. @param {any[]} tiles */
export function drawTiles(c, map, tiles, at, style) {
  const sets = tiles.map(({ x, y, node }) => ({ x, y, includes: (i) => map.shown[node[i]] === 0 }));
  if (sets.length) drawDots(c, sets, at, style);
}

/** Draws the links of one layer. @param {import("./dots.js").Affine} at @param {{color:string,alpha:number,width:number}} style */
export function drawLinks(c, map, level, at, style) {
  const links = map.links?.get(level);
  if (!links) return;
  const { nodeX, nodeY } = map;
  c.strokeStyle = withAlpha(style.color, style.alpha);
  c.lineWidth = style.width;
  c.beginPath();
  for (let i = 0; i < links.from.length; i += 1) {
    const a = links.from[i];
    const b = links.to[i];
    if (nodeX[a] !== nodeX[a] || nodeX[b] !== nodeX[b]) continue;
    c.moveTo(at.ox + nodeX[a] * at.ux + nodeY[a] * at.vx, at.oy + nodeX[a] * at.uy + nodeY[a] * at.vy);
    c.lineTo(at.ox + nodeX[b] * at.ux + nodeY[b] * at.vx, at.oy + nodeX[b] * at.uy + nodeY[b] * at.vy);
  }
  c.stroke();
}

/** Marks the nodes that the projection misplaces most, the worst largest. @param {(x:number,y:number)=>{x:number,y:number}} place */
export function drawMisplaced(c, map, place, theme) {
  if (!map.misplaced) return;
  const { node, stretch } = map.misplaced;
  for (let i = node.length - 1; i >= 0; i -= 1) {
    const x = map.nodeX[node[i]];
    if (!(x >= 0)) continue;
    const p = place(x, map.nodeY[node[i]]);
    misplacedMark(c, p.x, p.y, 3 + 3 * Math.min(1, stretch[i] / stretch[0]), theme);
  }
}

/** What came with the map's revision, in rings that close in on it one after the other, and what went, fading where it was. */
export function drawMarks(c, map, place, theme) {
  if (!map.marks) return;
  const { time } = map.marks;
  const gone = map.removed?.x ?? [];
  c.lineWidth = 1.6;
  c.strokeStyle = withAlpha(theme.muted, 1 - time);
  c.beginPath();
  for (let i = 0; i < gone.length; i += Math.ceil(gone.length / MOST_MARKS)) {
    const p = place(gone[i], map.removed.y[i]);
    const arm = 3 + 3 * (1 - time);
    c.moveTo(p.x - arm, p.y - arm);
    c.lineTo(p.x + arm, p.y + arm);
    c.moveTo(p.x + arm, p.y - arm);
    c.lineTo(p.x - arm, p.y + arm);
  }
  c.stroke();
  const node = map.added?.node ?? [];
  for (let i = 0; i < node.length; i += Math.ceil(node.length / MOST_MARKS)) {
    const x = map.nodeX[node[i]];
    const own = (time - 0.4 * (i / node.length)) / 0.6;
    if (!(x >= 0) || own <= 0 || own >= 1) continue;
    const p = place(x, map.nodeY[node[i]]);
    c.strokeStyle = withAlpha(theme.text, 0.9 * Math.sin(own * Math.PI));
    c.beginPath();
    c.arc(p.x, p.y, 3 + 13 * (1 - own) ** 3, 0, 7);
    c.stroke();
  }
}

/** Adds a cell's outline to the current path. @param {any} cells */
export function cellPath(c, cells, cell, place) {
  const from = cells.start[cell];
  const to = cells.start[cell + 1];
  for (let i = from; i < to; i += 1) {
    const p = place(cells.px[i], cells.py[i]);
    if (i === from) c.moveTo(p.x, p.y);
    else c.lineTo(p.x, p.y);
  }
  if (to > from) c.closePath();
}

/** @returns {number} the cell whose outline holds the point, −1 if none */
export function cellAt(cells, x, y) {
  for (let cell = 0; cell + 1 < cells.start.length; cell += 1) {
    let inside = false;
    for (let i = cells.start[cell], j = cells.start[cell + 1] - 1; i < cells.start[cell + 1]; j = i, i += 1) {
      const crosses = cells.py[i] > y !== cells.py[j] > y;
      if (crosses && x < ((cells.px[j] - cells.px[i]) * (y - cells.py[i])) / (cells.py[j] - cells.py[i]) + cells.px[i]) inside = !inside;
    }
    if (inside) return cell;
  }
  return -1;
}
