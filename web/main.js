import { Shell } from "./shell.js";

const shell = new Shell(document);
shell.start();

/** What the page shows, for those who drive it from outside. */
window.annscope = Object.freeze({ snapshot: () => shell.snapshot() });
