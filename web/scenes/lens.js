import { withAlpha } from "../theme.js";
import { projectedPlace } from "./projected.js";
import { crosshair, disc, numbered, ring, routeLine } from "./marks.js";

/**
 * A round window on layer 0 round the query: a part of the map magnified, or, once there is one, the map of what the search measured.
 * @param {CanvasRenderingContext2D} c
 * @param {{map:any,theme:any,state:any,search:any,grid:any,centre:{x:number,y:number},x:number,y:number,radius:number}} view
 *   `centre` in map coordinates; `x`, `y`, `radius` in CSS pixels
 * @returns {number} the radius of the part shown, in map units; 0 when it is a map of its own
 */
export function drawLens(c, { map, theme, state, search, grid, centre, x, y, radius }) {
  const results = state.results.slice(0, search.header.k);
  const own = search.projection?.method === "local" ? search.projection : null;
  const reach = own ? 0 : lensReach(map, results.length ? results : state.candidates.slice(0, 12), centre);
  const place = (node) => {
    const row = own?.rows.get(node);
    if (own) return row === undefined ? null : projectedPlace({ x, y, radius }, own.x[row], own.y[row]);
    const px = ((map.nodeX[node] - centre.x) / reach) * radius;
    const py = ((map.nodeY[node] - centre.y) / reach) * radius;
    return px * px + py * py < (radius - 3) ** 2 ? { x: x + px, y: y + py } : null;
  };
  c.save();
  c.beginPath();
  c.arc(x, y, radius, 0, 7);
  c.fillStyle = theme.name === "dark" ? theme.depths[1] : theme.depths[1];
  c.shadowColor = theme.shadow;
  c.shadowBlur = 22;
  c.fill();
  c.shadowColor = "transparent";
  c.clip();
  c.strokeStyle = withAlpha(theme.candidate, 0.25);
  c.lineWidth = 0.8;
  for (const part of [0.33, 0.66]) {
    c.beginPath();
    c.arc(x, y, radius * part, 0, 7);
    c.stroke();
  }
  const near = [];
  if (own) near.push(...own.node);
  else grid.forEachIn(centre.x - reach, centre.y - reach, centre.x + reach, centre.y + reach, (node) => near.push(node));
  drawNear(c, map, theme, near, place);
  const visited = state.visited.get(0);
  if (visited) for (const node of near) {
    const p = visited.has(node) ? place(node) : null;
    if (p) disc(c, p.x, p.y, 3, theme.rejected);
  }
  for (const candidate of state.candidates) {
    const p = place(candidate.node);
    if (p) ring(c, p.x, p.y, 4.4, theme.candidate, theme);
  }
  routeLine(c, state.route.filter((s) => s.layer === 0).map((s) => place(s.node)).filter((p) => p), theme, 2.6);
  for (let i = results.length - 1; i >= 0; i -= 1) {
    const p = place(results[i].node);
    if (p) numbered(c, p.x, p.y, 8, i + 1, theme.result, theme.onResult, theme);
  }
  const query = own ? projectedPlace({ x, y, radius }, own.query.x, own.query.y) : { x, y };
  crosshair(c, query.x, query.y, 11, theme);
  c.restore();
  drawRim(c, theme, x, y, radius);
  return reach;
}

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

function drawRim(c, theme, x, y, radius) {
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

/** Far enough for most of the given nodes, but always a close-up. */
function lensReach(map, nodes, centre) {
  const far = nodes.map(({ node }) => Math.hypot(map.nodeX[node] - centre.x, map.nodeY[node] - centre.y)).filter((d) => d === d).sort((a, b) => a - b);
  const most = far[Math.floor(far.length * 0.85)] ?? 0.06;
  return Math.min(0.22, Math.max(0.02, most * 1.3));
}
