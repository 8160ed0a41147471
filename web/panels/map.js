import { el, fill, show } from "../dom.js";
import { changeText, count, mapProgress, misplacedText, qualityText } from "../format.js";
import { misplacedMark } from "../scenes/marks.js";
import { mark } from "./legend.js";

/** What the map is, how true it is, and what its revision changed; drawn anew only when one of these is another. */
export class MapPanel {
  #told = "";

  /** @param {HTMLElement} host @param {any} app */
  constructor(host, app) {
    this.host = host;
    this.app = app;
    this.box = el("input", { type: "checkbox", testid: "mark-misplaced", onchange: () => app.setMarksMisplaced(this.box.checked) });
  }

  draw() {
    const { app, host } = this;
    const { map } = app.store;
    show(host, map !== null);
    if (!map) return;
    const lines = [map.method, mapProgress(map), map.quality && qualityText(map.quality), sampleText(map), changeText(map)].filter(Boolean);
    const told = [...lines, map.misplaced?.node.length, map.misplaced?.of, app.theme.name].join("|");
    if (told === this.#told) return;
    this.#told = told;
    fill(host, el("h2", { text: "The map" }), ...lines.map((text) => el("div", { class: "muted", text })),
      map.misplaced?.node.length > 0 && el("label", { class: "check" }, this.box,
        mark((/** @type {Drawing} */ c, /** @type {Theme} */ theme) => misplacedMark(c, 11, 9, 5, theme), app.theme), misplacedText(map)));
  }
}

/** @param {LayoutMap} map */
function sampleText(map) {
  if (!map.shown) return null;
  return `${count(map.placed)} of ${count(map.total)} vectors drawn, all of them as depth; zoom in on the chart for more`;
}
