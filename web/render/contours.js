/** Squares along each axis of a field that is counted here. */
const SIDE = 192;
/** What the contour lines hold of all nodes, the outermost first. */
export const SHARES = Object.freeze([0.98, 0.86, 0.66, 0.42, 0.18]);

/**
 * @typedef {object} Contours how crowded a map is
 * @property {number} side squares along each axis of the field, which goes beyond the map
 * @property {number} margin squares beyond each border of the map
 * @property {Float32Array} field nodes per square, smoothed; row by row
 * @property {{share:number,value:number,points:Float32Array,start:Uint32Array}[]} levels the lines within which `share` of the nodes
 *   are, outermost first: closed rings of points x, y (0 … 1 on the map) in a row, round holes the other way; ring i has the points from `start[i]` to `start[i + 1]`
 */

/**
 * Counts, smooths and draws the lines. Pure, so that it runs in a worker as well as here.
 * @param {{total:number,x:Float32Array,y:Float32Array,density:{side:number,most:number,cells:Uint16Array}|null}} map
 * @returns {Contours}
 */
export function contoursOf({ total, x, y, density }) {
  const inner = density ? density.side : SIDE;
  const counts = density ? countedField(density) : drawnField(x, y, inner);
  const reach = reachOf(total, inner);
  const margin = Math.ceil(3 * reach);
  const side = inner + 2 * margin;
  const padded = new Float32Array(side * side);
  for (let row = 0; row < inner; row += 1) padded.set(counts.subarray(row * inner, (row + 1) * inner), (row + margin) * side + margin);
  const field = smoothed(padded, side, reach);
  const levels = levelsOf(field).map(({ share, value }) => {
    const { points, start } = ringsAt(field, side, value);
    return { share, value, points: points.map((place) => (place * side - margin) / inner), start };
  });
  return { side, margin, field, levels };
}

/** As the daemon counted: roots of the counts, so that sparse regions keep their shape in 16 bits. */
const countedField = (/** @type {{most:number,cells:Uint16Array}} */ { most, cells }) => Float32Array.from(cells, (value) => Math.round(most * (value / 65535) ** 2));

/** @param {Float32Array} x @param {Float32Array} y @param {number} side */
function drawnField(x, y, side) {
  const field = new Float32Array(side * side);
  const at = (/** @type {number} */ value) => Math.max(0, Math.min(side - 1, Math.floor(value * side)));
  for (let i = 0; i < x.length; i += 1) if (x[i] === x[i]) field[at(y[i]) * side + at(x[i])] += 1;
  return field;
}

/**
 * How far a node's neighbourhood reaches, in squares: about the distance to the next node, where all are spread evenly.
 * @param {number} total @param {number} side
 */
const reachOf = (total, side) => side * Math.max(2.2 / side, Math.min(0.035, 1 / Math.sqrt(Math.max(1, total))));

/**
 * Three running means along each axis are near to a Gauss bell with the deviation `reach`.
 * @param {Float32Array} counts @param {number} side @param {number} reach
 */
function smoothed(counts, side, reach) {
  const radius = Math.max(1, Math.round((Math.sqrt(1 + 4 * reach * reach) - 1) / 2));
  let field = counts;
  for (let pass = 0; pass < 6; pass += 1) field = runningMeans(field, side, radius, pass % 2 === 0);
  return field;
}

/** @param {Float32Array} field @param {number} side @param {number} radius @param {boolean} across */
function runningMeans(field, side, radius, across) {
  const out = new Float32Array(side * side);
  const [step, line] = across ? [1, side] : [side, 1];
  const wide = 2 * radius + 1;
  for (let i = 0; i < side; i += 1) {
    const first = i * line;
    let sum = 0;
    for (let k = 0; k < Math.min(radius, side); k += 1) sum += field[first + k * step];
    for (let k = 0; k < side; k += 1) {
      if (k + radius < side) sum += field[first + (k + radius) * step];
      if (k > radius) sum -= field[first + (k - radius - 1) * step];
      out[first + k * step] = Math.max(0, sum) / wide;
    }
  }
  return out;
}

