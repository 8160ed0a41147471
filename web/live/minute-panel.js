import { el, fill } from "../dom.js";
import { count, plural } from "../format.js";
import { withAlpha } from "../theme.js";
import { SECONDS } from "./minute.js";
import { drawShape, shapeIcon } from "./shapes.js";
import { sourceSlots, stackOf } from "./stack.js";

/** Pixels round the bars: above for the words of marks, below for the time. */
const TOP = 18;
const BOTTOM = 18;
/** A piece of a bar that is at least so high has the shape of its source, in every fifth bar. */
const LEAST_FOR_SHAPE = 11;
const SHAPE_EVERY = 5;

/** The last minute, second by second: searches by source, a line of recall or cost over them, and when the index was changed. */
export class MinutePanel {
  #line = "recall";
  /** The second whose numbers are told, 0 … 59; null for the whole. @type {number|null} */
  #at = null;
  /** @type {(string|null)[]} */
  #slots = [];
  /** @type {any} */
  #shown = null;
  #legend = "";

  /** @param {HTMLElement} host @param {any} app */
  constructor(host, app) {
    this.app = app;
    this.canvas = el("canvas", { "aria-hidden": "true" });
    this.slider = el("input", {
      type: "range", min: 1 - SECONDS, max: 0, step: 1, value: 0, testid: "minute-second", "aria-label": "Second of the last minute",
      oninput: () => this.#point(Number(this.slider.value) + SECONDS - 1), onfocus: () => this.#point(Number(this.slider.value) + SECONDS - 1), onblur: () => this.#point(null),
    });
    this.room = el("div", { class: "seconds", onpointermove: (event) => this.#point(this.#secondAt(event)), onpointerleave: () => this.#point(null) }, this.canvas, this.slider);
    this.legend = el("span", { class: "sources" });
    this.told = el("output", { class: "told", testid: "minute-told" });
    const choice = el("select", { testid: "minute-line", "aria-label": "Line over the bars", onchange: (event) => {
      this.#line = event.target.value;
      this.#draw();
    } }, el("option", { value: "recall", text: "mean recall" }), el("option", { value: "distances", text: "mean distances" }));
    fill(host, el("div", { class: "minute-head" }, el("h2", { text: "Last minute" }), this.legend, el("label", { class: "line-choice" }, el("i", { "aria-hidden": "true" }), choice), this.told), this.room);
    new ResizeObserver(() => this.#draw()).observe(this.room);
  }

  /** @param {import("./minute.js").Minute} minute @param {number} local */
  draw(minute, local) {
    this.#slots = sourceSlots(this.#slots, minute.sources(local, 5));
    this.#shown = { seconds: minute.seconds(local), marks: minute.marks(local) };
    this.#drawLegend();
    this.#draw();
  }

  #secondAt({ clientX }) {
    const { left, width } = this.room.getBoundingClientRect();
    return Math.max(0, Math.min(SECONDS - 1, Math.floor(((clientX - left) / width) * SECONDS)));
  }

  #point(at) {
    if (at === this.#at) return;
    this.#at = at;
    this.#draw();
  }

  #drawLegend() {
    const others = this.#shown.seconds.some((second) => second && stackOf(second, this.#slots).others > 0);
    const key = JSON.stringify([this.#slots, others]);
    if (key === this.#legend) return;
    this.#legend = key;
    const entries = this.#slots.flatMap((name, slot) => (name === null ? [] : [el("span", {}, shapeIcon(slot), name)]));
    fill(this.legend, ...entries, others && el("span", {}, el("i", { class: "others" }), "others"));
  }

  #draw() {
    const { canvas, room, app } = this;
    const [width, height, ratio] = [room.clientWidth, room.clientHeight, devicePixelRatio];
    if (!this.#shown || width === 0) return;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    }
    const c = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.clearRect(0, 0, width, height);
    const frame = { each: width / SECONDS, top: TOP, floor: height - BOTTOM, width, theme: app.theme };
    this.#drawBars(c, frame);
    this.#drawLine(c, frame);
    this.#drawMarks(c, frame);
    this.#drawAxis(c, frame);
    this.#tell();
  }

  #drawBars(c, { each, top, floor, theme }) {
    const { seconds } = this.#shown;
    const most = Math.max(1, ...seconds.map((second) => second?.count ?? 0));
    const unit = (floor - top - 14) / most;
    seconds.forEach((second, i) => {
      if (!second) return;
      let y = floor;
      const { bySlot, others } = stackOf(second, this.#slots);
      [...bySlot, others].forEach((number, slot) => {
        const high = number * unit;
        if (high === 0) return;
        y -= high;
        const isOthers = slot === bySlot.length;
        c.fillStyle = withAlpha(isOthers ? theme.rejected : theme.series[slot], this.#at === null || this.#at === i ? 0.78 : 0.4);
        c.fillRect(i * each + 0.6, y + 0.5, each - 1.2, Math.max(0.5, high - 1));
        const radius = Math.min(3.4, each * 0.26);
        if (!isOthers && i % SHAPE_EVERY === 2 && high >= LEAST_FOR_SHAPE) drawShape(c, slot, (i + 0.5) * each, y + high / 2, radius, theme.background);
      });
    });
  }

  /** Recall from 0 to 1, or the mean distances up to the most there were. */
  #drawLine(c, { each, top, floor, theme }) {
    const values = this.#shown.seconds.map((second) => this.#value(second));
    const known = values.filter((value) => !Number.isNaN(value));
    const most = this.#line === "recall" ? 1 : Math.max(1, ...known);
    c.beginPath();
    let before = -1;
    values.forEach((value, i) => {
      if (Number.isNaN(value)) return;
      const [x, y] = [(i + 0.5) * each, floor - (value / most) * (floor - top)];
      // Over a few seconds without any the line goes on; after more it begins anew.
      if (before >= 0 && i - before <= 5) c.lineTo(x, y);
      else c.moveTo(x - 2, y), c.lineTo(x + 2, y);
      before = i;
    });
    c.lineJoin = "round";
    for (const [color, width] of /** @type {const} */ ([[withAlpha(theme.background, 0.8), 5], [theme.result, 2.2]])) {
      c.strokeStyle = color;
      c.lineWidth = width;
      c.stroke();
    }
    if (known.length === 0) return;
    c.fillStyle = theme.muted;
    c.font = `10px ${theme.faces.mono}`;
    c.textAlign = "left";
    c.textBaseline = "top";
    c.fillText(this.#line === "recall" ? "1.00" : count(Math.round(most)), 2, top - 15);
  }

  #value(second) {
    if (!second) return NaN;
    return this.#line === "recall" ? second.recall / second.measured : second.distances / second.costed;
  }

  #drawMarks(c, { floor, width, theme }) {
    c.font = `11px ${theme.faces.mono}`;
    c.textBaseline = "top";
    let free = Infinity;
    // The newest first: of words that would lie on one another, those of the newest are shown.
    for (const { place, text } of this.#shown.marks.toReversed()) {
      const x = Math.min(width - 1, place * width);
      c.setLineDash([4, 3]);
      c.strokeStyle = theme.missed;
      c.lineWidth = 1.4;
      c.beginPath();
      c.moveTo(x, 0);
      c.lineTo(x, floor);
      c.stroke();
      c.setLineDash([]);
      const wide = c.measureText(text).width;
      const left = x + 5 + wide > width ? x - 5 - wide : x + 5;
      if (left < 30 || left + wide > free) continue;
      free = Math.min(left, x) - 8;
      c.lineWidth = 3;
      c.strokeStyle = theme.panel;
      c.textAlign = "left";
      c.strokeText(text, left, 1);
      c.fillStyle = theme.missed;
      c.fillText(text, left, 1);
    }
  }

  #drawAxis(c, { floor, width, theme }) {
    c.fillStyle = theme.muted;
    c.font = `10.5px ${theme.faces.mono}`;
    c.textBaseline = "top";
    for (const [text, share, align] of /** @type {const} */ ([["−60 s", 0, "left"], ["−45", 0.25, "center"], ["−30", 0.5, "center"], ["−15", 0.75, "center"], ["now", 1, "right"]])) {
      c.textAlign = align;
      c.fillText(text, share * width, floor + 5);
    }
    c.fillStyle = theme.line2;
    c.fillRect(0, floor, width, 1);
  }

  /** Says the numbers of a second, or what is marked in the minute. */
  #tell() {
    const { seconds, marks } = this.#shown;
    const latest = this.#at === null ? SECONDS - 1 : this.#at;
    const ago = SECONDS - 1 - latest;
    const second = seconds[latest];
    const parts = [ago === 0 ? "the last second" : `${plural(ago, "second")} ago`, plural(second?.count ?? 0, "search", "searches")];
    for (const [slot, name] of this.#slots.entries()) if (name !== null && second?.sources.has(name)) parts.push(`${name} ${count(stackOf(second, this.#slots).bySlot[slot])}`);
    const others = second ? stackOf(second, this.#slots).others : 0;
    if (others) parts.push(`others ${count(others)}`);
    if (second?.measured) parts.push(`recall ${(second.recall / second.measured).toFixed(3)} of ${count(second.measured)}`);
    if (second?.costed) parts.push(`${count(Math.round(second.distances / second.costed))} distances`);
    parts.push(...marks.filter(({ place }) => Math.floor(place * SECONDS) === latest).map(({ text }) => text));
    const text = parts.join(" · ");
    this.slider.setAttribute("aria-valuetext", text);
    this.told.textContent = this.#at === null ? "" : text;
    this.room.dataset.marks = marks.map((mark) => mark.text).join("; ");
  }
}
