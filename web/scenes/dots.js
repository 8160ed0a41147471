import { withAlpha } from "../theme.js";

/** More dots than these are put into the picture's own bytes: as a path they take ten times as long. */
const MOST_PATH_DOTS = 3000;

/**
 * Where a map lies on the canvas: (x, y) of the map, 0 … 1, is at (`ox` + x·`ux` + y·`vx`, `oy` + x·`uy` + y·`vy`) in CSS pixels.
 * @typedef {{ox:number,oy:number,ux:number,uy:number,vx:number,vy:number}} Affine
 */

/** Places of dots in sight, in pairs; kept from drawing to drawing. */
let spots = new Float32Array(0);

/**
 * Draws any number of dots of one kind.
 * @param {CanvasRenderingContext2D} c @param {{x:Float32Array,y:Float32Array,includes:(i:number)=>boolean}[]} sets
 * @param {Affine} at @param {{color:string,alpha:number,radius:number}} style
 */
export function drawDots(c, sets, at, style) {
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
