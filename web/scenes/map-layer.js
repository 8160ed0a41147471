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
  drawDots(c, [{ x, y, includes: (i) => nodeLevel[i] >= level && (shown === null || shown[i] > 0) }], at, style);
}

/** Draws the nodes of tiles that the map does not draw itself. @param {any[]} tiles */
export function drawTiles(c, map, tiles, at, style) {
  const sets = tiles.map(({ x, y, node }) => ({ x, y, includes: (i) => map.shown[node[i]] === 0 }));
  if (sets.length) drawDots(c, sets, at, style);
}

/** Places of dots in sight, in pairs; kept from drawing to drawing. */
let spots = new Float32Array(0);

/**
 * @param {CanvasRenderingContext2D} c @param {{x:Float32Array,y:Float32Array,includes:(i:number)=>boolean}[]} sets
 * @param {Affine} at @param {{color:string,alpha:number,radius:number}} style
 */
function drawDots(c, sets, at, style) {
  const ratio = c.getTransform().a;
  const { radius } = style;
  const right = c.canvas.width / ratio + radius;
  const bottom = c.canvas.height / ratio + radius;
  const most = sets.reduce((sum, { x }) => sum + x.length, 0);
  if (spots.length < most * 2) spots = new Float32Array(most * 2);
  let end = 0;
  for (const { x, y, includes } of sets) {
    for (let i = 0; i < x.length; i += 1) {
      if (!includes(i)) continue;
      const px = at.ox + x[i] * at.ux + y[i] * at.vx;
      const py = at.oy + x[i] * at.uy + y[i] * at.vy;
      // Nodes without a place are not in sight either.
      if (!(px > -radius && px < right && py > -radius && py < bottom)) continue;
      spots[end] = px;
      spots[end + 1] = py;
      end += 2;
    }
  }
  if (end > MOST_PATH_DOTS * 2) return splatDots(c, end, ratio, style);
  c.fillStyle = withAlpha(style.color, style.alpha);
  c.beginPath();
  for (let i = 0; i < end; i += 2) {
    if (radius >= 1.3) {
      c.moveTo(spots[i] + radius, spots[i + 1]);
      c.arc(spots[i], spots[i + 1], radius, 0, 7);
    } else c.rect(spots[i] - radius, spots[i + 1] - radius, radius * 2, radius * 2);
  }
  c.fill();
}

/** Places within a pixel that a dot may have, along each axis. */
const PARTS = 4;

/**
 * How much a dot covers of the `side` × `side` pixels about it, for each of its places against the middle of these: squares, one
 * after the other.
 */
function stampsOf(reach, alpha) {
  const side = Math.max(2, Math.ceil(2 * reach));
  const cover = new Float32Array(PARTS * PARTS * side * side);
  const away = (pixel, part) => pixel + 0.5 - side / 2 - (part + 0.5) / PARTS + 0.5;
  for (let i = 0; i < cover.length; i += 1) {
    const part = Math.floor(i / (side * side));
    const x = away(i % side, part % PARTS);
    const y = away(Math.floor(i / side) % side, Math.floor(part / PARTS));
    cover[i] = alpha * Math.max(0, Math.min(1, reach + 0.5 - Math.hypot(x, y)));
  }
  return { cover, side };
}

/** The picture that dots are put into, likewise. @type {{layer:HTMLCanvasElement,image:ImageData,pixels:Uint32Array}|null} */
let plate = null;

/** An empty picture of the size of a canvas. @param {HTMLCanvasElement} canvas */
function emptyPlate({ width, height, ownerDocument }) {
  if (plate?.image.width === width && plate.image.height === height) plate.pixels.fill(0);
  else {
    const image = new ImageData(width, height);
    const layer = ownerDocument.createElement("canvas");
    Object.assign(layer, { width, height });
    plate = { layer, image, pixels: new Uint32Array(image.data.buffer) };
  }
  return plate;
}

/** Draws the dots in `spots` pixel by pixel. */
function splatDots(c, end, ratio, { color, alpha, radius }) {
  const { width, height } = c.canvas;
  const { layer, image, pixels } = emptyPlate(c.canvas);
  // Bytes are red, green, blue, alpha: from the low end of the number on.
  const rgb = parseInt(color.slice(1), 16);
  const ink = (rgb >> 16) | (rgb & 0xff00) | ((rgb & 255) << 16);
  const { cover, side } = stampsOf(radius * ratio, alpha);
  const shift = 0.5 - side / 2;
  for (let i = 0; i < end; i += 2) {
    const px = spots[i] * ratio + shift;
    const py = spots[i + 1] * ratio + shift;
    const left = Math.floor(px);
    const top = Math.floor(py);
    if (left < 0 || top < 0 || left + side > width || top + side > height) continue;
    let k = (((py * PARTS) & (PARTS - 1)) * PARTS + ((px * PARTS) & (PARTS - 1))) * side * side;
    for (let row = top; row < top + side; row += 1) {
      for (let at = row * width + left, last = at + side; at < last; at += 1, k += 1) {
        const under = pixels[at] >>> 24;
        pixels[at] = ink | ((under + (255 - under) * cover[k] + 0.5) << 24);
      }
    }
  }
  /** @type {CanvasRenderingContext2D} */ (layer.getContext("2d", { willReadFrequently: true })).putImageData(image, 0, 0);
  c.save();
  c.setTransform(1, 0, 0, 1, 0, 0);
  c.drawImage(layer, 0, 0);
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
  const counted = map.density ? countedField(map.density) : drawnField(map);
  const { n } = counted;
  let { field } = counted;
  // Where there are few for each square their neighbourhoods must be wider.
  const passes = map.total < 4 * n * n ? 10 : 4;
  for (let pass = 0; pass < passes; pass += 1) field = blurred(field, n, pass % 2 === 0);
  // A third of it is enough to tell how it is spread.
  const ordered = field.filter((value, i) => value > 0 && i % 3 === 0).sort();
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

/** As the daemon counted: roots of the counts, so that sparse regions keep their shape in 16 bits. */
function countedField({ side: n, most, cells }) {
  return { n, field: Float64Array.from(cells, (value) => Math.round(most * (value / 65535) ** 2)) };
}

function drawnField(map) {
  const n = SHADE_SIDE;
  const field = new Float64Array(n * n);
  for (let i = 0; i < map.total; i += 1) {
    if (map.goalX[i] !== map.goalX[i]) continue;
    field[Math.min(n - 1, Math.floor(map.goalY[i] * n)) * n + Math.min(n - 1, Math.floor(map.goalX[i] * n))] += 1;
  }
  return { n, field };
}

/** Sums of five neighbours along an axis: whole numbers, so that running sums stay exact. */
function blurred(field, n, across) {
  const out = new Float64Array(n * n);
  const [step, line] = across ? [1, n] : [n, 1];
  for (let i = 0; i < n; i += 1) {
    const first = i * line;
    let sum = field[first] + field[first + step];
    for (let k = 0; k < n; k += 1) {
      if (k + 2 < n) sum += field[first + (k + 2) * step];
      if (k > 2) sum -= field[first + (k - 3) * step];
      out[first + k * step] = sum;
    }
  }
  return out;
}
