import { withAlpha } from "../theme.js";
import { misplacedMark } from "./marks.js";

/**
 * Where a map lies on the canvas: (x, y) of the map, 0 … 1, is at (`ox` + x·`ux` + y·`vx`, `oy` + x·`uy` + y·`vy`) in CSS pixels.
 * @typedef {{ox:number,oy:number,ux:number,uy:number,vx:number,vy:number}} Affine
 */

/** More dots than these are put into the picture's own bytes: as a path they take ten times as long. */
const MOST_PATH_DOTS = 3000;
/** Of what came and went, this much is marked at the most. */
const MOST_MARKS = 1500;

/** Draws the dots of all nodes with a top level of at least `level`. @param {CanvasRenderingContext2D} c @param {any} map @param {Affine} at */
export function drawNodes(c, map, level, at, style) {
  const { nodeX: x, nodeY: y, nodeLevel, shown } = map;
  drawDots(c, [{ x, y, includes: (i) => nodeLevel[i] >= level && (shown === null || shown[i] === 1) }], at, style);
}

/** Draws the nodes of tiles that the map does not draw itself. @param {any[]} tiles */
export function drawTiles(c, map, tiles, at, style) {
  const sets = tiles.map(({ x, y, node }) => ({ x, y, includes: (i) => map.shown[node[i]] === 0 }));
  if (sets.length) drawDots(c, sets, at, style);
}

/**
 * @param {CanvasRenderingContext2D} c @param {{x:Float32Array,y:Float32Array,includes:(i:number)=>boolean}[]} sets
 * @param {Affine} at @param {{color:string,alpha:number,radius:number}} style
 */
function drawDots(c, sets, at, style) {
  if (sets.reduce((sum, { x }) => sum + x.length, 0) > MOST_PATH_DOTS) return splatDots(c, sets, at, style);
  const { radius } = style;
  c.fillStyle = withAlpha(style.color, style.alpha);
  c.beginPath();
  for (const { x, y, includes } of sets) {
    for (let i = 0; i < x.length; i += 1) {
      if (!includes(i) || x[i] !== x[i]) continue;
      const px = at.ox + x[i] * at.ux + y[i] * at.vx;
      const py = at.oy + x[i] * at.uy + y[i] * at.vy;
      if (radius >= 1.3) {
        c.moveTo(px + radius, py);
        c.arc(px, py, radius, 0, 7);
      } else c.rect(px - radius, py - radius, radius * 2, radius * 2);
    }
  }
  c.fill();
}

/** As `drawDots`, pixel by pixel. */
function splatDots(c, sets, at, { color, alpha, radius }) {
  const ratio = c.getTransform().a;
  const corners = [[0, 0], [1, 0], [0, 1], [1, 1]].map(([x, y]) => [(at.ox + x * at.ux + y * at.vx) * ratio, (at.oy + x * at.uy + y * at.vy) * ratio]);
  const reach = radius * ratio;
  const left = Math.max(0, Math.floor(Math.min(...corners.map(([x]) => x)) - reach - 1));
  const top = Math.max(0, Math.floor(Math.min(...corners.map(([, y]) => y)) - reach - 1));
  const width = Math.min(c.canvas.width, Math.ceil(Math.max(...corners.map(([x]) => x)) + reach + 1)) - left;
  const height = Math.min(c.canvas.height, Math.ceil(Math.max(...corners.map(([, y]) => y)) + reach + 1)) - top;
  if (width <= 0 || height <= 0) return;
  const image = new ImageData(width, height);
  // Bytes are red, green, blue, alpha: from the low end of the number on.
  const pixels = new Uint32Array(image.data.buffer);
  const rgb = parseInt(color.slice(1), 16);
  const ink = (rgb >> 16) | (rgb & 0xff00) | ((rgb & 255) << 16);
  const [ox, oy, ux, uy, vx, vy] = [at.ox * ratio - left, at.oy * ratio - top, at.ux * ratio, at.uy * ratio, at.vx * ratio, at.vy * ratio];
  for (const { x, y, includes } of sets) {
    for (let i = 0; i < x.length; i += 1) {
      if (!includes(i) || x[i] !== x[i]) continue;
      // Pixel (0, 0) has its middle at (½, ½).
      const px = ox + x[i] * ux + y[i] * vx - 0.5;
      const py = oy + x[i] * uy + y[i] * vy - 0.5;
      const x1 = Math.min(width - 1, Math.floor(px + reach + 0.5));
      const y1 = Math.min(height - 1, Math.floor(py + reach + 0.5));
      for (let row = Math.max(0, Math.ceil(py - reach - 0.5)); row <= y1; row += 1) {
        for (let column = Math.max(0, Math.ceil(px - reach - 0.5)); column <= x1; column += 1) {
          const cover = Math.min(1, reach + 0.5 - Math.sqrt((column - px) ** 2 + (row - py) ** 2));
          if (cover <= 0) continue;
          const k = row * width + column;
          const under = pixels[k] >>> 24;
          pixels[k] = ink | ((under + (255 - under) * cover * alpha + 0.5) << 24);
        }
      }
    }
  }
  const layer = c.canvas.ownerDocument.createElement("canvas");
  layer.width = width;
  layer.height = height;
  /** @type {CanvasRenderingContext2D} */ (layer.getContext("2d")).putImageData(image, 0, 0);
  c.save();
  c.setTransform(1, 0, 0, 1, 0, 0);
  c.drawImage(layer, left, top);
  c.restore();
}

