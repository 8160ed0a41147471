/**
 * Which layers of a graph the chart shows, and the links of which, by layer from 0 up.
 * @typedef {{shown:readonly boolean[],linked:readonly boolean[]}} LayerChoice
 */

/** The links of a layer with more nodes would cover the map. */
const MOST_LINKED = 500;

/**
 * All layers, with the links of those where they leave the map to be seen.
 * @param {number} levels @param {readonly number[]} [nodes] by layer @returns {LayerChoice}
 */
export function everyLayer(levels, nodes = []) {
  const all = Array.from({ length: Math.max(1, levels) }, (_, layer) => layer);
  return { shown: all.map(() => true), linked: all.map((layer) => (layer > 0 || levels <= 1) && (nodes[layer] ?? 0) <= MOST_LINKED) };
}

/** @param {LayerChoice} choice @param {"shown"|"linked"} what @param {number} layer @returns {LayerChoice} */
export function turned(choice, what, layer) {
  return { ...choice, [what]: choice[what].map((on, i) => (i === layer ? !on : on)) };
}

/** The layers to draw, from the lowest up; a node is on each layer up to its own. */
export const shownLayers = (/** @type {LayerChoice} */ choice) => choice.shown.flatMap((on, layer) => (on ? [layer] : []));

/** A node must reach this layer to be in the picture; Infinity when none is shown. */
export const lowestShown = (/** @type {LayerChoice} */ choice) => shownLayers(choice)[0] ?? Infinity;

