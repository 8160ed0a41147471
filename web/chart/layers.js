/**
 * Which layers of a graph the chart shows, and the links of which, by layer from 0 up.
 * @typedef {{shown:readonly boolean[],linked:readonly boolean[]}} LayerChoice
 */

/** All layers, with the links of those above 0: the others would cover the map. @param {number} levels @returns {LayerChoice} */
export function everyLayer(levels) {
  const all = Array.from({ length: Math.max(1, levels) }, (_, layer) => layer);
  return { shown: all.map(() => true), linked: all.map((layer) => layer > 0 || levels <= 1) };
}

/** @param {LayerChoice} choice @param {"shown"|"linked"} what @param {number} layer @returns {LayerChoice} */
export function turned(choice, what, layer) {
  return { ...choice, [what]: choice[what].map((on, i) => (i === layer ? !on : on)) };
}

/** The layers to draw, from the lowest up; a node is on each layer up to its own. @param {LayerChoice} choice @returns {number[]} */
export const shownLayers = (choice) => choice.shown.flatMap((on, layer) => (on ? [layer] : []));

/** A node must reach this layer to be in the picture; Infinity when none is shown. @param {LayerChoice} choice */
export const lowestShown = (choice) => shownLayers(choice)[0] ?? Infinity;

/** @param {LayerChoice} a @param {LayerChoice} b */
export const isSameChoice = (a, b) => String(a.shown) === String(b.shown) && String(a.linked) === String(b.linked);
