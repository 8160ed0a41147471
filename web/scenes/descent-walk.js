import { Kind } from "../replay/kinds.js";
import { dropGrowth, edgeGrowth, ringGrowth } from "../motion.js";
import { mix, withAlpha } from "../theme.js";
import { barredDot, disc, dropLine, evictedMark, heldMark, ring, routeLine, stroke } from "./marks.js";
import { presentExpansion } from "./expansion.js";

/** Marks of one kind that are drawn at most, those of the latest steps first. */
const MOST_MARKS = 3000;
const MOST_RINGS = 300;
/** The latest nodes are drawn strongest. */
const RECENT = [12, 60];

/**
 * A walk down through a graph up to a cursor.
 * @typedef {object} WalkView
 * @property {Theme} theme
 * @property {Picture} state
 * @property {Search} search
 * @property {number} k results that were asked for
 * @property {(layer:number,node:number)=>{x:number,y:number}|null} point where a node lies on a layer's sheet
 * @property {(step:number)=>number} age ms since a step was passed
 */

/**
 * Nodes that were measured, and what became of them.
 * @param {CanvasRenderingContext2D} c @param {WalkView} view @returns {{drawn:number,met:number}}
 */
export function drawMet(c, { theme, state, point, k }) {
  const ink = mix(theme.rejected, theme.text, 0.25);
  const held = new Set(state.results.slice(k).map(({ node }) => node));
  const inHand = new Set([...state.candidates, ...state.results].map(({ node }) => node));
  const evicted = new Set(state.left.slice(-MOST_MARKS).filter((node) => !inHand.has(node)));
  let met = 0;
  let drawn = 0;
  for (const [layer, nodes] of state.visited) {
    met += nodes.size;
    drawn += Math.min(nodes.size, MOST_MARKS);
    let number = nodes.size;
    /** @type {Map<number,{x:number,y:number}[]>} */
    const byAge = new Map();
    for (const node of nodes) {
      number -= 1;
      if (layer <= 0 && (state.barred.has(node) || evicted.has(node))) continue;
      const p = number < MOST_MARKS ? point(Math.max(0, layer), node) : null;
      if (!p) continue;
      const alpha = number < RECENT[0] ? 1 : number < RECENT[1] ? 0.8 : 0.6;
      const points = byAge.get(alpha);
      if (points) points.push(p);
      else byAge.set(alpha, [p]);
    }
    for (const [alpha, points] of byAge) {
      c.beginPath();
      for (const p of points) {
        c.moveTo(p.x + 2.2, p.y);
        c.arc(p.x, p.y, 2.2, 0, 7);
      }
      c.fillStyle = withAlpha(ink, alpha);
      c.fill();
    }
  }
  /** @param {Iterable<number>} nodes @param {(c:Drawing,x:number,y:number,radius:number,theme:Theme)=>void} draw @param {number} radius */
  const mark = (nodes, draw, radius) => {
    for (const node of nodes) {
      const p = point(0, node);
      if (p) draw(c, p.x, p.y, radius, theme);
    }
  };
  mark(state.barred, barredDot, 2.6);
  mark(evicted, evictedMark, 2.6);
  mark(held, heldMark, 3.4);
  return { drawn, met };
}

/**
 * The node whose links are read, and the links that were followed from it.
 * @param {Drawing} c @param {WalkView} view
 */
export function drawPresent(c, { theme, state, search, point, age }) {
  const present = state.stopReason ? null : presentExpansion(search.columns, state.cursor);
  const from = present && point(present.layer, present.node);
  if (!present || !from) return;
  const { kind, to } = search.columns;
  for (const step of present.steps) {
    const end = point(present.layer, to[step]);
    const grown = edgeGrowth(age(step));
    if (!end || grown === 0) continue;
    c.beginPath();
    c.moveTo(from.x, from.y);
    c.lineTo(from.x + (end.x - from.x) * grown, from.y + (end.y - from.y) * grown);
    stroke(c, withAlpha(kind[step] === Kind.keep ? theme.candidate : mix(theme.rejected, theme.text, 0.2), 0.75), 1.1);
  }
}

/**
 * The queue of candidates, each ring closing in when its link has arrived.
 * @param {Drawing} c @param {WalkView} view
 */
export function drawCandidates(c, { theme, state, search, point, age }) {
  if (state.layer > 0) return;
  const fresh = new Map();
  const { to, kind } = search.columns;
  for (let i = state.cursor - 1; i >= Math.max(0, state.cursor - 64) && age(i) < Infinity; i -= 1) if (kind[i] === Kind.keep) fresh.set(to[i], ringGrowth(age(i)));
  for (const { node } of state.candidates.slice(0, MOST_RINGS)) {
    const p = point(0, node);
    const grown = fresh.get(node) ?? 1;
    if (p && grown > 0) ring(c, p.x, p.y, 3.6 + 5 * (1 - grown), withAlpha(theme.candidate, grown), theme, 1.4);
  }
}

/**
 * The chain of nodes that led nearest, dashed where it drops a layer.
 * @param {Drawing} c @param {WalkView} view
 * @returns {{x:number,y:number}|null} where the search stands
 */
export function drawRoute(c, { theme, state, search, point, age }) {
  let run = /** @type {{x:number,y:number}[]} */ ([]);
  let runLayer = null;
  let last = null;
  const drops = [];
  for (const step of state.route) {
    const p = point(step.layer, step.node);
    if (!p) continue;
    if (step.layer !== runLayer) {
      routeLine(c, run, theme);
      run = [];
      if (last) drops.push([last, p]);
      runLayer = step.layer;
    }
    run.push(p);
    last = p;
  }
  // Where the search stands while it scans: improved on, but its own links not read yet.
  const tip = state.layer > 0 && state.current >= 0 ? point(state.layer, state.current) : null;
  if (tip && run.length && runLayer === state.layer) run.push(tip);
  routeLine(c, run, theme);
  const grown = dropGrowth(ageOfEntry(search.columns, state.cursor, age));
  drops.forEach(([from, to], i) => dropLine(c, from, to, theme, i === drops.length - 1 ? grown : 1));
  if (state.stopReason || !last) return null;
  const now = point(state.layer, state.current) ?? run.at(-1) ?? last;
  c.save();
  c.shadowColor = theme.route;
  c.shadowBlur = 16;
  disc(c, now.x, now.y, 5, theme.route, theme.outline);
  c.restore();
  return now;
}

/**
 * Milliseconds since the present layer was entered, Infinity when that is no news.
 * @param {{kind:Uint8Array}} view @param {number} cursor @param {(step:number)=>number} age
 */
function ageOfEntry({ kind }, cursor, age) {
  for (let i = cursor - 1; i >= 0 && age(i) < Infinity; i -= 1) if (kind[i] === Kind.enter) return age(i);
  return Infinity;
}
