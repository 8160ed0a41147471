import { withAlpha } from "../theme.js";
import { drawMapLayers } from "../render/plates.js";
import { misplacedMark } from "./marks.js";

/** Of what came and went, this much is marked at the most. */
const MOST_MARKS = 1500;

/**
 * What a picture shows of a map, to be drawn in one go with `drawMapLayers`: the dots of all nodes with a top level of at least
 * `level`; the links of one layer; the nodes of tiles that the map does not draw itself.
 * @typedef {import("../render/plates.js").Layer} Layer
 * @typedef {import("../render/raster.js").Affine} Affine
 */
/** @param {number} level @param {Affine} at @param {{color:string,alpha:number,radius:number}} style @returns {Layer} */
export const nodeLayer = (level, at, style) => ({ kind: "nodes", level, at, style });

/** @param {number} level @param {Affine} at @param {{color:string,alpha:number,width:number}} style @returns {Layer} */
export const linkLayer = (level, at, style) => ({ kind: "links", level, at, style });

/** @param {LayoutMap} map @param {any[]} tiles @param {Affine} at @param {{color:string,alpha:number,radius:number}} style @returns {Layer} */
export function tileLayer(map, tiles, at, style) {
  return { kind: "list", nodes: Uint32Array.from(tiles.flatMap(({ node }) => [...node.filter((/** @type {number} */ one) => map.shown?.[one] === 0)])), at, style };
}

/**
 * One layer alone; several are drawn faster, and over each other, with `drawMapLayers`.
 * @param {CanvasRenderingContext2D} c @param {LayoutMap} map @param {number} level @param {Affine} at @param {{color:string,alpha:number,radius:number}} style
 */
export const drawNodes = (c, map, level, at, style) => drawMapLayers(c, map, [nodeLayer(level, at, style)]);

/**
 * Likewise.
 * @param {CanvasRenderingContext2D} c @param {LayoutMap} map @param {number} level @param {Affine} at @param {{color:string,alpha:number,width:number}} style
 */
export const drawLinks = (c, map, level, at, style) => drawMapLayers(c, map, [linkLayer(level, at, style)]);

/**
 * Likewise.
 * @param {CanvasRenderingContext2D} c @param {LayoutMap} map @param {any[]} tiles @param {Affine} at @param {{color:string,alpha:number,radius:number}} style
 */
export const drawTiles = (c, map, tiles, at, style) => drawMapLayers(c, map, [tileLayer(map, tiles, at, style)]);

/**
 * Marks the nodes that the projection misplaces most, the worst largest.
 * @param {CanvasRenderingContext2D} c @param {LayoutMap} map @param {Place} place @param {Theme} theme
 */
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

/**
 * What came with the map's revision, in rings that close in on it one after the other, and what went, fading where it was.
 * @param {CanvasRenderingContext2D} c @param {LayoutMap} map @param {Place} place @param {Theme} theme
 */
export function drawMarks(c, map, place, theme) {
  if (!map.marks) return;
  const { time } = map.marks;
  const gone = map.removed?.x ?? [];
  const heights = map.removed?.y ?? [];
  c.lineWidth = 1.6;
  c.strokeStyle = withAlpha(theme.muted, 1 - time);
  c.beginPath();
  for (let i = 0; i < gone.length; i += Math.ceil(gone.length / MOST_MARKS)) {
    const p = place(gone[i], heights[i]);
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

/**
 * Adds a cell's outline to the current path.
 * @param {CanvasRenderingContext2D} c @param {import("../map-builder.js").Cells} cells @param {number} cell @param {Place} place
 */
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

/**
 * @param {import("../map-builder.js").Cells} cells @param {number} x @param {number} y
 * @returns {number} the cell whose outline holds the point, −1 if none
 */
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
