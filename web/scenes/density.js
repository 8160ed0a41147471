import { mix, withAlpha } from "../theme.js";

/** @type {WeakMap<import("../render/contours.js").Contours,Path2D[]>} */
const paths = new WeakMap();

/**
 * The areas within the contour lines, outermost first, in map units.
 * @param {import("../render/contours.js").Contours} contours @returns {Path2D[]}
 */
function areasOf(contours) {
  let areas = paths.get(contours);
  if (!areas) {
    areas = contours.levels.map(({ points, start }) => {
      const area = new Path2D();
      for (let ring = 0; ring + 1 < start.length; ring += 1) {
        area.moveTo(points[2 * start[ring]], points[2 * start[ring] + 1]);
        for (let i = start[ring] + 1; i < start[ring + 1]; i += 1) area.lineTo(points[2 * i], points[2 * i + 1]);
        area.closePath();
      }
      return area;
    });
    paths.set(contours, areas);
  }
  return areas;
}

/**
 * Fills of the areas, outermost first: on the land of a chart, or on a sheet that is as deep as the map's last layer.
 * @param {Theme} theme @param {"land"|"sheet"} ground
 */
function tints(theme, ground) {
  const { depths, node } = theme;
  const isDark = theme.name === "dark";
  if (ground === "sheet") return [0, 1, 2, 3, 4].map(() => withAlpha(isDark ? mix(depths[0], node, 0.35) : mix(depths[3], node, 0.6), 0.15));
  const steps = isDark
    ? [mix(depths[2], depths[1], 0.3), mix(depths[1], depths[0], 0.3), depths[0], mix(depths[0], node, 0.14), mix(depths[0], node, 0.28)]
    : [depths[1], depths[2], depths[3], mix(depths[3], node, 0.22), mix(depths[3], node, 0.44)];
  return steps.map((step) => withAlpha(step, 0.92));
}

/**
 * How crowded a map is, as a chart shows depth: bands, and the contour lines between them.
 * @param {CanvasRenderingContext2D} c with CSS pixels @param {import("../render/contours.js").Contours} contours
 * @param {import("../render/raster.js").Affine} at @param {Theme} theme @param {"land"|"sheet"} ground
 */
export function drawDepths(c, contours, at, theme, ground) {
  const fills = tints(theme, ground);
  const place = new DOMMatrix([at.ux, at.uy, at.vx, at.vy, at.ox, at.oy]);
  c.lineWidth = 0.8;
  c.strokeStyle = withAlpha(theme.name === "dark" ? theme.candidate : theme.node, ground === "land" ? 0.26 : 0.2);
  areasOf(contours).forEach((area, i) => {
    const placed = new Path2D();
    placed.addPath(area, place);
    c.fillStyle = fills[i % fills.length];
    c.fill(placed, "evenodd");
    c.stroke(placed);
  });
}
