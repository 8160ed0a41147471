/**
 * @typedef {typeof dark} Theme colours and faces of every picture; the two themes have the same fields
 */

const faces = {
  heading: '"B612", system-ui, sans-serif',
  text: '"Inter", "Inter Variable", system-ui, sans-serif',
  mono: '"JetBrains Mono", ui-monospace, monospace',
};

const dark = {
  name: "dark", faces,
  background: "#0a101c", background2: "#0d1524", panel: "#101a2c", line: "#22314c", line2: "#31456a",
  text: "#e9f0fb", muted: "#93a5c4", faint: "#5b6d8d",
  query: "#fff6dc", entry: "#dc36da", route: "#fbac45", routeText: "#fbac45", candidate: "#87b6f2",
  rejected: "#576e87", result: "#7be3af", onResult: "#06251a", onRoute: "#2a1600", missed: "#fb443b",
  /** Sheets and depth tints, nearest the surface first. */
  depths: ["#1d3557", "#152a49", "#10223d", "#0c1a31"], land: "#0e1829",
  /** Nodes and links that no search has touched. */
  node: "#8fb2e0", link: "#7fa3d6", shadow: "rgba(0,0,0,.5)",
  /** Drawn round marks whose own contrast on a sheet may be low. */
  outline: "#0a101c",
  series: ["#fed421", "#54b4f2", "#d06a9c", "#90ac21", "#8b7df0", "#f6f8df"],
};

/** @type {Theme} */
const light = {
  name: "light", faces,
  background: "#f4efe4", background2: "#faf6ec", panel: "#fffdf7", line: "#ddd3bf", line2: "#bfb297",
  text: "#1b2536", muted: "#5c6677", faint: "#868c95",
  query: "#14213a", entry: "#651672", route: "#c27e34", routeText: "#8a5200", candidate: "#3f56d6",
  rejected: "#778696", result: "#025f50", onResult: "#ffffff", onRoute: "#ffffff", missed: "#af0606",
  depths: ["#e9f1f4", "#d6e6ec", "#c1d9e3", "#abcbd9"], land: "#efe6d2",
  node: "#4a6480", link: "#5d7a96", shadow: "rgba(60,45,15,.28)",
  outline: "#fffdf7",
  series: ["#b26a00", "#1f63c4", "#b5175f", "#3f7d0a", "#6b3fb5", "#6b5a1e"],
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

/** A colour between two. @param {string} a "#rrggbb" @param {string} b "#rrggbb" @param {number} t 0 is a, 1 is b */
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
