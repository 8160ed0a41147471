import { mix, withAlpha } from "../theme.js";
import { NONE } from "../replay/kinds.js";
import { drawRings, projectedPlace } from "./projected.js";
import { crosshair, disc, evictedMark, heldMark, missedRing, numbered, ring, routeLine, stroke } from "./marks.js";

const PICK_PIXELS = 10;
/** Marks grow with the lens up to this factor. */
const MOST_GROWTH = 1.6;

/**
 * A round window on layer 0 round the query: a part of the map magnified, or, once there is one, the local map of what the
 * search measured.
 * @param {CanvasRenderingContext2D} c
 * @param {{map:LayoutMap,theme:Theme,state:Picture,search:Search,grid:any,centre:{x:number,y:number},x:number,y:number,radius:number,hover:Hover|null,missed:{node:number}[]}} view
 *   `centre` in map coordinates; `x`, `y`, `radius` in CSS pixels
 * @returns {{reach:number,nodeAt:(x:number,y:number)=>number}} the radius of the part shown, in map units, 0 when it is a map of
 *   its own; and which node is drawn at a point, −1 for none
 */
export function drawLens(c, { map, theme, state, search, grid, centre, x, y, radius, hover, missed }) {
  const results = state.results.slice(0, search.header.k);
  const own = search.projection;
  const reach = own ? 0 : lensReach(map, results.length ? results : state.candidates.slice(0, 12), centre);
  /** @param {number} node */
  const place = (node) => {
    const row = own?.rows.get(node);
    if (own) return row === undefined ? null : projectedPlace({ x, y, radius }, own.x[row], own.y[row]);
    const px = ((map.nodeX[node] - centre.x) / reach) * radius;
    const py = ((map.nodeY[node] - centre.y) / reach) * radius;
    return px * px + py * py < (radius - 3) ** 2 ? { x: x + px, y: y + py } : null;
  };
  /** @type {number[]} */
  const near = [];
  if (own) near.push(...own.node);
  else grid.forEachIn(centre.x - reach, centre.y - reach, centre.x + reach, centre.y + reach, (/** @type {number} */ node) => near.push(node));
  c.save();
  c.beginPath();
  c.arc(x, y, radius, 0, 7);
  const glass = c.createRadialGradient(x, y, radius * 0.1, x, y, radius);
  glass.addColorStop(0, mix(theme.depths[1], theme.candidate, 0.14));
  glass.addColorStop(1, theme.depths[theme.name === "dark" ? 2 : 1]);
  c.fillStyle = glass;
  c.shadowColor = theme.shadow;
  c.shadowBlur = 22;
  c.fill();
  c.shadowColor = "transparent";
  c.clip();
  if (own) {
    drawRings(c, { x, y, radius }, own.rings(search), theme);
    drawWalk(c, theme, state.parents, place);
  } else {
    drawRings(c, { x, y, radius }, [0.35, 0.7].map((part) => ({ radius: part, distance: NaN })), theme);
    drawNear(c, map, theme, near, place);
  }
  // Small points keep many apart; a large lens has room for larger ones.
  const grown = Math.min(MOST_GROWTH, Math.max(1, radius / 150)) * (own && near.length > 500 ? 0.7 : 1);
  const visited = state.visited.get(0) ?? new Set();
  const inHand = new Set([...state.candidates, ...state.results].map((one) => one.node));
  const evicted = new Set(state.left.filter((node) => !inHand.has(node)));
  for (const node of near) {
    const p = visited.has(node) ? place(node) : null;
    if (p && evicted.has(node)) evictedMark(c, p.x, p.y, (own ? 1.9 : 2.8) * grown, theme);
    else if (p) disc(c, p.x, p.y, (own ? 1.7 : 3) * grown, theme.rejected);
  }
  for (const candidate of state.candidates) {
    const p = place(candidate.node);
    if (p) ring(c, p.x, p.y, (own ? 2.6 : 4.4) * grown, theme.candidate, theme, own ? 1.2 : 1.6);
  }
  routeLine(c, /** @type {Point[]} */ (state.route.filter((s) => s.layer === 0).map((s) => place(s.node)).filter((p) => p)), theme, (own ? 1.6 : 2.6) * grown);
  for (let i = results.length - 1; i >= 0; i -= 1) {
    const p = place(results[i].node);
    if (p) numbered(c, p.x, p.y, (own ? 6 : 8) * grown, i + 1, theme.result, theme.onResult, theme);
  }
  for (const { node } of missed) {
    const p = place(node);
    if (p) missedRing(c, p.x, p.y, (own ? 5 : 7) * grown, theme);
  }
  for (const hit of state.results.slice(search.header.k)) {
    const p = place(hit.node);
    if (p) heldMark(c, p.x, p.y, (own ? 2.6 : 4) * grown, theme);
  }
  const query = own ? projectedPlace({ x, y, radius }, own.query.x, own.query.y) : { x, y };
  crosshair(c, query.x, query.y, 11, theme);
  const hovered = hover?.node === undefined ? null : place(hover.node);
  if (hovered) ring(c, hovered.x, hovered.y, 7, theme.text, theme, 1.8);
  c.restore();
  drawRim(c, theme, x, y, radius);
  return { reach, nodeAt: (px, py) => nearest(near.filter((node) => !own || visited.has(node)), place, px, py) };
}

