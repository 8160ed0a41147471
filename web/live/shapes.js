/** The shapes of the six searches that are animated at once, in a box from −1 to 1; each goes with the series colour of its number. */
export const SHAPES = Object.freeze([
  ["circle", "M1 0A1 1 0 1 1-1 0A1 1 0 1 1 1 0Z"],
  ["square", "M-.88-.88H.88V.88H-.88Z"],
  ["diamond", "M0-1.2 1.2 0 0 1.2-1.2 0Z"],
  ["triangle", "M0-1.1 1.1.85H-1.1Z"],
  ["hexagon", "M-1.05 0-.55-.92H.55L1.05 0 .55.92H-.55Z"],
  ["triangle pointing down", "M0 1.1 1.1-.85H-1.1Z"],
]);

/** @type {Path2D[]} */
const paths = [];

/**
 * Fills a shape.
 * @param {CanvasRenderingContext2D} c
 * @param {number} number
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {string} color
 * @param {string|null} [outline]
 */
export function drawShape(c, number, x, y, radius, color, outline = null) {
  paths[number] ??= new Path2D(SHAPES[number][1]);
  c.save();
  c.translate(x, y);
  c.scale(radius, radius);
  if (outline) {
    c.strokeStyle = outline;
    c.lineWidth = 3 / radius;
    c.stroke(paths[number]);
  }
  c.fillStyle = color;
  c.fill(paths[number]);
  c.restore();
}

const NAMESPACE = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag
 * @param {Record<string,string|number>} attributes
 * @param {...Node} children
 * @returns {any}
 */
export function svg(tag, attributes, ...children) {
  const node = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

/**
 * A shape as an element; the colour comes with the class of its number.
 * @param {number} number −1 for a small dot
 * @param {string} [name] for those who hear it
 */
export function shapeIcon(number, name) {
  const path = svg("path", { d: SHAPES[number < 0 ? 0 : number][1] });
  const view = number < 0 ? "-3 -3 6 6" : "-1.4 -1.4 2.8 2.8";
  return svg("svg", { viewBox: view, class: `shape series-${number < 0 ? "none" : number}`, ...(name ? { role: "img", "aria-label": name } : { "aria-hidden": "true" }) }, path);
}
