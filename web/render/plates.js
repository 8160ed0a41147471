import { withAlpha } from "../theme.js";
import { drawings } from "./drawing.js";
import { MOST_THIN, nodesFrom, thinned } from "./order.js";

/** Milliseconds of a frame that drawing the rest may take. */
const REFINE_MILLISECONDS = 9;
/** Device pixels beyond the canvas, so that what lies on its border is whole. */
const MARGIN = 12;

/** @typedef {import("./canvas.js").Box} Box */
/** @typedef {import("./canvas.js").Mark} Mark */
/**
 * @typedef {object} Layer what is drawn of a map, in the order of drawing
 * @property {"nodes"|"links"|"list"} kind nodes of a level and above, its links, or the given `nodes`
 * @property {number} [level]
 * @property {Uint32Array} [nodes]
 * @property {import("./raster.js").Affine} at where the map lies, in CSS pixels
 * @property {{color:string,alpha:number,radius?:number,width?:number}} style in CSS pixels
 */

/**
 * Contexts of cached pictures, and who refines them.
 * @type {WeakMap<CanvasRenderingContext2D,Plates>}
 */
const owners = new WeakMap();

/**
 * Draws layers of a map in one go. On the context of `Scene.cached` a large map is thinned at first; all of it follows when the
 * camera has come to rest. On any other context all is drawn at once; on one that writes marks down, as for an SVG, as paths.
 * @param {CanvasRenderingContext2D} c with CSS pixels @param {LayoutMap} map @param {Layer[]} layers
 */
export function drawMapLayers(c, map, layers) {
  if (!(c instanceof CanvasRenderingContext2D)) return drawPaths(c, map, layers);
  const ratio = c.getTransform().a;
  const marks = layers.map((layer) => markOf(map, layer, ratio)).filter((mark) => mark.count > 0);
  const box = boxOf(c.canvas, marks);
  if (!box) return;
  for (const mark of marks) mark.at = { ...mark.at, ox: mark.at.ox - box.x, oy: mark.at.oy - box.y };
  const total = marks.reduce((sum, { count }) => sum + count, 0);
  const owner = owners.get(c);
  if (!owner || total <= drawings.current.atOnce) return drawNow(c, box, marks);
  const key = `${map.structure}|${map.revision}|${map.version}|${map.known}|${JSON.stringify([box, marks.map(({ kind, count, at, style }) => [kind, count, at, style])])}`;
  if (!owner.paint(c, key, box, marks)) drawNow(c, box, fewer(marks));
}

/** @param {CanvasRenderingContext2D} c @param {Box} box @param {Mark[]} marks */
function drawNow(c, box, marks) {
  const drawing = drawings.current;
  const picture = drawing.begin(box);
  const begin = performance.now();
  for (const mark of marks) picture.add(mark, 0, mark.count);
  drawing.learn?.(marks.reduce((sum, { count }) => sum + count, 0), performance.now() - begin);
  picture.paint(c);
  picture.end();
}

/** @param {CanvasRenderingContext2D} c @param {LayoutMap} map @param {Layer[]} layers */
function drawPaths(c, map, layers) {
  const { nodeX, nodeY } = map;
  for (const layer of layers) {
    const { nodes = [], links, count, at, style } = markOf(map, layer, 1);
    const x = (/** @type {number} */ node) => at.ox + nodeX[node] * at.ux + nodeY[node] * at.vx;
    const y = (/** @type {number} */ node) => at.oy + nodeX[node] * at.uy + nodeY[node] * at.vy;
    const isThere = (/** @type {number} */ node) => nodeX[node] === nodeX[node];
    c.beginPath();
    for (let i = 0; i < count; i += 1) {
      if (links && isThere(links.from[i]) && isThere(links.to[i])) {
        c.moveTo(x(links.from[i]), y(links.from[i]));
        c.lineTo(x(links.to[i]), y(links.to[i]));
      } else if (!links && isThere(nodes[i])) {
        c.moveTo(x(nodes[i]) + style.size, y(nodes[i]));
        c.arc(x(nodes[i]), y(nodes[i]), style.size, 0, 7);
      }
    }
    c.fillStyle = c.strokeStyle = withAlpha(style.color, style.alpha);
    c.lineWidth = style.size;
    if (links) c.stroke();
    else c.fill();
  }
}

/** @param {LayoutMap} map @param {Layer} layer @param {number} ratio @returns {Mark} */
function markOf(map, { kind, level = 0, nodes, at, style }, ratio) {
  const scaled = { ox: at.ox * ratio, oy: at.oy * ratio, ux: at.ux * ratio, uy: at.uy * ratio, vx: at.vx * ratio, vy: at.vy * ratio };
  const common = { map, step: 1, at: scaled, style: { color: style.color, alpha: style.alpha, size: (style.radius ?? style.width ?? 1) * ratio } };
  if (kind === "links") {
    const links = map.links?.get(level);
    return { ...common, kind, links, count: links?.from.length ?? 0 };
  }
  const list = nodes ?? nodesFrom(map, level);
  return { ...common, kind: "dots", nodes: list, count: list.length };
}