/** @param {number[]} nodes @param {(node:number)=>Point|null} place @param {number} x @param {number} y */
function nearest(nodes, place, x, y) {
  let best = -1;
  let least = PICK_PIXELS;
  for (const node of nodes) {
    const p = place(node);
    const away = p ? Math.hypot(p.x - x, p.y - y) : Infinity;
    if (away > least) continue;
    least = away;
    best = node;
  }
  return best;
}

/**
 * The links by which nodes came into the queue.
 * @param {Drawing} c @param {Theme} theme @param {Map<number,number>} parents @param {(node:number)=>Point|null} place
 */
function drawWalk(c, theme, parents, place) {
  c.beginPath();
  for (const [node, parent] of parents) {
    const from = parent === NONE ? null : place(parent);
    const to = from && place(node);
    if (!to) continue;
    c.moveTo(from.x, from.y);
    c.lineTo(to.x, to.y);
  }
  stroke(c, withAlpha(theme.link, 0.4), 0.8);
}

/** @param {Drawing} c @param {LayoutMap} map @param {Theme} theme @param {number[]} near @param {(node:number)=>Point|null} place */
function drawNear(c, map, theme, near, place) {
  const links = map.links?.get(0);
  if (links && links.from.length <= 60_000) {
    const inside = new Set(near);
    c.strokeStyle = withAlpha(theme.link, 0.28);
    c.lineWidth = 0.8;
    c.beginPath();
    for (let i = 0; i < links.from.length; i += 1) {
      if (!inside.has(links.from[i]) || !inside.has(links.to[i])) continue;
      const a = place(links.from[i]);
      const b = place(links.to[i]);
      if (!a || !b) continue;
      c.moveTo(a.x, a.y);
      c.lineTo(b.x, b.y);
    }
    c.stroke();
  }
  c.fillStyle = withAlpha(theme.node, 0.6);
  for (const node of near) {
    const p = place(node);
    if (p) c.fillRect(p.x - 1.2, p.y - 1.2, 2.4, 2.4);
  }
}

/** @param {Drawing} c @param {Theme} theme @param {number} x @param {number} y @param {number} radius */
function drawRim(c, theme, x, y, radius) {
  c.beginPath();
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
    c.moveTo(x + dx * radius * 0.72, y + dy * radius * 0.72);
    c.lineTo(x + dx * radius * 0.92, y + dy * radius * 0.92);
  }
  stroke(c, withAlpha(theme.query, 0.5), 1.6);
  c.strokeStyle = theme.candidate;
  c.lineWidth = 1.4;
  c.beginPath();
  c.arc(x, y, radius, 0, 7);
  for (let i = 0; i < 72; i += 1) {
    const angle = (i / 72) * Math.PI * 2;
    const out = radius + (i % 6 === 0 ? 7 : 3);
    c.moveTo(x + Math.cos(angle) * radius, y + Math.sin(angle) * radius);
    c.lineTo(x + Math.cos(angle) * out, y + Math.sin(angle) * out);
  }
  c.stroke();
}

/**
 * Far enough for most of the given nodes, but always a close-up.
 * @param {LayoutMap} map @param {{node:number}[]} nodes @param {Point} centre
 */
function lensReach(map, nodes, centre) {
  const far = nodes.map(({ node }) => Math.hypot(map.nodeX[node] - centre.x, map.nodeY[node] - centre.y)).filter((d) => d === d).sort((a, b) => a - b);
  const most = far[Math.floor(far.length * 0.85)] ?? 0.06;
  return Math.min(0.22, Math.max(0.02, most * 1.3));
}

/**
 * From the lens to what it shows of the lowest sheet.
 * @param {Drawing} c @param {import("./sheets.js").Sheets} sheets @param {{x:number,y:number,radius:number}} lens
 * @param {Point} place of the query @param {number} reach in parts of the map's side @param {Theme} theme
 */
export function drawSight(c, sheets, { x, y, radius }, place, reach, theme) {
  const foot = sheets.place(0, place.x, place.y);
  c.beginPath();
  sheets.circle(c, 0, place.x, place.y, reach);
  stroke(c, withAlpha(theme.candidate, 0.55), 1);
  c.setLineDash([4, 5]);
  c.beginPath();
  const angle = Math.atan2(foot.y - y, foot.x - x);
  const small = reach * sheets.affine(0).vy * 0.9;
  for (const side of [-1, 1]) {
    const turn = angle + (side * Math.PI) / 2;
    c.moveTo(x + Math.cos(turn) * radius, y + Math.sin(turn) * radius);
    c.lineTo(foot.x + Math.cos(turn) * small, foot.y + Math.sin(turn) * small);
  }
  stroke(c, withAlpha(theme.candidate, 0.45), 1);
  c.setLineDash([]);
}
