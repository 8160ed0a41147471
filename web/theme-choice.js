import { themes } from "./theme.js";

const STORED = "annscope.theme";

/** The theme that was chosen before, or else the one that the system asks for. */
export function firstTheme() {
  const wanted = stored() ?? (matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark");
  return wanted === "light" ? themes.light : themes.dark;
}

/** @param {{name:string}} theme chosen by hand */
export function keepTheme(theme) {
  try {
    localStorage.setItem(STORED, theme.name);
  } catch {
    // Where nothing may be stored, the choice lasts as long as the page.
  }
}

function stored() {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

/**
 * Follows the system's theme for as long as nothing was chosen by hand.
 * @param {(theme:import("./theme.js").Theme)=>void} use
 */
export function onSystemTheme(use) {
  matchMedia("(prefers-color-scheme: light)").addEventListener("change", ({ matches }) => {
    if (stored() === null) use(matches ? themes.light : themes.dark);
  });
}
