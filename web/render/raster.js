/** Places within a pixel that a dot may have, along each axis. */
const PARTS = 4;

/**
 * Where a map lies on a picture: (x, y) of the map, 0 … 1, is at (`ox` + x·`ux` + y·`vx`, `oy` + x·`uy` + y·`vy`).
 * @typedef {{ox:number,oy:number,ux:number,uy:number,vx:number,vy:number}} Affine
 */
/** @typedef {{width:number,height:number,pixels:Int32Array}} Plate pixels of red, green, blue, alpha from the low end of the number on */

/** @param {string} color "#rrggbb" */
const inkOf = (color) => {
  const rgb = parseInt(color.slice(1), 16);
  return (rgb >> 16) | (rgb & 0xff00) | ((rgb & 255) << 16);
};

/**
 * Ink that covers a part (0 … 255) of a pixel of another colour. Whole numbers of 32 bits all along: others take ten times as long.
 * @param {number} under @param {number} ink @param {number} cover
 */
function mixed(under, ink, cover) {
  const alpha = under >>> 24;
  const sum = alpha + (((255 - alpha) * cover * 257 + 32768) >> 16);
  const part = sum > 0 ? ((cover << 8) / sum) | 0 : 0;
  const red = (under & 255) + ((((ink & 255) - (under & 255)) * part) >> 8);
  const green = ((under >> 8) & 255) + (((((ink >> 8) & 255) - ((under >> 8) & 255)) * part) >> 8);
  const blue = ((under >> 16) & 255) + (((((ink >> 16) & 255) - ((under >> 16) & 255)) * part) >> 8);
  return red | (green << 8) | (blue << 16) | (sum << 24);
}

/**
 * Most often a pixel has no ink yet, or this one.
 * @param {number} under @param {number} ink @param {number} cover
 */
function blend(under, ink, cover) {
  const alpha = under >>> 24;
  if (alpha !== 0 && (under & 0xffffff) !== ink) return mixed(under, ink, cover);
  return ink | ((alpha + (((255 - alpha) * cover * 257 + 32768) >> 16)) << 24);
}

/**
 * How much a dot covers of the `side` × `side` pixels about it, for each of its places against the middle of these: squares, one
 * after the other.
 * @param {number} reach @param {number} alpha
 */
function stampsOf(reach, alpha) {
  const side = Math.max(2, Math.ceil(2 * reach + 1));
  const cover = new Uint8Array(PARTS * PARTS * side * side);
  const away = (/** @type {number} */ pixel, /** @type {number} */ part) => pixel + 0.5 - side / 2 - (part + 0.5) / PARTS + 0.5;
  for (let i = 0; i < cover.length; i += 1) {
    const part = Math.floor(i / (side * side));
    const x = away(i % side, part % PARTS);
    const y = away(Math.floor(i / side) % side, Math.floor(part / PARTS));
    cover[i] = 255 * alpha * Math.max(0, Math.min(1, reach + 0.5 - Math.hypot(x, y))) + 0.5;
  }
  return { cover, side };
}

/**
 * Draws the nodes from `from` to `to` of a list as dots.
 * @param {Plate} plate @param {{x:Float32Array,y:Float32Array}} places @param {Uint32Array} nodes @param {number} from @param {number} to @param {Affine} at in pixels
 * @param {{color:string,alpha:number,size:number}} style `size`: the radius in pixels
 */
export function rasterDots({ width, height, pixels }, { x, y }, nodes, from, to, at, style) {
  const ink = inkOf(style.color);
  const { cover, side } = stampsOf(style.size, style.alpha);
  const shift = 0.5 - side / 2;
  for (let i = from; i < to; i += 1) {
    const node = nodes[i];
    const px = at.ox + x[node] * at.ux + y[node] * at.vx + shift;
    const py = at.oy + x[node] * at.uy + y[node] * at.vy + shift;
    const left = Math.floor(px);
    const top = Math.floor(py);
    // Nodes without a place are not in sight either.
    if (!(left >= 0 && top >= 0 && left + side <= width && top + side <= height)) continue;
    let k = (((py * PARTS) & (PARTS - 1)) * PARTS + ((px * PARTS) & (PARTS - 1))) * side * side;
    for (let row = top; row < top + side; row += 1) {
      for (let pixel = row * width + left, last = pixel + side; pixel < last; pixel += 1, k += 1) {
        pixels[pixel] = blend(pixels[pixel], ink, cover[k]);
      }
    }
  }
}

/**
 * Draws the links from `from` to `to` of a list, each `step`-th of all.
 * @param {Plate} plate @param {{x:Float32Array,y:Float32Array}} places @param {{from:Uint32Array,to:Uint32Array}} links
 * @param {number} step @param {number} from @param {number} to @param {Affine} at in pixels @param {{color:string,alpha:number,size:number}} style `size`: the width in pixels
 */
export function rasterLinks(plate, { x, y }, links, step, from, to, at, style) {
  const ink = inkOf(style.color);
  const reach = style.size / 2 + 0.5;
  for (let i = from; i < to; i += 1) {
    const a = links.from[i * step];
    const b = links.to[i * step];
    const x0 = at.ox + x[a] * at.ux + y[a] * at.vx;
    const y0 = at.oy + x[a] * at.uy + y[a] * at.vy;
    const x1 = at.ox + x[b] * at.ux + y[b] * at.vx;
    const y1 = at.oy + x[b] * at.uy + y[b] * at.vy;
    if (!(x0 + y0 + x1 + y1 === x0 + y0 + x1 + y1)) continue;
    if (Math.abs(x1 - x0) >= Math.abs(y1 - y0)) line(plate.pixels, x0, y0, x1, y1, 1, plate.width, plate.width, plate.height, ink, style.alpha, reach);
    else line(plate.pixels, y0, x0, y1, x1, plate.width, 1, plate.height, plate.width, ink, style.alpha, reach);
  }
}

/**
 * A line along its longer axis `u`: `along` and `over` are from pixel to pixel along it and across it, `long` and `wide` their numbers.
 * @param {Int32Array} pixels @param {number} u0 @param {number} v0 @param {number} u1 @param {number} v1 @param {number} along
 * @param {number} over @param {number} long @param {number} wide @param {number} ink @param {number} alpha @param {number} reach
 * @returns {void}
 */
function line(pixels, u0, v0, u1, v1, along, over, long, wide, ink, alpha, reach) {
  if (u0 > u1) return line(pixels, u1, v1, u0, v0, along, over, long, wide, ink, alpha, reach);
  const slope = u1 > u0 ? (v1 - v0) / (u1 - u0) : 0;
  const cosine = 1 / Math.hypot(1, slope);
  const half = reach / cosine;
  const last = Math.min(long - 1, Math.ceil(u1 - 0.5) - 1);
  for (let u = Math.max(0, Math.ceil(u0 - 0.5)); u <= last; u += 1) {
    const middle = v0 + (u + 0.5 - u0) * slope - 0.5;
    const end = Math.min(wide - 1, Math.floor(middle + half));
    for (let v = Math.max(0, Math.ceil(middle - half)); v <= end; v += 1) {
      const cover = (255 * alpha * Math.min(1, reach - Math.abs(v - middle) * cosine) + 0.5) | 0;
      const pixel = u * along + v * over;
      if (cover > 0) pixels[pixel] = blend(pixels[pixel], ink, cover);
    }
  }
}