/**
 * The values above which the squares hold those shares of all.
 * @param {Float32Array} field
 */
function levelsOf(field) {
  const ordered = field.filter((value) => value > 1e-6).sort();
  const all = ordered.reduce((sum, value) => sum + value, 0);
  const levels = [];
  let held = 0;
  let next = SHARES.length - 1;
  for (let i = ordered.length - 1; i >= 0 && next >= 0; i -= 1) {
    held += ordered[i];
    for (; next >= 0 && held >= SHARES[next] * all; next -= 1) levels.unshift({ share: SHARES[next], value: ordered[i] });
  }
  return levels;
}

/** Where a line leaves a square that it came into, by the corners above the value (1, 2, 4, 8 clockwise from the upper left) and the side. */
const EXITS = [
  [], [3, -1, -1, 0], [1, 0, -1, -1], [-1, 3, -1, 1], [-1, 2, 1, -1], [1, 0, 3, 2], [2, -1, 0, -1], [-1, -1, 3, 2],
  [-1, -1, 3, 2], [2, -1, 0, -1], [3, 2, 1, 0], [-1, 2, 1, -1], [-1, 3, -1, 1], [1, 0, -1, -1], [3, -1, -1, 0], [],
];

/**
 * Closed lines of one value through a field, by marching squares; beyond its border the field is empty.
 * @param {Float32Array} field @param {number} side @param {number} value above 0
 * @returns {{points:Float32Array,start:Uint32Array}}
 */
export function ringsAt(field, side, value) {
  const wide = side + 1;
  const at = (/** @type {number} */ column, /** @type {number} */ row) => (column < 0 || row < 0 || column >= side || row >= side ? 0 : field[row * side + column]);
  // A square of the march lies between four middles of the field's squares.
  const corners = (/** @type {number} */ column, /** @type {number} */ row) => (at(column - 1, row - 1) >= value ? 1 : 0) | (at(column, row - 1) >= value ? 2 : 0) | (at(column, row) >= value ? 4 : 0) | (at(column - 1, row) >= value ? 8 : 0);
  const seen = new Uint8Array(wide * wide);
  /** @type {number[]} */
  const points = [];
  const start = [0];
  const cross = (/** @type {number} */ column, /** @type {number} */ row, /** @type {number} */ edge) => {
    const [c0, r0, c1, r1] = edge === 0 ? [-1, -1, 0, -1] : edge === 1 ? [0, -1, 0, 0] : edge === 2 ? [-1, 0, 0, 0] : [-1, -1, -1, 0];
    const from = at(column + c0, row + r0);
    const to = at(column + c1, row + r1);
    const part = (value - from) / (to - from);
    const inside = (/** @type {number} */ number) => Math.max(0, Math.min(1, number / side));
    points.push(inside(column + c0 + (c1 - c0) * part + 0.5), inside(row + r0 + (r1 - r0) * part + 0.5));
  };
  for (let row = 0; row < wide; row += 1) {
    for (let column = 0; column < wide; column += 1) {
      const kind = corners(column, row);
      for (let entry = 0; entry < 4; entry += 1) {
        // Into a square by the side whose first corner is above: so a ring is followed once, and goes the other way round a hole.
        if ((kind & (1 << entry)) === 0 || !(EXITS[kind][entry] >= 0) || seen[row * wide + column] & (1 << entry)) continue;
        let [c, r, edge] = [column, row, entry];
        for (;;) {
          const exit = EXITS[corners(c, r)][edge];
          seen[r * wide + c] |= 1 << edge;
          cross(c, r, exit);
          [c, r, edge] = exit === 0 ? [c, r - 1, 2] : exit === 1 ? [c + 1, r, 3] : exit === 2 ? [c, r + 1, 0] : [c - 1, r, 1];
          if (c === column && r === row && edge === entry) break;
        }
        start.push(points.length / 2);
      }
    }
  }
  return { points: Float32Array.from(points), start: Uint32Array.from(start) };
}
