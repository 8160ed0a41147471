import { plural } from "../format.js";

/**
 * The answer to `index.route`: from the entry point to a node, the shortest by links.
 * @typedef {{node:number,label?:number|string,layer:number}} Hop
 * @typedef {{node:number,level?:number,reachable?:boolean,hops:Hop[]}} Route
 * @typedef {(node:number)=>Point|null} PlaceOf null where the map has no place for the node
 */

/**
 * Whether links lead there.
 * @param {Route} route
 */
export const isReachable = (route) => route.reachable !== false && route.hops.length > 0;

/**
 * How many links are followed; to go down a layer is none.
 * @param {Route} route
 */
export const linksFollowed = ({ hops }) => hops.reduce((sum, hop, i) => sum + (i > 0 && hop.node !== hops[i - 1].node ? 1 : 0), 0);

/**
 * The hops that are worth a line: of several layers left at once the last.
 * @param {Route} route
 */
export const steps = ({ hops }) => hops.filter((hop, i) => i === 0 || hop.node !== hops[i - 1].node || hop.node !== hops[i + 1]?.node);

/** @param {Route} route */
export function routeWords(route) {
  if (!isReachable(route)) return "Not reachable by links: no search finds it on its way.";
  const followed = linksFollowed(route);
  if (followed === 0) return "It is the entry point.";
  /** @type {Map<number,number>} */
  const byLayer = new Map();
  route.hops.forEach((hop, i) => {
    if (i > 0 && hop.node !== route.hops[i - 1].node) byLayer.set(hop.layer, (byLayer.get(hop.layer) ?? 0) + 1);
  });
  const parts = [...byLayer].map(([layer, number]) => `${number} on layer ${layer}`);
  return `${plural(followed, "hop")} from the entry point: ${parts.join(", ")}.`;
}

/**
 * What is drawn of a route: lines along links, a drop for each layer left, and how many of its nodes have no place. A line is broken at
 * a node without a place.
 * @param {Route} route @param {PlaceOf} placeOf
 * @returns {{lines:Point[][],drops:{at:Point,from:number,to:number}[],unplaced:number}}
 */
export function routePicture({ hops }, placeOf) {
  /** @type {Point[][]} */
  const lines = [];
  /** @type {{at:Point,from:number,to:number}[]} */
  const drops = [];
  const unplaced = new Set();
  /** @type {Point[]|null} */
  let line = null;
  hops.forEach((hop, i) => {
    const at = placeOf(hop.node);
    if (!at) {
      unplaced.add(hop.node);
      line = null;
      return;
    }
    const before = hops[i - 1];
    if (before?.node === hop.node) {
      const last = drops.at(-1);
      // Several layers at once are one drop.
      if (last && last.at.x === at.x && last.at.y === at.y && last.to === before.layer) last.to = hop.layer;
      else drops.push({ at, from: before.layer, to: hop.layer });
    } else if (line) line.push(at);
    if (!line) lines.push((line = [at]));
  });
  return { lines, drops, unplaced: unplaced.size };
}

/**
 * Links of a node to be drawn, the top layer last: a pair that is linked on several layers is drawn on the highest alone.
 * @param {{node:number,links?:number[][]}} answer to `index.node` @param {PlaceOf} placeOf
 * @returns {{layer:number,node:number,at:Point}[]}
 */
export function neighbourPicture({ links = [] }, placeOf) {
  /** @type {Map<number,{layer:number,node:number,at:Point}>} */
  const byNode = new Map();
  links.forEach((nodes, layer) => {
    for (const node of nodes) {
      const at = placeOf(node);
      byNode.delete(node);
      if (at) byNode.set(node, { layer, node, at });
    }
  });
  return [...byNode.values()];
}
