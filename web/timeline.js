import { el } from "./dom.js";
import { distance } from "./format.js";
import { ProfileScene } from "./scenes/profile.js";

const SPEEDS = [0.25, 0.5, 1, 2, 4];

/** The depth profile with the slider over it, and the buttons that move through a search. */
export class Timeline {
  /** @param {HTMLElement} host @param {any} app */
  constructor(host, app) {
    this.app = app;
    this.canvas = el("canvas", { "aria-hidden": "true" });
    this.slider = el("input", {
      type: "range", min: 0, max: 0, step: 1, value: 0, class: "slider", testid: "scrub", "aria-label": "Step of the search",
      oninput: (event) => app.seek(Number(event.target.value)),
    });
    const button = (testid, label, path, onclick, extra = "") => {
      const node = el("button", { type: "button", class: `transport ${extra}`, testid, "aria-label": label, title: label, onclick });
      node.append(icon(path));
      return node;
    };
    this.play = button("play", "Play", PLAY, () => app.player.toggle(), "primary");
    this.speed = el("select", {
      testid: "speed", "aria-label": "Speed", onchange: (event) => app.setSpeed(Number(event.target.value)),
    }, ...SPEEDS.map((value) => el("option", { value, selected: value === 1, text: `× ${value}` })));
    this.room = el("div", { class: "profile" }, this.canvas, this.slider);
    host.append(
      el("div", { class: "transports" },
        el("div", { class: "depth" }, el("b", { text: "depth = nearness" }), el("span", { text: "line: best so far" })),
        el("div", { class: "buttons" },
          button("step-back", "One step back", "M5 4v12M16 4 8 10l8 6z", () => app.step(-1)), this.play,
          button("step-forward", "One step on", "M15 4v12M4 4l8 6-8 6z", () => app.step(1))),
        this.speed),
      this.room);
    this.scene = new ProfileScene(this.canvas);
    new ResizeObserver(() => {
      this.scene.resize(this.room.clientWidth, this.room.clientHeight, devicePixelRatio);
      app.refresh();
    }).observe(this.room);
  }

  /** @param {any} data for the scene @param {any} theme @param {number} cursor @param {any} hover */
  draw(data, theme, cursor, hover) {
    if (this.scene.theme !== theme) this.scene.setTheme(theme);
    this.scene.setData(data);
    this.scene.draw(cursor, hover);
    const { player, search } = this.app;
    this.slider.max = String(player.length);
    this.slider.value = String(cursor);
    this.slider.disabled = !search;
    this.slider.setAttribute("aria-valuetext", search ? valueText(search, cursor) : "no search");
    const label = player.playing ? "Pause" : "Play";
    if (this.play.getAttribute("aria-label") !== label) {
      this.play.setAttribute("aria-label", label);
      this.play.title = label;
      this.play.replaceChildren(icon(player.playing ? PAUSE : PLAY));
    }
  }
}

/**
 * Where a search stands, for those who hear it.
 * @param {any} search @param {number} cursor
 */
function valueText(search, cursor) {
  const { layer, best } = search.replay.at(cursor, search.length);
  return `step ${cursor} of ${search.length}${layer >= 0 ? `, layer ${layer}` : ""}${Number.isNaN(best) ? "" : `, best ${distance(best)}`}`;
}

const PLAY = "M6 3v14l11-7z";
const PAUSE = "M5 3h4v14H5zM11 3h4v14h-4z";

function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}
