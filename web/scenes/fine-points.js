import { withAlpha } from "../theme.js";
import { countBelow } from "../replay/ascending.js";
import { barredDot, ring } from "./marks.js";
import { HUB, placeAt } from "./fine-layout.js";

/** @typedef {import("./fine-layout.js").FineView} FineView */

const TAU = Math.PI * 2;
/** From so many points on, those that were read before are kept as a picture. */
const LEAST_KEPT = 1500;
/** The latest points of the cell that is being read stand out, so many at the most. */
const MOST_FRESH = 2000;

/**
 * Points that were read, as a picture that only grows: no two on the same pixel.
 * @typedef {{canvas:HTMLCanvasElement,key:string,to:number,taken:Uint8Array}} Plate
 */
/** @type {WeakMap<import("./fine-layout.js").FineLayout,Plate>} */
const plates = new WeakMap();

/**
 * How many points have been read.
 * @param {FineView} view
 */
const readOf = ({ layout, state }) => countBelow(layout.points.event, state.cursor);

/**
 * Every vector that was read, those of the latest cell brighter.
 * @param {Drawing} c @param {FineView} view
 */
export function drawPoints(c, view) {
  const { layout, theme, state } = view;
  const { event, node, sector } = layout.points;
  const read = readOf(view);
  const dot = event.length > 4000 ? 1.2 : event.length > 800 ? 1.7 : 2.3;
  const current = sector[read - 1] ?? 0;
  let first = countBelow(sector, current);
  if (event.length > LEAST_KEPT) {
    blitRead(c, view, read, dot);
    first = Math.max(first, read - MOST_FRESH);
  } else drawDots(c, view, 0, first, dot, withAlpha(theme.rejected, 0.75));
  drawDots(c, view, first, read, dot, theme.name === "dark" ? theme.candidate : theme.rejected);
  for (let i = 0; i < read && state.barred.size > 0; i += 1) {
    const p = state.barred.has(node[i]) ? spotOf(view, i) : null;
    if (p) barredDot(c, p.x, p.y, dot + 0.4, theme);
  }
  const hovered = view.hover?.node === undefined ? undefined : layout.pointOf.get(view.hover.node);
  if (hovered === undefined) return;
  const p = spotOf(view, hovered);
  ring(c, p.x, p.y, 6, theme.text, theme, 1.8);
}

/** @param {FineView} view @param {number} i */
const spotOf = (view, i) => placeAt(view, view.layout.angle(i), view.layout.radius(view.layout.points.distance[i]));

/** @param {Drawing} c @param {FineView} view @param {number} from @param {number} to @param {number} dot @param {string} color */
function drawDots(c, view, from, to, dot, color) {
  const { barred } = view.state;
  c.fillStyle = color;
  c.beginPath();
  for (let i = from; i < to; i += 1) {
    if (barred.has(view.layout.points.node[i])) continue;
    const p = spotOf(view, i);
    c.moveTo(p.x + dot, p.y);
    c.arc(p.x, p.y, dot, 0, 7);
  }
  c.fill();
}

/** @param {Drawing} c @param {FineView} view @param {number} read @param {number} dot */
function blitRead(c, view, read, dot) {
  const { layout, theme, radius } = view;
  const ratio = c.getTransform().a;
  const side = Math.ceil(2 * radius * ratio);
  const key = `${side}|${theme.name}`;
  let plate = plates.get(layout);
  if (!plate) plates.set(layout, (plate = { canvas: document.createElement("canvas"), key: "", to: 0, taken: new Uint8Array(0) }));
  if (plate.key !== key || plate.to > read) {
    plate.canvas.width = plate.canvas.height = side;
    Object.assign(plate, { key, to: 0, taken: new Uint8Array(side * side) });
  }
  const { canvas, taken } = plate;
  const context = /** @type {Drawing} */ (canvas.getContext("2d"));
  const own = { ...view, x: side / 2, y: side / 2, radius: radius * ratio };
  const size = 2 * dot * ratio;
  context.fillStyle = withAlpha(theme.rejected, 0.75);
  for (let i = plate.to; i < read; i += 1) {
    if (view.state.barred.has(layout.points.node[i])) continue;
    const p = spotOf(own, i);
    const pixel = Math.min(side - 1, Math.round(p.y)) * side + Math.min(side - 1, Math.round(p.x));
    if (taken[pixel]) continue;
    taken[pixel] = 1;
    context.fillRect(p.x - size / 2, p.y - size / 2, size, size);
  }
  plate.to = read;
  c.drawImage(canvas, view.x - radius, view.y - radius, side / ratio, side / ratio);
}

/**
 * The hand of the scan, at the vector that was read last.
 * @param {Drawing} c @param {FineView} view
 */
export function drawHand(c, view) {
  const { layout, theme, state } = view;
  const hand = readOf(view) - 1;
  if (hand >= 0 && !state.stopReason) {
    const angle = layout.angle(hand);
    const sector = layout.sectors[layout.points.sector[hand]];
    const behind = Math.max(sector.from, angle - 0.6);
    wedge(c, view, behind, angle, HUB, 1);
    const sweep = c.createConicGradient(behind - Math.PI / 2, view.x, view.y);
    sweep.addColorStop(0, withAlpha(theme.route, 0));
    sweep.addColorStop(Math.max(0.001, (angle - behind) / TAU), withAlpha(theme.route, 0.34));
    c.fillStyle = sweep;
    c.fill();
    const from = placeAt(view, angle, HUB);
    const tip = placeAt(view, angle, 1);
    c.strokeStyle = theme.route;
    c.lineWidth = 1.8;
    c.beginPath();
    c.moveTo(from.x, from.y);
    c.lineTo(tip.x, tip.y);
    c.stroke();
  }
}

/** @param {Drawing} c @param {FineView} view @param {number} from @param {number} to @param {number} inner @param {number} outer */
export function wedge(c, view, from, to, inner, outer) {
  c.beginPath();
  c.arc(view.x, view.y, view.radius * outer, from - Math.PI / 2, to - Math.PI / 2);
  c.arc(view.x, view.y, view.radius * inner, to - Math.PI / 2, from - Math.PI / 2, true);
  c.closePath();
}
