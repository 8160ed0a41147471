import process from "node:process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What the page asks for before its first picture, by the imports of its modules. `node boot-path.js --write` writes it into index.html. */

const WEB = new URL("../", import.meta.url);
const PAGE = new URL("index.html", WEB);
const LINKS = /(?:<link rel="(?:modulepreload|later)" href="[^"]*">\n)*(?=<script type="module")/;

/** @param {string} file @returns {string[]} the modules that it imports before it runs itself */
function imports(file) {
  const text = readFileSync(new URL(file, WEB), "utf8");
  return [...text.matchAll(/^(?:import\s*|(?:import|export)\b[^;"]*?\bfrom\s*)"(\.[^"]+)"/gm)].map(([, name]) => new URL(name, new URL(file, WEB)).href.slice(WEB.href.length));
}

/** @param {string} start @returns {Set<string>} it and all that it imports */
export function reach(start) {
  const found = new Set([start]);
  for (const file of found) for (const name of imports(file)) found.add(name);
  return found;
}

/** @param {Set<string>} all @returns {string[]} but for what the page begins with */
const sorted = (all) => [...all].filter((name) => name !== "main.js").sort();

/** @returns {{modulepreload:string[],later:string[]}} what is needed to connect, with what every first picture needs; and the rest, without what only one view has */
export function loadedAhead() {
  const [first, ...others] = MAP_SCENES.map(reach);
  const boot = new Set([...reach("main.js"), ...[...first].filter((name) => others.every((scene) => scene.has(name)))]);
  return { modulepreload: sorted(boot), later: sorted(new Set([...reach("app.js")].filter((name) => !boot.has(name)))) };
}

/** @returns {ReturnType<typeof loadedAhead>} what index.html says of it */
export function named() {
  const text = readFileSync(PAGE, "utf8");
  const of = (/** @type {string} */ rel) => [...text.matchAll(new RegExp(`<link rel="${rel}" href="([^"]*)">`, "g"))].map(([, name]) => name);
  return { modulepreload: of("modulepreload"), later: of("later") };
}

/** What shows a map on its own: `isMap` of the views. */
export const MAP_SCENES = Object.freeze(["scenes/chart.js", "scenes/descent.js", "scenes/cells.js"]);

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv[2] === "--write") {
  const links = Object.entries(loadedAhead()).flatMap(([rel, names]) => names.map((name) => `<link rel="${rel}" href="${name}">\n`));
  writeFileSync(PAGE, readFileSync(PAGE, "utf8").replace(LINKS, links.join("")));
}