/** Draws the links of one layer. @param {Affine} at @param {{color:string,alpha:number,width:number}} style */
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

const SHADE_SIDE = 192;

/**
 * How crowded the map is, as steps of depth: a small picture to be stretched over the map.
 * @param {any} map @param {Document} document @param {string} color "#rrggbb" @param {number} strength 0…1
 */
export function densityImage(map, document, color, strength) {
  const { n, field } = map.density ? countedField(map.density) : drawnField(map);
  const ordered = field.filter((v) => v > 0).sort();
  const steps = [0.15, 0.4, 0.65, 0.88].map((q) => ordered[Math.floor(q * (ordered.length - 1))] ?? Infinity);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = n;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(n, n);
  const rgb = parseInt(color.slice(1), 16);
  for (let i = 0; i < n * n; i += 1) {
    image.data[i * 4] = rgb >> 16;
    image.data[i * 4 + 1] = (rgb >> 8) & 255;
    image.data[i * 4 + 2] = rgb & 255;
    let depth = 0;
    for (const step of steps) depth += Math.min(1, Math.max(0, (field[i] / step - 0.8) / 0.4));
    image.data[i * 4 + 3] = (255 * strength * depth) / steps.length;
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** As the daemon counted: a square root, so that sparse regions keep their shape in 16 bits. */
function countedField({ side: n, cells }) {
  let field = Float32Array.from(cells, (value) => value * value);
  for (let pass = 0; pass < 2; pass += 1) field = blurred(field, n, pass % 2 === 0);
  return { n, field };
}

function drawnField(map) {
  const n = SHADE_SIDE;
  let field = new Float32Array(n * n);
  for (let i = 0; i < map.total; i += 1) {
    if (map.goalX[i] !== map.goalX[i]) continue;
    field[Math.min(n - 1, Math.floor(map.goalY[i] * n)) * n + Math.min(n - 1, Math.floor(map.goalX[i] * n))] += 1;
  }
  for (let pass = 0; pass < 10; pass += 1) field = blurred(field, n, pass % 2 === 0);
  return { n, field };
}

function blurred(field, n, across) {
  const out = new Float32Array(n * n);
  const step = across ? 1 : n;
  for (let i = 0; i < n * n; i += 1) {
    const along = across ? i % n : Math.floor(i / n);
    let sum = 0;
    for (let k = -2; k <= 2; k += 1) if (along + k >= 0 && along + k < n) sum += field[i + k * step];
    out[i] = sum / 5;
  }
  return out;
}
