import { withAlpha } from "../theme.js";

/** Nodes above this number are thinned out in one drawing. */
const MAX_DOTS = 120_000;

/**
 * Draws the dots of all nodes with a top level of at least `level`.
 * @param {CanvasRenderingContext2D} c @param {any} map @param {(x:number,y:number)=>{x:number,y:number}} place
 * @param {{color:string,alpha:number,radius:number}} style
 */
export function drawNodes(c, map, level, place, style) {
  const { nodeX, nodeY, nodeLevel } = map;
  const stride = Math.max(1, Math.ceil(nodeX.length / MAX_DOTS));
  c.fillStyle = withAlpha(style.color, style.alpha);
  const size = style.radius * 2;
  const round = style.radius >= 1.3;
  c.beginPath();
  for (let i = 0; i < nodeX.length; i += level > 0 ? 1 : stride) {
    if (nodeLevel[i] < level || nodeX[i] !== nodeX[i]) continue;
    const p = place(nodeX[i], nodeY[i]);
    if (round) {
      c.moveTo(p.x + style.radius, p.y);
      c.arc(p.x, p.y, style.radius, 0, 7);
    } else c.rect(p.x - style.radius, p.y - style.radius, size, size);
  }
  c.fill();
}

/** Draws the links of one layer. @param {{color:string,alpha:number,width:number}} style */
export function drawLinks(c, map, level, place, style) {
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
    const p = place(nodeX[a], nodeY[a]);
    const q = place(nodeX[b], nodeY[b]);
    c.moveTo(p.x, p.y);
    c.lineTo(q.x, q.y);
  }
  c.stroke();
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
  const n = SHADE_SIDE;
  let field = new Float32Array(n * n);
  for (let i = 0; i < map.nodeX.length; i += 1) {
    if (map.nodeX[i] !== map.nodeX[i]) continue;
    field[Math.min(n - 1, Math.floor(map.nodeY[i] * n)) * n + Math.min(n - 1, Math.floor(map.nodeX[i] * n))] += 1;
  }
  for (let pass = 0; pass < 10; pass += 1) field = blurred(field, n, pass % 2 === 0);
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
    image.data[i * 4 + 3] = 255 * strength * (steps.reduce((sum, s) => sum + Math.min(1, Math.max(0, (field[i] / s - 0.8) / 0.4)), 0) / steps.length);
  }
  context.putImageData(image, 0, 0);
  return canvas;
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