/**
 * What of a canvas the map may cover; null when it is out of sight.
 * @param {HTMLCanvasElement} canvas @param {Mark[]} marks @returns {Box|null}
 */
function boxOf({ width, height }, marks) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { at: { ox, oy, ux, uy, vx, vy }, style } of marks) {
    const room = style.size + 2;
    left = Math.min(left, ox + Math.min(0, ux) + Math.min(0, vx) - room);
    right = Math.max(right, ox + Math.max(0, ux) + Math.max(0, vx) + room);
    top = Math.min(top, oy + Math.min(0, uy) + Math.min(0, vy) - room);
    bottom = Math.max(bottom, oy + Math.max(0, uy) + Math.max(0, vy) + room);
  }
  const x = Math.max(-MARGIN, Math.floor(left));
  const y = Math.max(-MARGIN, Math.floor(top));
  const box = { x, y, width: Math.min(width + MARGIN, Math.ceil(right)) - x, height: Math.min(height + MARGIN, Math.ceil(bottom)) - y };
  return box.width > 0 && box.height > 0 ? box : null;
}

/**
 * An even part of the marks, with as much more ink for each as keeps the picture as dark.
 * @param {Mark[]} marks @returns {Mark[]}
 */
function fewer(marks) {
  const counts = thinned(marks.map(({ count }) => count), Math.min(MOST_THIN, drawings.current.atOnce));
  return marks.map((mark, i) => {
    const step = mark.kind === "links" ? Math.ceil(mark.count / Math.max(1, counts[i])) : 1;
    const count = mark.kind === "links" ? Math.floor(mark.count / step) : counts[i];
    return { ...mark, step, count, style: { ...mark.style, alpha: Math.min(1, mark.style.alpha * Math.sqrt(mark.count / Math.max(1, count))) } };
  });
}

/** The large maps of one cached picture: kept while it shows them, drawn in pieces when there is time. */
export class Plates {
  /**
   * By key: the drawing, and how far it is.
   * @type {Map<string,Plate>}
   */
  #plates = new Map();
  #generation = 0;

  /**
   * Everything that is drawn on this context from now on belongs to the picture.
   * @param {CanvasRenderingContext2D} c
   */
  own(c) {
    owners.set(c, this);
    for (const plate of this.#plates.values()) plate.isUsed = false;
    if (this.#generation !== drawings.generation) this.clear();
    this.#generation = drawings.generation;
  }

  /**
   * The picture is drawn: what it does not show any more is not kept.
   * @param {CanvasRenderingContext2D} c
   */
  disown(c) {
    owners.delete(c);
    for (const [key, plate] of this.#plates) if (!plate.isUsed) this.#drop(key, plate);
  }

  /** @param {CanvasRenderingContext2D} c @param {string} key @param {Box} box @param {Mark[]} marks @returns {boolean} whether all of it was there */
  paint(c, key, box, marks) {
    let plate = this.#plates.get(key);
    if (!plate) this.#plates.set(key, (plate = { box, marks, picture: null, at: 0, from: 0, isDone: false, isUsed: true }));
    plate.isUsed = true;
    if (plate.isDone) plate.picture?.paint(c);
    return plate.isDone;
  }

  /** There is more to draw than the picture shows. */
  get isThin() {
    return [...this.#plates.values()].some((plate) => !plate.isDone);
  }

  /**
   * Draws on for a while.
   * @returns {boolean} whether all is drawn now
   */
  refine() {
    if (this.#generation !== drawings.generation) return true;
    const end = performance.now() + REFINE_MILLISECONDS;
    for (const plate of this.#plates.values()) if (!plate.isDone && !advance(plate, end)) return false;
    return true;
  }

  clear() {
    for (const [key, plate] of this.#plates) this.#drop(key, plate);
  }

  /** @param {string} key @param {Plate} plate */
  #drop(key, plate) {
    plate.picture?.end();
    this.#plates.delete(key);
  }
}

/**
 * @typedef {{box:Box,marks:Mark[],picture:import("./canvas.js").Picture|null,at:number,
 *   from:number,isDone:boolean,isUsed:boolean}} Plate `at`: the mark that is being drawn, `from` which on
 */

/** @param {Plate} plate @param {number} end ms @returns {boolean} whether it is done */
function advance(plate, end) {
  const drawing = drawings.current;
  const picture = (plate.picture ??= drawing.begin(plate.box));
  while (picture.isReady()) {
    const mark = plate.marks[plate.at];
    if (!mark) return (plate.isDone = true);
    const to = Math.min(mark.count, plate.from + drawing.piece);
    picture.add(mark, plate.from, to);
    [plate.at, plate.from] = to === mark.count ? [plate.at + 1, 0] : [plate.at, to];
    if (performance.now() > end) return false;
  }
  return false;
}
