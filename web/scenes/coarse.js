import { mix, withAlpha } from "../theme.js";
import { cellPath, drawNodes } from "./map-layer.js";
import { cellExtremes } from "../search-figures.js";
import { plural } from "../format.js";
import { barredDot, crosshair, diamond, disc, distanceText, label, missedRing, note, numbered, ring, routeLine, stroke, vagueness } from "./marks.js";

/**
 * The coarse map of an IVF index: its cells, nearer ones deeper, each with its sounding (the centroid's distance).
 * Everything that the opening of cells does not change.
 * @param {CanvasRenderingContext2D} c
 * @param {{map:any,theme:any,ranks:Map<number,number>,larger:boolean,place:(x:number,y:number)=>{x:number,y:number},
 *   frame:{x:number,y:number,width:number,height:number},scale:number}} view
 */
export function drawCoarseMap(c, { map, theme, ranks, larger, place, frame, scale }) {
  const cells = /** @type {NonNullable<LayoutMap["cells"]>} */ (map.cells);
  const values = [...ranks.values()].filter((v) => v === v).sort((a, b) => (larger ? b - a : a - b));
  const order = new Map([...ranks].sort((a, b) => (larger ? b[1] - a[1] : a[1] - b[1])).map(([cell], i) => [cell, i]));
  for (let cell = 0; cell < cells.x.length; cell += 1) {
    const rank = order.get(cell);
    const depth = rank === undefined ? 0 : (1 - rank / Math.max(1, values.length)) ** 1.6;
    c.beginPath();
    cellPath(c, cells, cell, place);
    c.fillStyle = mix(theme.land, theme.depths[theme.name === "dark" ? 0 : 2], depth);
    c.fill();
    stroke(c, theme.line2, 0.8);
  }
  const dots = Math.min(1, Math.sqrt(4000 / Math.max(1, map.nodeX.length)));
  const { x: ox, y: oy } = place(0, 0);
  const far = place(1, 1);
  const radius = (0.7 + 0.5 * dots) * Math.min(3, Math.sqrt(scale));
  drawNodes(c, map, 0, { ox, oy, ux: far.x - ox, uy: 0, vx: 0, vy: far.y - oy }, { color: theme.node, alpha: 0.25 + 0.35 * dots, radius });
  /** @type {Point[]} */
  const taken = [];
  const spread = Math.sqrt((frame.width * frame.height) / Math.max(1, cells.x.length)) * scale;
  if (spread < 15) return;
  for (const [cell] of [...order].sort((a, b) => a[1] - b[1])) {
    const p = place(cells.x[cell], cells.y[cell]);
    if (taken.some((t) => Math.abs(t.x - p.x) < 30 && Math.abs(t.y - p.y) < 13)) continue;
    taken.push(p);
    note(c, distanceText(ranks.get(cell) ?? NaN, 2), p.x, p.y, theme, "center", "transparent");
  }
}

/**
 * The walk through a graph of centroids: each link that led to a centroid, the centroids met and still to be expanded, and
 * the route to the nearest.
 * @param {Drawing} c @param {{map:LayoutMap, theme:Theme, state:Picture, place:Place}} view
 */
export function drawCoarseWalk(c, { map, theme, state, place }) {
  const cells = /** @type {NonNullable<LayoutMap["cells"]>} */ (map.cells);
  const stage = state.stages.find((one) => one.nodes === "centroids" && one.perLayer.length > 0);
  if (!stage) return;
  /** @param {number} cell */
  const point = (cell) => (cells.x[cell] === cells.x[cell] && cell < cells.x.length ? place(cells.x[cell], cells.y[cell]) : null);
  c.strokeStyle = withAlpha(theme.candidate, 0.75);
  c.lineWidth = 1.2;
  c.beginPath();
  for (const [cell, parent] of stage.parents) {
    const [from, to] = [point(parent), point(cell)];
    if (!from || !to) continue;
    c.moveTo(from.x, from.y);
    c.lineTo(to.x, to.y);
  }
  c.stroke();
  for (const nodes of stage.visited.values()) {
    for (const cell of nodes) {
      const p = point(cell);
      if (p) disc(c, p.x, p.y, 2.6, theme.candidate, theme.outline);
    }
  }
  for (const { node } of stage.candidates) {
    const p = point(node);
    if (p) ring(c, p.x, p.y, 4.6, theme.candidate, theme, 1.4);
  }
  routeLine(c, /** @type {any} */ (stage.route.map((step) => point(step.node)).filter((p) => p)), theme, 2.2);
  const entry = stage.route.length ? point(stage.route[0].node) : null;
  if (entry) diamond(c, entry.x, entry.y, 6.5, theme);
}

/**
 * The largest and the smallest cell, named.
 * @param {Drawing} c
 * @param {{map:any,theme:any,place:(x:number,y:number)=>{x:number,y:number},room:{x:number,y:number,width:number,height:number}}} view
 */
