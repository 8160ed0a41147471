import { RequestError } from "../connection.js";
import { el, show } from "../dom.js";
import { menu } from "./menu.js";

/** Items that a file brings with it: captions and pictures of what was found and missed. */
const MOST_ITEMS = 200;
const MOST_PICTURES = 50;
const PICTURE_PIXELS = 160;

/** What leaves the page and comes into it: links, pictures, and traces as files that are replayed without a daemon. */
export class Sharing {
  /** @param {any} app @param {HTMLElement} button of the menu */
  constructor(app, button) {
    this.app = app;
    this.input = el("input", { type: "file", accept: ".json,application/json", hidden: true, testid: "trace-file", "aria-label": "Trace file", onchange: () => this.#take(this.input.files?.[0]) });
    this.over = el("div", { class: "drop", hidden: true, text: "A saved search (.json) is replayed here, without a daemon" });
    document.body.append(this.input, this.over);
    menu(button, [
      { id: "link", text: "Copy the link", hint: "index, search, step, camera", run: () => this.#copyLink() },
      ...[1, 2, 3, 4].map((times) => ({ id: `png-${times}`, text: `Save the picture, ${times}×`, hint: "PNG", run: () => this.#save("png", times) })),
      { id: "svg", text: "Save the picture", hint: "SVG", run: () => this.#save("svg", 1) },
      { id: "trace", text: "Save the search", hint: "JSON, to be dropped here", run: () => this.#save("json", 1) },
      { id: "open", text: "Open a saved search …", run: () => this.choose() },
      { id: "print", text: "Print …", run: () => print() },
    ]);
    this.#listenForDrops();
  }

  /** Asks for a file. */
  choose() {
    this.input.value = "";
    this.input.click();
  }

  /** Leaves the file for what the daemon has. */
  close() {
    const { app } = this;
    const name = app.store.selected;
    app.leave();
    app.store.indexes.delete(name);
    app.showFirst();
  }

  async #copyLink() {
    const { app } = this;
    const address = new URL(app.links.hash, location.href).href;
    try {
      await navigator.clipboard.writeText(address);
      app.tell("The link is copied.");
    } catch {
      // Only pages of this machine and of https may write to the clipboard.
      prompt("The link:", address);
    }
  }

  /** @param {"png"|"svg"|"json"} kind @param {number} times */
  async #save(kind, times) {
    const { app } = this;
    const { search, store } = app;
    try {
      if (!store.summary || !app.stage.scene?.map) throw new RangeError("There is no picture to save yet.");
      if (kind !== "png" && !search) throw new RangeError(`Choose a search first: ${kind === "svg" ? "an SVG" : "the file"} is of one search.`);
      const name = [store.summary.name, search?.id, kind === "json" ? null : app.view].filter(Boolean).join("-").replace(/[^\w.-]+/g, "_");
      download(kind === "json" ? await this.#trace() : await import("./picture.js").then((picture) => (kind === "png" ? picture.pictureAsPng(app, times) : picture.pictureAsSvg(app))), `${name}.${kind === "json" ? "trace.json" : kind}`);
    } catch (error) {
      app.complain(/** @type {Error} */ (error).message);
    }
  }

  async #trace() {
    const { app } = this;
    const { search, store } = app;
    if (!search.complete) throw new RangeError("The search is not whole yet; save it when it has ended.");
    const [{ traceFile, nodesOf }, { addressOf }] = await Promise.all([import("./trace-file.js"), import("./picture.js")]);
    const pictured = new Set([...(search.results ?? []), ...app.missed()].map(({ node }) => node).slice(0, MOST_PICTURES));
    const nodes = [...new Set([...pictured, ...nodesOf(search)])].slice(0, MOST_ITEMS);
    const own = search.started.label === undefined ? null : app.items.label(search.started.label);
    const items = [own, ...nodes.map((node) => app.items.node(node))].filter(Boolean).map(({ label, node, caption, category }) => {
      const image = pictured.has(node) || node === own?.node ? app.items.image(node) : null;
      return { label, node, caption, category, ...(image ? { media: addressOf(image, null, PICTURE_PIXELS) } : {}) };
    });
    return new Blob([JSON.stringify(traceFile({ summary: store.summary, map: store.map, search, items, at: Date.now() }))], { type: "application/json" });
  }

  /** @param {File|undefined} file */
  async #take(file) {
    if (!file) return;
    const { app } = this;
    try {
      const { MOST_BYTES, readTrace } = await import("./read-trace.js");
      if (file.size > MOST_BYTES) throw new RangeError(`${file.name} is larger than ${MOST_BYTES / 1024 / 1024} MiB.`);
      this.#show(readTrace(await file.text()), file.name);
    } catch (error) {
      app.complain(/** @type {Error} */ (error).message);
    }
  }

  /** @param {import("./trace-file.js").TraceFile} file @param {string} source the file's name */
  #show(file, source) {
    const { app } = this;
    const { store } = app;
    // Beside an index of the daemon, and not in its place.
    const name = [file.index.name, `${file.index.name} (${source})`, `${file.index.name} (${source}, ${file.trace.search})`].find((one) => !store.indexes.has(one)) ?? `${source} ${Date.now()}`;
    const summary = { ...file.index, name };
    const trace = { ...file.trace, index: name, started: { ...file.trace.started, index: name } };
    const says = `${source}: search ${trace.search} of ${file.index.title ?? file.index.name}${file.at ? `, saved on ${new Date(file.at).toLocaleDateString("en-GB", { dateStyle: "medium" })}` : ""}`;
    store.indexes.set(name, { summary, failure: null, progress: null, file: { layout: file.layout, trace, says, answer: answerOf(summary, file.items) } });
    app.open(name);
    app.watch(store.searches.get(trace.search), true);
  }

  #listenForDrops() {
    const bearsFile = (/** @type {DragEvent} */ event) => [...(event.dataTransfer?.items ?? [])].some(({ kind }) => kind === "file");
    document.addEventListener("dragover", (event) => {
      if (!bearsFile(event)) return;
      event.preventDefault();
      show(this.over, true);
    });
    document.addEventListener("dragleave", (event) => { if (event.relatedTarget === null) show(this.over, false); });
    document.addEventListener("drop", async (event) => {
      show(this.over, false);
      // Where the query takes files, only traces are left to this.
      const isTaken = event.defaultPrevented;
      const file = event.dataTransfer?.files[0];
      if (!file) return;
      event.preventDefault();
      const isJSON = /\.json$/i.test(file.name) || file.type === "application/json";
      if (isJSON && (!isTaken || /^\s*\{\s*"annscope"/.test(await file.slice(0, 64).text()))) this.#take(file);
    });
  }
}

/**
 * Answers in the daemon's stead, as far as a file can.
 * @param {any} summary @param {any[]} items
 */
const answerOf = (summary, items) => async (/** @type {string} */ method, /** @type {{nodes?:number[],labels?:Label[]}} */ { nodes = [], labels = [] }) => {
  switch (method) {
    case "index.items": return { items: items.filter((item) => nodes.includes(item.node) || labels.some((label) => String(label) === String(item.label))) };
    case "index.describe": return summary;
    case "index.queries": return { queries: [] };
    default: throw new RequestError(-32601, "This is a trace from a file: only a daemon can answer that.");
  }
};

/** @param {Blob} blob @param {string} name */
function download(blob, name) {
  const address = URL.createObjectURL(blob);
  el("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
