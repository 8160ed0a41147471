import { App } from "./app.js";

const app = new App(document);
app.start();

/** What the page shows, for those who drive it from outside. */
window.annscope = Object.freeze({ snapshot: () => app.snapshot() });
