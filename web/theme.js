/**
 * @typedef {typeof dark} Theme colours and faces of every picture; the two themes have the same fields. The colours of meanings and
 *   of searches were searched for by a program: `test/palette.test.js` says what they must hold
 */

const faces = {
  heading: '"B612", system-ui, sans-serif',
  text: '"Inter", "Inter Variable", system-ui, sans-serif',
  mono: '"JetBrains Mono", ui-monospace, monospace',
};

const dark = {
  name: "dark", faces,
  background: "#0a101c", background2: "#0d1524", panel: "#101a2c", line: "#22314c", line2: "#31456a",
  text: "#e9f0fb", muted: "#93a5c4", faint: "#778aad",
  query: "#fff6dc", entry: "#dd35da", route: "#fbac45", routeText: "#fbac45", candidate: "#87b6f2",
  rejected: "#628298", result: "#7be3af", onResult: "#06251a", onRoute: "#2a1600", missed: "#fc4339",
  /** Sheets and depth tints, nearest the surface first. */
  depths: ["#1d3557", "#152a49", "#10223d", "#0c1a31"], land: "#0e1829",
  /** Nodes and links that no search has touched. */
  node: "#8fb2e0", link: "#7fa3d6", shadow: "rgba(0,0,0,.5)",
  /** Drawn round marks, to part them from what lies beneath. */
  outline: "#0a101c",
  series: ["#fed421", "#54b4f2", "#d06a9c", "#90ac21", "#8b7df0", "#f6f8df"],
};

/** @type {Theme} */
const light = {
  name: "light", faces,
  background: "#f4efe4", background2: "#faf6ec", panel: "#fffdf7", line: "#ddd3bf", line2: "#bfb297",
  text: "#1b2536", muted: "#5c6677", faint: "#666c76",
  query: "#14213a", entry: "#651672", route: "#a8570f", routeText: "#8a5200", candidate: "#3f56d5",
  rejected: "#6a6c79", result: "#075f50", onResult: "#ffffff", onRoute: "#ffffff", missed: "#a2140c",
  depths: ["#e9f1f4", "#d6e6ec", "#c1d9e3", "#abcbd9"], land: "#efe6d2",
  node: "#4a6480", link: "#5d7a96", shadow: "rgba(60,45,15,.28)",
  outline: "#fffdf7",
  series: ["#93630d", "#1a68d4", "#c61c66", "#166c57", "#663ca7", "#6f4e0b"],
};

export const themes = Object.freeze({ dark, light });

/**
 * A colour with an opacity.
 * @param {string} hex "#rrggbb" @param {number} alpha 0…1
 */
export function withAlpha(hex, alpha) {
  const v = parseInt(hex.slice(1), 16);
  return `rgba(${v >> 16},${(v >> 8) & 255},${v & 255},${alpha})`;
}

/**
 * A colour between two.
 * @param {string} a "#rrggbb" @param {string} b "#rrggbb" @param {number} t 0 is a, 1 is b
 */
export function mix(a, b, t) {
  const from = parseInt(a.slice(1), 16);
  const to = parseInt(b.slice(1), 16);
  let out = 0;
  for (const shift of [16, 8, 0]) {
    const x = (from >> shift) & 255;
    out |= Math.round(x + (((to >> shift) & 255) - x) * t) << shift;
  }
  return `#${out.toString(16).padStart(6, "0")}`;
}
