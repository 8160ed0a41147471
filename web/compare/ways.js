import { cellPath } from "../scenes/map-layer.js";
import { missedRing, ring, stroke } from "../scenes/marks.js";
import { withAlpha } from "../theme.js";

/** Nodes that a search measured, as dots. */
const MOST_DOTS = 3000;

/**
 * @typedef {import("./rival.js").Rival} Rival
 * @typedef {{x:number,y:number}} Spot
 * @typedef {{rivals:Rival[],summary:any,map:any,x:number,y:number,width:number,height:number}} Pane a map, where it stands, and who is drawn on it
 * @typedef {(node:number)=>Spot|null} PointOf where a node is, if it has a place
 */

/**
 * A disc for A, a square for B, added to the path.
 * @param {CanvasRenderingContext2D} c @param {number} number of the rival @param {number} x @param {number} y @param {number} radius
 */
export function dot(c, number, x, y, radius) {
  c.moveTo(x + radius, y);
  if (number === 0) c.arc(x, y, radius, 0, 7);
  else c.rect(x - radius * 0.88, y - radius * 0.88, radius * 1.76, radius * 1.76);
}

/**
 * The way of one search: what it measured, its route or its cells.
 * @param {CanvasRenderingContext2D} c @param {any} theme @param {Rival} rival @param {any} state of its replay @param {any} cells of the map, or null
 * @param {(x:number,y:number)=>Spot} place @param {PointOf} point
 */
export function drawWay(c, theme, { number }, state, cells, place, point) {
  const color = theme.series[number];
  if (cells) for (const { cell } of state.perCell) {
    const isOpen = cell === state.openCell;
    c.beginPath();
    cellPath(c, cells, cell, place);
    c.fillStyle = withAlpha(color, isOpen ? 0.3 : 0.16);
    c.fill();
    c.setLineDash(number === 0 ? [] : [6, 3]);
    stroke(c, color, isOpen ? 2.2 : 1.2);
    c.setLineDash([]);
  }
  c.fillStyle = withAlpha(color, 0.75);
  c.beginPath();
  let left = MOST_DOTS;
  for (const nodes of state.visited.values()) for (const node of nodes) {
    if ((left -= 1) < 0) break;
    const p = point(node);
    if (p) dot(c, number, p.x, p.y, 1.9);
  }
  c.fill();
  /** @type {Spot[]} */
  const route = state.route.map((/** @type {{node:number}} */ step) => point(step.node)).filter(Boolean);
  if (route.length === 0) return;
  c.lineJoin = c.lineCap = "round";
  c.beginPath();
  route.forEach((p, i) => (i ? c.lineTo(p.x, p.y) : c.moveTo(p.x, p.y)));
  stroke(c, withAlpha(theme.outline, 0.7), 6);
  // Where both went, both are seen: B is dashed over A.
  c.setLineDash(number === 0 ? [] : [8, 6]);
  stroke(c, color, 2.8);
  c.setLineDash([]);
  c.lineCap = "butt";
  c.fillStyle = color;
  c.beginPath();
  for (const p of route) dot(c, number, p.x, p.y, 3.4);
  c.fill();
  stroke(c, withAlpha(theme.outline, 0.7), 1);
}

/**
 * The results of each where they lie, and the true neighbours that nobody on this map found.
 * @param {CanvasRenderingContext2D} c @param {any} theme @param {import("./contest.js").Contest} contest @param {Pane} pane @param {PointOf} point
 */
export function drawFound(c, theme, contest, { rivals, summary, map }, point) {
  const items = contest.maps.itemsOf(summary?.name ?? null);
  const isOf = (/** @type {Rival} */ rival) => rival.search?.revision === map.revision;
  // Of an earlier revision only labels mean something now.
  /** @type {(rival:Rival,hit:any)=>Spot|null} */
  const spot = (rival, hit) => point(isOf(rival) ? hit.node : items?.label(hit.label)?.node ?? NaN);
  const missed = new Map();
  for (const rival of rivals) for (const hit of rival.search?.recall?.missed ?? []) missed.set(String(hit.label), spot(rival, hit));
  for (const rival of rivals) {
    if (!rival.search) continue;
    for (const hit of isOf(rival) ? inHand(rival, contest.race.cursorOf(rival)) : rival.search.results ?? []) {
      const p = spot(rival, hit);
      if (!p) continue;
      missed.delete(String(hit.label));
      c.beginPath();
      // A's disc stays in sight within B's square.
      dot(c, rival.number, p.x, p.y, rival.number === 0 ? 5 : 7.5);
      c.fillStyle = theme.series[0];
      if (rival.number === 0) c.fill();
      stroke(c, withAlpha(theme.outline, 0.8), rival.number === 0 ? 1.2 : 4);
      if (rival.number === 1) stroke(c, theme.series[1], 2);
    }
  }
  for (const p of missed.values()) if (p) missedRing(c, p.x, p.y, 7, theme);
  const { pointed } = contest;
  if (pointed === null) return;
  const owner = rivals.find((rival) => hitOf(rival, pointed));
  const p = owner ? spot(owner, hitOf(owner, pointed)) : point(items?.label(pointed)?.node ?? NaN);
  if (p) ring(c, p.x, p.y, 12, theme.text, theme, 2.4);
}

/**
 * A result or true neighbour of a search by its label.
 * @param {Rival} rival @param {any} label @returns {any}
 */
function hitOf({ search }, label) {
  return [...(search?.recall?.exact ?? []), ...(search?.results ?? [])].find((hit) => String(hit.label) === String(label));
}

/**
 * The k best of a search at a cursor; at its end those that it handed over.
 * @param {Rival} rival @param {number} cursor @returns {{node:number,label?:any}[]}
 */
function inHand({ search }, cursor) {
  return cursor >= search.length ? search.results ?? [] : search.replay.at(cursor, search.length).results.slice(0, search.header.k);
}