export function drawExtremes(c, { map, theme, place, room }) {
  const cells = /** @type {NonNullable<LayoutMap["cells"]>} */ (map.cells);
  const { largest, smallest } = cellExtremes(cells.size);
  for (const [cell, name] of /** @type {[number,string][]} */ ([[smallest, "smallest"], [largest, "largest"]])) {
    if (cell < 0 || (name === "smallest" && cell === largest)) continue;
    c.beginPath();
    cellPath(c, cells, cell, place);
    c.fillStyle = withAlpha(theme.candidate, 0.14);
    c.fill();
    stroke(c, theme.text, 1.6);
    const at = place(cells.x[cell], cells.y[cell]);
    const x = Math.max(room.x + 70, Math.min(room.x + room.width - 70, at.x));
    label(c, `${name}: ${plural(cells.size[cell], "vector")}`, x, at.y, theme, { font: `700 12px ${theme.faces.heading}`, align: "center" });
  }
}

/**
 * The cell and the vector under the pointer.
 * @param {Drawing} c @param {{map:LayoutMap, theme:Theme, place:Place, hover:Hover|null}} view
 */
export function drawPointed(c, { map, theme, place, hover }) {
  if (hover?.cell !== undefined && map.cells) {
    c.beginPath();
    cellPath(c, map.cells, hover.cell, place);
    stroke(c, theme.text, 2.4);
  }
  const x = map.nodeX[hover?.node ?? -1];
  if (!(x >= 0)) return;
  const p = place(x, map.nodeY[hover?.node ?? -1]);
  ring(c, p.x, p.y, 7, theme.text, theme, 2);
}

/**
 * The opened cells in their order, and the query.
 * @param {Drawing} c @param {{map:LayoutMap, theme:Theme, state:Picture, search:Search, place:Place, missed:Hit[]}} view
 */
export function drawProbes(c, { map, theme, state, search, place, missed }) {
  const cells = /** @type {NonNullable<LayoutMap["cells"]>} */ (map.cells);
  const shown = state.perCell.filter((row) => row.cell < cells.x.length);
  for (const row of shown) {
    const now = row.cell === state.openCell && !state.stopReason;
    c.beginPath();
    cellPath(c, cells, row.cell, place);
    // Nearer centroids were opened first.
    const nearness = 1 - (row.order - 1) / Math.max(4, shown.length);
    c.fillStyle = mix(theme.land, theme.route, now ? 0.62 : (theme.name === "dark" ? 0.2 : 0.34) + 0.24 * nearness);
    c.fill();
  }
  drawMembers(c, { map, theme, state, place });
  drawCoarseWalk(c, { map, theme, state, place });
  for (const row of shown) {
    c.beginPath();
    cellPath(c, cells, row.cell, place);
    c.lineJoin = "round";
    stroke(c, theme.route, 2);
  }
  const at = search.place;
  const query = at ? place(at.x, at.y) : null;
  if (at && query) {
    const edge = place(at.x + at.spread, at.y + at.spread);
    c.beginPath();
    c.ellipse(query.x, query.y, edge.x - query.x, edge.y - query.y, 0, 0, 7);
    vagueness(c, theme);
  }
  for (const row of shown) {
    const p = place(cells.x[row.cell], cells.y[row.cell]);
    if (query) {
      c.strokeStyle = withAlpha(theme.query, 0.85);
      c.lineWidth = Math.max(0.8, 2.6 - row.order * 0.25);
      c.beginPath();
      c.moveTo(query.x, query.y);
      c.lineTo(p.x, p.y);
      c.stroke();
    }
  }
  const radius = shown.length > 24 ? 7 : 9.5;
  for (const row of [...shown].reverse()) {
    const p = place(cells.x[row.cell], cells.y[row.cell]);
    numbered(c, p.x, p.y, radius, row.order, theme.route, theme.onRoute, theme);
  }
  for (const { node } of missed) {
    const x = map.nodeX[node];
    if (x === x && x !== undefined) missedRing(c, place(x, map.nodeY[node]).x, place(x, map.nodeY[node]).y, 7, theme);
  }
  for (const result of state.results.slice(0, search.header.k)) {
    const x = map.nodeX[result.node];
    if (x !== x || x === undefined) continue;
    const p = place(x, map.nodeY[result.node]);
    disc(c, p.x, p.y, 4, theme.result, theme.outline);
  }
  if (query) crosshair(c, query.x, query.y, 11, theme);
}

/**
 * The vectors read so far.
 * @param {Drawing} c @param {{map:LayoutMap, theme:Theme, state:Picture, place:Place}} view
 */
function drawMembers(c, { map, theme, state, place }) {
  c.fillStyle = theme.name === "dark" ? mix(theme.route, theme.text, 0.6) : mix(theme.route, theme.text, 0.7);
  for (const nodes of state.visited.values()) {
    for (const node of nodes) {
      const x = map.nodeX[node];
      if (x !== x || x === undefined) continue;
      const p = place(x, map.nodeY[node]);
      c.fillRect(p.x - 1.4, p.y - 1.4, 2.8, 2.8);
    }
  }
  for (const node of state.barred) {
    const x = map.nodeX[node];
    if (x === x && x !== undefined) barredDot(c, place(x, map.nodeY[node]).x, place(x, map.nodeY[node]).y, 2.2, theme);
  }
}
