import { el, fill } from "../dom.js";
import { textSize } from "../text-size.js";
import { SECONDS } from "./minute.js";
import { drawMinute, secondText } from "./minute-picture.js";
import { shapeIcon } from "./shapes.js";
import { sourceSlots, stackOf } from "./stack.js";

/** Sources with a shape and a colour of their own. */
const MOST_SOURCES = 5;

/** The last minute, second by second: searches by source, a line of recall or cost over them, and when the index was changed. */
export class MinutePanel {
  /** @type {import("./minute-picture.js").Shown|null} */
  #shown = null;
  #line = "recall";
  /**
   * The second whose numbers are told, 0 … 59; null for none.
   * @type {number|null}
   */
  #at = null;
  /** @type {(string|null)[]} */
  #slots = [];
  #legend = "";

  /**
   * @param {HTMLElement} host
   * @param {any} app
   */
  constructor(host, app) {
    this.app = app;
    this.canvas = el("canvas", { "aria-hidden": "true" });
    const byKeys = () => this.#point(Number(this.slider.value) + SECONDS - 1);
    this.slider = el("input", {
      type: "range", min: 1 - SECONDS, max: 0, step: 1, value: 0, testid: "minute-second", "aria-label": "Second of the last minute",
      oninput: byKeys, onfocus: byKeys, onblur: () => this.#point(null),
    });
    this.room = el("div", {
      class: "seconds", onpointermove: (/** @type {PointerEvent} */ event) => this.#point(this.#secondAt(event)), onpointerleave: () => this.#point(null),
    }, this.canvas, this.slider);
    this.legend = el("span", { class: "sources" });
    this.told = el("output", { class: "told", testid: "minute-told" });
    const choice = el("select", { testid: "minute-line", "aria-label": "Line over the bars", onchange: () => this.#chooseLine(choice.value) },
      el("option", { value: "recall", text: "mean recall" }), el("option", { value: "distances", text: "mean distances" }));
    fill(host, el("div", { class: "minute-head" }, el("h2", { text: "Last minute" }), this.legend,
      el("label", { class: "line-choice" }, el("i", { "aria-hidden": "true" }), choice), this.told), this.room);
    new ResizeObserver(() => this.#draw()).observe(this.room);
  }

  /**
   * @param {import("./minute.js").Minute} minute
   * @param {number} local
   */
  draw(minute, local) {
    this.#slots = sourceSlots(this.#slots, minute.sources(local, MOST_SOURCES));
    this.#shown = { seconds: minute.seconds(local), marks: minute.marks(local), slots: this.#slots, line: this.#line, at: this.#at };
    this.#drawLegend(this.#shown);
    this.#draw();
  }

  /** @param {PointerEvent} event */
  #secondAt({ clientX }) {
    const { left, width } = this.room.getBoundingClientRect();
    return Math.max(0, Math.min(SECONDS - 1, Math.floor(((clientX - left) / width) * SECONDS)));
  }

  /** @param {number|null} at */
  #point(at) {
    if (at === this.#at) return;
    this.#at = at;
    this.#draw();
  }

  /** @param {string} line */
  #chooseLine(line) {
    this.#line = line;
    this.#draw();
  }

  /** @param {import("./minute-picture.js").Shown} shown */
  #drawLegend({ seconds, slots }) {
    const others = seconds.some((second) => second && stackOf(second, slots).others > 0);
    const key = JSON.stringify([slots, others]);
    if (key === this.#legend) return;
    this.#legend = key;
    fill(this.legend, ...slots.flatMap((name, slot) => (name === null ? [] : [el("span", {}, shapeIcon(slot), name)])),
      others && el("span", {}, el("i", { class: "others" }), "others"));
  }

  #draw() {
    const { canvas, room, app } = this;
    const [width, height] = [room.clientWidth, room.clientHeight];
    if (!this.#shown || width === 0) return;
    const shown = { ...this.#shown, line: this.#line, at: this.#at };
    const scale = textSize();
    const size = { width: Math.round(width * devicePixelRatio), height: Math.round(height * devicePixelRatio) };
    if (canvas.width !== size.width || canvas.height !== size.height) Object.assign(canvas, size);
    const c = canvas.getContext("2d");
    c.setTransform(devicePixelRatio * scale, 0, 0, devicePixelRatio * scale, 0, 0);
    c.clearRect(0, 0, width, height);
    drawMinute(c, shown, width / scale, height / scale, app.theme);
    const text = secondText(shown, this.#at ?? SECONDS - 1);
    this.slider.setAttribute("aria-valuetext", text);
    this.told.textContent = this.#at === null ? "" : text;
    room.dataset.marks = shown.marks.map((mark) => mark.text).join("; ");
  }
}
