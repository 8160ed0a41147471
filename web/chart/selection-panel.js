import { el, fill, pictureAddress } from "../dom.js";
import { count, plural, sentence } from "../format.js";
import { pictures } from "../pictures.js";
import { shareText, totalOf } from "./cells.js";
import { isReachable, routeWords, steps } from "./route.js";

/** @typedef {import("./selection.js").Selection} Selection */

/** Hops that are listed. */
const MOST_HOPS = 60;

/**
 * What is selected on the chart, in words and as buttons: the way to a node, the members of a cell, or what the lasso holds.
 */
export class SelectionPanel {
  /**
   * @param {HTMLElement} host
   * @param {{select:(node:number)=>void,point:(node:number|null)=>void,cell:(cell:number)=>void,among:()=>void,clear:()=>void}} actions
   */
  constructor(host, actions) {
    this.host = host;
    this.actions = actions;
  }

  /**
   * @param {{selection:Selection,lasso:import("./lasso-choice.js").LassoChoice,summary:Summary|null,cells:LayoutMap["cells"],placeless:number,mayRoute:boolean}} shown
   */
  draw({ selection, lasso, summary, cells, placeless, mayRoute }) {
    if (lasso.nodes.length > 0 || lasso.outline) fill(this.host, ...this.#lasso(lasso));
    else if (selection.cell !== null && cells) fill(this.host, ...this.#cell(selection.cell, selection, cells));
    else if (selection.node !== null) fill(this.host, ...this.#node(selection, summary, placeless, mayRoute));
    else fill(this.host);
    for (const nothing of this.host.querySelectorAll("ul:empty")) nothing.remove();
  }

  leave() {
    fill(this.host);
  }

  /** @param {Selection} selection @param {Summary|null} summary @param {number} placeless @param {boolean} mayRoute */
  #node(selection, summary, placeless, mayRoute) {
    const { route, noRoute, failure, answer } = selection;
    const hops = route ? steps(route) : [];
    const words = route ? routeWords(route) : noRoute ? `The way there is not known: ${noRoute}.` : mayRoute ? "Looking for the way there …" : null;
    return [
      el("h2", { text: mayRoute ? "The way there" : "On the map" }),
      failure && el("p", { class: "error", text: sentence(failure) }),
      words && el("p", { testid: "route-words", text: words }),
      hops.length > 1 && el("ol", { class: "hops", testid: "hops" }, ...hops.slice(0, MOST_HOPS).map((hop, i) => el("li", {},
        this.#name(selection, hop.node, hop.label), el("span", { class: "muted", text: i > 0 && hop.node === hops[i - 1].node ? `down to layer ${hop.layer}` : `layer ${hop.layer}` })))),
      hops.length > MOST_HOPS && el("p", { class: "muted", text: `and ${count(hops.length - MOST_HOPS)} more` }),
      placeless > 0 && el("p", { class: "muted", text: `${plural(placeless, "node")} of these ${placeless === 1 ? "has" : "have"} no place on the map yet: closer up it may come.` }),
      route && isReachable(route) && el("p", { class: "muted", text: "The shortest by links; a search goes by distances and may take another. An arrow down marks where it leaves a layer; squares mark what the selected one is linked with." }),
      summary?.structure === "flat" && el("p", { class: "muted", text: "A flat index has no links and no cells: each search measures every vector." }),
      answer?.cell !== undefined && this.#cellButton(answer.cell),
    ];
  }

  /** @param {number} cell */
  #cellButton(cell) {
    return el("p", {}, el("button", { type: "button", class: "chip", text: `show cell ${cell}`, onclick: () => this.actions.cell(cell) }));
  }

  /** @param {number} cell @param {Selection} selection @param {NonNullable<LayoutMap["cells"]>} cells */
  #cell(cell, { members, items, failure }, cells) {
    const nodes = members?.nodes ?? [];
    const size = members?.size ?? cells.size[cell];
    return [
      el("h2", { text: `Cell ${cell}` }),
      el("p", { testid: "cell-words", text: `${plural(size, "vector")}, ${shareText(size, totalOf(cells.size))} of the index.` }),
      failure && el("p", { class: "error", text: sentence(failure) }),
      members && nodes.length < size && el("p", { class: "muted", text: `The first ${count(nodes.length)} in the order of the scan:` }),
      el("ul", { class: "members", testid: "members" }, ...nodes.map((node) => el("li", {}, this.#picture(items.get(node), node)))),
    ];
  }

  /** @param {import("./lasso-choice.js").LassoChoice} lasso */
  #lasso(lasso) {
    const { nodes, sample, isOpen, failure } = lasso;
    const least = nodes.length > lasso.limit ? `Only ${count(lasso.limit)} can be searched among: choose fewer.` : null;
    return [
      el("h2", { text: "Chosen on the map" }),
      el("p", { testid: "lasso-words", text: `${plural(nodes.length, "node")} chosen${isOpen ? " so far" : ""}, of those with a place on the map.` }),
      failure && el("p", { class: "error", text: sentence(failure) }),
      !isOpen && el("ul", { class: "members", testid: "chosen" }, ...sample.map((item) => el("li", {}, this.#picture(item, item.node)))),
      !isOpen && nodes.length > sample.length && sample.length > 0 && el("p", { class: "muted", text: `${count(sample.length)} of them, taken evenly` }),
      least && el("p", { class: "muted", text: least }),
      !isOpen && el("div", { class: "acts" },
        el("button", { type: "button", class: "chip", testid: "search-among", text: "search only among these", disabled: least !== null || nodes.length === 0, onclick: this.actions.among }),
        el("button", { type: "button", class: "chip", testid: "lasso-clear", text: "let go", onclick: this.actions.clear })),
    ];
  }

  /**
   * A node by what people call it; it is marked on the map while it is pointed at.
   * @param {Selection} selection @param {number} node @param {Label} [label]
   */
  #name({ items }, node, label) {
    const item = items.get(node);
    const id = item?.label ?? label;
    return el("button", {
      type: "button", class: "name", testid: `go-${node}`, text: item?.caption ?? item?.category ?? (id === undefined ? `node ${node}` : `id ${id}`),
      title: id === undefined ? null : `id ${id}`, onclick: () => this.actions.select(node), ...this.#pointing(node),
    });
  }

  /** @param {Item|undefined} item @param {number} node */
  #picture(item, node) {
    const picture = pictures.element(pictureAddress(item?.media));
    const name = item?.caption ?? (item ? `id ${item.label}` : `node ${node}`);
    return el("button", {
      type: "button", class: picture ? "picture" : "name", title: name, "aria-label": name, testid: `go-${node}`, onclick: () => this.actions.select(node), ...this.#pointing(node),
    }, picture ?? name);
  }

  /** @param {number} node */
  #pointing(node) {
    const on = () => this.actions.point(node);
    const off = () => this.actions.point(null);
    return { onmouseenter: on, onmouseleave: off, onfocus: on, onblur: off };
  }
}
