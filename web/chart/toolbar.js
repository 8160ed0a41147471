import { el, fill } from "../dom.js";
import { count, plural } from "../format.js";
import { extremes } from "./cells.js";

/** Layers that have buttons, the top ones: no real index has as many. */
const MOST_LAYERS = 16;

/**
 * What the chart shows: layers and their links in a graph, a cell by its number in an IVF. The buttons stay the same while the index
 * does, so that none is replaced under the pointer.
 */
export class Toolbar {
  #told = "";
  /** @type {{what:"shown"|"linked",layer:number,button:HTMLElement}[]} */
  #switches = [];

  /**
   * @param {HTMLElement} host @param {HTMLElement[]} first parts that every index has
   * @param {{turn:(what:"shown"|"linked",layer:number)=>void,all:()=>void,cell:(cell:number)=>void}} actions
   */
  constructor(host, first, actions) {
    this.host = host;
    this.first = first;
    this.actions = actions;
  }

  /** @param {Summary|null} summary @param {LayoutMap|null} map @param {import("./layers.js").LayerChoice|null} layers */
  draw(summary, map, layers) {
    const links = layers?.shown.map((_, layer) => map?.links.has(layer) ?? false) ?? [];
    const told = [summary?.name, summary?.revision, map?.revision, layers?.shown.length, links, map?.cells?.size.length].join("|");
    if (told !== this.#told || this.host.childElementCount === 0) {
      this.#told = told;
      this.#switches = [];
      fill(this.host, ...this.first, layers && this.#layers(summary, layers, links), map?.cells && this.#cells(map.cells));
    }
    for (const { what, layer, button } of this.#switches) button.setAttribute("aria-pressed", String(layers?.[what][layer] ?? false));
  }

  leave() {
    fill(this.host);
  }

  /** @param {Summary|null} summary @param {import("./layers.js").LayerChoice} layers @param {boolean[]} links whether the map has them */
  #layers(summary, layers, links) {
    const numbers = layers.shown.map((_, layer) => layer).reverse().slice(0, MOST_LAYERS);
    return el("div", { class: "layers", role: "group", "aria-label": "Layers" },
      layers.shown.length > 1 && el("span", { class: "muted", text: "layers" }),
      layers.shown.length > 1 && el("button", { type: "button", class: "chip", testid: "layers-all", text: "all", title: "show all layers", onclick: this.actions.all }),
      ...numbers.map((layer) => el("span", { class: "pair" },
        layers.shown.length > 1 && this.#switch("shown", layer, String(layer), `${plural(summary?.levels?.[layer] ?? 0, "node")} on layer ${layer}`),
        this.#switch("linked", layer, "links", links[layer] ? `links of layer ${layer}` : `the map has no links of layer ${layer}: select a node to see its own`, !links[layer]))));
  }

  /** @param {"shown"|"linked"} what @param {number} layer @param {string} text @param {string} title */
  #switch(what, layer, text, title, disabled = false) {
    const button = el("button", {
      type: "button", class: "chip", testid: `layer-${layer}-${what}`, text, title, "aria-label": title, disabled,
      onclick: () => this.actions.turn(what, layer),
    });
    this.#switches.push({ what, layer, button });
    return button;
  }

  /** @param {NonNullable<LayoutMap["cells"]>} cells */
  #cells({ size }) {
    const ends = extremes(size);
    if (!ends) return null;
    const field = el("input", { type: "number", min: 0, max: size.length - 1, testid: "cell-number", "aria-label": `cell, 0 to ${size.length - 1}`, placeholder: "cell" });
    const go = (/** @type {Event} */ event) => {
      event.preventDefault();
      const cell = Number(field.value);
      if (field.value !== "" && Number.isInteger(cell) && cell >= 0 && cell < size.length) this.actions.cell(cell);
    };
    const end = (/** @type {string} */ name, /** @type {{cell:number,size:number,number:number}} */ { cell, size: number, number: many }) => el("button", {
      type: "button", class: "chip", testid: `cell-${name}`, text: `${name}: ${count(number)}`, onclick: () => this.actions.cell(cell),
      title: `cell ${cell} with ${plural(number, "vector")}${many > 1 ? `, one of ${count(many)} of that size` : ""}`,
    });
    return el("div", { class: "layers", role: "group", "aria-label": "Cells" }, end("largest", ends.largest), end("smallest", ends.smallest), el("form", { class: "cell", onsubmit: go }, field));
  }
}
