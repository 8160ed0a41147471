import { el, fill, show } from "./dom.js";
import { explain } from "./explain.js";
import { distance } from "./format.js";
import { Replay } from "./replay.js";
import { ProfileScene } from "./scenes/profile.js";
import { textSize } from "./text-size.js";

const SPEEDS = [0.25, 0.5, 1, 2, 4];
/** A second replay of a longer trace would take too much memory: the one that is shown is asked then. */
const MOST_REPLAYED = 60_000;

/** The depth profile with the slider over it, and the buttons that move through a search. */
export class Timeline {
  /**
   * The cursor under the pointer.
   * @type {number|null}
   */
  #pointed = null;
  /**
   * Tells what the steps under the pointer were.
   * @type {{search:any,replay:Replay}|null}
   */
  #teller = null;
  /** CSS pixels for each of the profile's. */
  #scale = 1;

  /** @param {HTMLElement} host @param {any} app */
  constructor(host, app) {
    this.app = app;
    const { player } = app;
    this.canvas = el("canvas", { "aria-hidden": "true" });
    this.slider = el("input", {
      type: "range", min: 0, max: 0, step: 1, value: 0, class: "slider", testid: "scrub", "aria-label": "Step of the search",
      oninput: (/** @type {any} */ event) => app.seek(Number(event.target.value)),
      onpointermove: (/** @type {PointerEvent} */ event) => this.#point(event.clientX), onpointerleave: () => this.#point(null),
    });
    /** @param {string} testid @param {string} label @param {string} path @param {()=>void} onclick @param {string} [extra] */
    const button = (testid, label, path, onclick, extra = "") => {
      const node = el("button", { type: "button", class: `transport ${extra}`, testid, "aria-label": label, title: label, onclick });
      node.append(icon(path));
      return node;
    };
    this.play = button("play", "Play", PLAY, () => player.toggle(), "primary");
    this.loop = button("loop", "Repeat", "M4 9a5 5 0 0 1 5-4h4V2l5 4-5 4V7H9a3 3 0 0 0-3 2zM16 11a5 5 0 0 1-5 4H7v3l-5-4 5-4v3h4a3 3 0 0 0 3-2z", () => player.setLoops(!player.loops), "small");
    this.speed = el("select", {
      testid: "speed", "aria-label": "Speed", onchange: (/** @type {any} */ event) => app.setSpeed(Number(event.target.value)),
    }, ...SPEEDS.map((value) => el("option", { value, selected: value === 1, text: `× ${value}` })));
    this.root = el("span", { text: " · √ scale", title: "This index measures squares: depth is their root, the distance itself.", hidden: true });
    this.words = el("div", { class: "card words", testid: "profile-words", hidden: true });
    this.room = el("div", { class: "profile" }, this.canvas, this.slider, this.words);
    host.append(
      el("div", { class: "transports" },
        el("div", { class: "depth" }, el("b", { text: "depth = nearness" }), el("span", { text: "line: best so far" }), this.root),
        el("div", { class: "buttons" },
          button("part-back", "Layer, cell or stage before", "M3 4v12h2V4zM11 4 6 10l5 6zM17 4l-5 6 5 6z", () => player.stepPart(-1), "small"),
          button("step-back", "One step back", "M5 4v12h2V4zM16 4 8 10l8 6z", () => app.step(-1)), this.play,
          button("step-forward", "One step on", "M15 4v12h-2V4zM4 4l8 6-8 6z", () => app.step(1)),
          button("part-forward", "Next layer, cell or stage", "M17 4v12h-2V4zM9 4l5 6-5 6zM3 4l5 6-5 6z", () => player.stepPart(1), "small")),
        el("div", { class: "buttons" },
          button("expansion-back", "One node's links, or one cell, back", "M10 4 4 10l6 6zM17 4l-6 6 6 6z", () => player.stepExpansion(-1), "small"),
          button("expansion-forward", "One node's links, or one cell, on", "M10 4l6 6-6 6zM3 4l6 6-6 6z", () => player.stepExpansion(1), "small"),
          this.loop, this.speed)),
      this.room);
    this.scene = new ProfileScene(this.canvas);
    new ResizeObserver(() => {
      this.#scale = textSize();
      this.scene.resize(this.room.clientWidth / this.#scale, this.room.clientHeight / this.#scale, devicePixelRatio * this.#scale);
      app.refresh();
    }).observe(this.room);
  }

  /** @param {any} data for the scene @param {any} theme @param {number} cursor @param {any} hover */
  draw(data, theme, cursor, hover) {
    if (this.scene.theme !== theme) this.scene.setTheme(theme);
    this.scene.setData(data);
    this.scene.draw(cursor, hover, this.#pointed);
    const { player, search } = this.app;
    show(this.root, search !== null && this.scene.isSquared);
    this.slider.max = String(player.length);
    this.slider.value = String(cursor);
    this.slider.disabled = !search;
    const section = search ? this.scene.sectionName(cursor) : "";
    this.slider.setAttribute("aria-valuetext", search ? valueText(search, cursor, section) : "no search");
    this.loop.setAttribute("aria-pressed", String(player.loops));
    // Nothing plays by itself where motion is unwanted; the steps jump.
    this.loop.disabled = this.speed.disabled = this.app.isReduced();
    const label = player.playing ? "Pause" : "Play";
    if (this.play.getAttribute("aria-label") !== label) {
      this.play.setAttribute("aria-label", label);
      this.play.title = label;
      this.play.replaceChildren(icon(player.playing ? PAUSE : PLAY));
    }
    this.#tell();
  }

  /** @param {number|null} clientX of the pointer, null when it has left */
  #point(clientX) {
    const box = this.canvas.getBoundingClientRect();
    const pointed = clientX === null ? null : this.scene.cursorAt((clientX - box.left) / this.#scale);
    if (pointed === this.#pointed) return;
    this.#pointed = pointed;
    this.app.refresh();
  }

  /** What happened at the step under the pointer. */
  #tell() {
    const { app } = this;
    const { search } = app;
    const cursor = this.#pointed;
    show(this.words, search !== null && cursor !== null && cursor > 0 && cursor <= search.length);
    if (this.words.hidden || cursor === null) return;
    if (this.#teller?.search !== search) this.#teller = { search, replay: search.length > MOST_REPLAYED ? search.replay : new Replay(search.header, search.columns) };
    const { replay } = /** @type {any} */ (this.#teller);
    replay.columns = search.columns;
    const text = explain(search, replay.at(cursor, search.length), (node) => app.items.name(node));
    fill(this.words, el("b", { text: `step ${cursor} · ${this.scene.sectionName(cursor)} ` }), text);
    const part = cursor / Math.max(1, search.length);
    this.words.style.left = `${Math.round(66 * this.#scale + part * (this.room.clientWidth - 84 * this.#scale))}px`;
    this.words.style.transform = `translateX(${Math.round(-part * 100)}%)`;
  }
}

/**
 * Where a search stands, for those who hear it.
 * @param {any} search @param {number} cursor @param {string} section
 */
function valueText(search, cursor, section) {
  const { best } = search.replay.at(cursor, search.length);
  return `step ${cursor} of ${search.length}${section ? `, ${section}` : ""}${Number.isNaN(best) ? "" : `, best ${distance(best)}`}`;
}

const PLAY = "M6 3v14l11-7z";
const PAUSE = "M5 3h4v14H5zM11 3h4v14h-4z";

/** @param {string} path of the drawing, in a square of 20 */
function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}
