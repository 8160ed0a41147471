import { mix, withAlpha } from "../theme.js";

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
  c.lineWidth = 0.8;
  c.strokeStyle = withAlpha(theme.name === "dark" ? theme.candidate : theme.node, ground === "land" ? 0.26 : 0.2);
  contours.levels.forEach(({ points, start }, i) => {
    c.beginPath();
    for (let ring = 0; ring + 1 < start.length; ring += 1) {
      for (let k = start[ring]; k < start[ring + 1]; k += 1) {
        const x = at.ox + points[2 * k] * at.ux + points[2 * k + 1] * at.vx;
        const y = at.oy + points[2 * k] * at.uy + points[2 * k + 1] * at.vy;
        if (k === start[ring]) c.moveTo(x, y);
        else c.lineTo(x, y);
      }
      c.closePath();
    }
    c.fillStyle = fills[i % fills.length];
    c.fill();
    c.stroke();
  });
}
