import { Kind, stagesOf } from "../replay.js";
import { STAGE_MASK } from "../replay/kinds.js";
import { withAlpha } from "../theme.js";
import { plural } from "../format.js";
import { Scene } from "./scene.js";
import { distanceText, label, stroke } from "./marks.js";
import { depthIn, gatherDots, profileShape, sectionAt } from "./profile-shape.js";

const PAD = { left: 66, right: 18, top: 26, bottom: 20 };
/** A stage that is narrower than this has its scale before it. */
const LEAST_WITH_SCALE = 84;

/**
 * The depth profile, which is also the scrubber: the events from left to right, distance as depth (lower is nearer),
 * a dot for every evaluation, the best so far as a line, layers or cells as sections.
 */
export class ProfileScene extends Scene {
  /** @type {import("./profile-shape.js").Shape|null} */
  #shape = null;
  /** The most steps that one dot stands for. */
  mostPerDot = 1;

  /** @param {any} data as of `Scene` */
  setData(data) {
    if (data.search !== this.search) this.#shape = null;
    super.setData(data);
  }

  /** @param {number} cursor events that have happened @param {any} hover @param {number|null} [pointed] the cursor under the pointer */
  draw(cursor, hover, pointed = null) {
    const c = this.begin();
    if (!this.theme || !this.search) return;
    const { theme, width } = this;
    const length = this.search.length ?? 0;
    if (this.#shape?.length !== length) this.#shape = profileShape(this.search, length, this.index?.metric);
    const shape = /** @type {import("./profile-shape.js").Shape} */ (this.#shape);
    this.cached(`${this.search.id}|${length}|${this.search.revision}`, (layer) => this.#drawAll(layer, shape));
    const at = this.#x(Math.min(cursor, length));
    const [top, bottom] = [PAD.top - 4, this.height - PAD.bottom];
    c.fillStyle = withAlpha(theme.background2, 0.72);
    if (at < width - PAD.right) c.fillRect(at, top + 1, width - PAD.right - at, bottom - top - 2);
    this.#drawNames(c, shape, cursor);
    if (hover?.node >= 0) this.#markNode(c, shape, hover.node);
    if (pointed !== null) {
      c.fillStyle = withAlpha(theme.text, 0.5);
      c.fillRect(this.#x(pointed) - 0.5, top, 1, bottom - top);
    }
    c.fillStyle = theme.text;
    c.fillRect(at - 0.9, top, 1.8, bottom - top);
    const best = cursor > 0 ? shape.best[cursor - 1] : NaN;
    if (best === best) {
      c.beginPath();
      c.arc(at, this.#y(shape, cursor - 1, best), 4, 0, 7);
      c.fillStyle = theme.route;
      c.fill();
    }
    this.#drawFlag(c, at, `${Math.min(cursor, length)} / ${length}`);
  }

  /**
   * The cursor at a place from the left edge.
   * @param {number} x
   * @returns {number|null}
   */
  cursorAt(x) {
    if (!this.search) return null;
    const part = (x - PAD.left) / (this.width - PAD.left - PAD.right);
    return Math.round(Math.min(1, Math.max(0, part)) * (this.search.length ?? 0));
  }

  /**
   * The section that a cursor is in, in words.
   * @param {number} cursor
   */
  sectionName(cursor) {
    return this.#shape?.sections[sectionAt(this.#shape.sections, cursor)]?.text ?? "";
  }

  /** Depth is the root of the distance: where the index measures squares. */
  get isSquared() {
    return this.#shape?.scales.some((scale) => scale.isSquared) ?? false;
  }

  /** @param {number} cursor */
  #x(cursor) {
    return PAD.left + (cursor / Math.max(1, this.search.length ?? 1)) * (this.width - PAD.left - PAD.right);
  }

  /** @param {import("./profile-shape.js").Shape} shape @param {number} step @param {number} distance */
  #y(shape, step, distance) {
    const run = shape.runs.find(({ to }) => step < to) ?? shape.runs.at(-1);
    return this.#depth(shape.scales[run?.stage ?? 0], distance);
  }

  /** @param {import("./profile-shape.js").Scale} scale @param {number} distance */
  #depth(scale, distance) {
    return PAD.top + 4 + (scale ? depthIn(scale, distance) : 0) * (this.height - PAD.top - PAD.bottom - 12);
  }

  /** @param {import("./profile-shape.js").Shape} shape @param {CanvasRenderingContext2D} c */
  #drawAll(c, shape) {
    const { theme, height } = this;
    const [top, bottom] = [PAD.top - 4, height - PAD.bottom];
    shape.sections.forEach((section, i) => {
      const from = this.#x(section.at);
      const to = this.#x(shape.sections[i + 1]?.at ?? shape.length);
      const tint = c.createLinearGradient(0, top, 0, bottom);
      const shade = theme.depths[Math.min(i, 3)];
      tint.addColorStop(0, withAlpha(shade, theme.name === "dark" ? 0.35 : 0.5));
      tint.addColorStop(1, withAlpha(shade, theme.name === "dark" ? 0.8 : 0.9));
      c.fillStyle = tint;
      c.fillRect(from, top, to - from, bottom - top);
      c.fillStyle = theme.line2;
      if (to - from > 2) c.fillRect(from, top, 1, bottom - top);
    });
    this.mostPerDot = 1;
    for (const run of shape.runs) this.#drawRun(c, shape, run);
    if (this.mostPerDot > 1) label(c, `a dot: up to ${plural(this.mostPerDot, "step")}`, PAD.left, 10, theme, { font: `italic 10px ${theme.faces.text}`, color: theme.muted });
  }

  /**
   * The steps of one stage, in its own scale.
   * @param {Drawing} c @param {import("./profile-shape.js").Shape} shape @param {import("./profile-shape.js").Run} run
   */
  #drawRun(c, shape, run) {
    const { theme } = this;
    const { kind, distance } = this.search.columns;
    const scale = shape.scales[run.stage];
    const isSummary = shape.summarisedFrom < run.to;
    const sorts = [
      [[Kind.rank], withAlpha(theme.muted, 0.7), 0.9], [[Kind.reject], theme.rejected, 1.5],
      [isSummary ? [Kind.keep, Kind.enter, Kind.expand] : [Kind.keep, Kind.enter], theme.candidate, 2.1], [[Kind.rescore], theme.result, 2.1],
    ];
    for (const [kinds, color, radius] of sorts) {
      /** @param {number} i */
      const includes = (i) => kinds.includes(kind[i]) && distance[i] === distance[i];
      const dots = gatherDots(run.from, run.to, includes, (i) => this.#x(i + 1), (i) => this.#depth(scale, distance[i]));
      this.mostPerDot = Math.max(this.mostPerDot, dots.most);
      c.beginPath();
      for (let i = 0; i < dots.x.length; i += 1) {
        c.moveTo(dots.x[i] + radius, dots.y[i]);
        c.arc(dots.x[i], dots.y[i], radius, 0, 7);
      }
      c.fillStyle = color;
      c.fill();
    }
    this.#drawBest(c, shape, run, scale);
    this.#drawScale(c, shape, run, scale);
  }

  /** @param {Drawing} c @param {import("./profile-shape.js").Shape} shape @param {import("./profile-shape.js").Run} run @param {import("./profile-shape.js").Scale} scale */
  #drawBest(c, shape, run, scale) {
    const { theme } = this;
    const line = new Path2D();
    let last = NaN;
    let started = NaN;
    let end = NaN;
    for (let i = run.from; i < run.to; i += 1) {
      const best = shape.best[i];
      if (best !== best) continue;
      end = this.#x(i + 1);
      if (best === last) continue;
      if (last !== last) {
        started = end;
        line.moveTo(end, this.#depth(scale, best));
      } else {
        line.lineTo(end, this.#depth(scale, last));
        line.lineTo(end, this.#depth(scale, best));
      }
      last = best;
    }
    if (last !== last) return;
    line.lineTo(end, this.#depth(scale, last));
    const under = new Path2D(line);
    under.lineTo(end, this.height - PAD.bottom);
    under.lineTo(started, this.height - PAD.bottom);
    under.closePath();
    c.fillStyle = withAlpha(theme.route, 0.09);
    c.fill(under);
    c.lineJoin = "round";
    for (const [color, width] of [[withAlpha(theme.outline, 0.6), 4.6], [theme.route, 2.4]]) {
      c.strokeStyle = color;
      c.lineWidth = width;
      c.stroke(line);
    }
  }

  /**
   * The farthest and the nearest distance of a stage: the first one's beside the picture, of others in their own part of it.
   * @param {Drawing} c @param {import("./profile-shape.js").Shape} shape @param {import("./profile-shape.js").Run} run @param {import("./profile-shape.js").Scale} scale
   */
  #drawScale(c, shape, run, scale) {
    const isFirst = run === shape.runs[0];
    const from = this.#x(run.from);
    const isInside = !isFirst && this.#x(run.to) - from >= LEAST_WITH_SCALE;
    const { theme } = this;
    const style = { font: `10px ${theme.faces.mono}`, color: theme.muted, align: /** @type {CanvasTextAlign} */ (isInside ? "left" : "right"), halo: isFirst ? "transparent" : undefined };
    const x = isFirst ? PAD.left - 6 : isInside ? from + 5 : from - 4;
    const [near, far] = scale.larger ? [scale.high, scale.low] : [scale.low, scale.high];
    label(c, distanceText(far), x, this.#depth(scale, far) + (isFirst ? 0 : 4), theme, style);
    label(c, distanceText(near), x, this.#depth(scale, near) - (isFirst ? 0 : 4), theme, style);
    if (isFirst) label(c, "nearer ↓", x, (this.#depth(scale, near) + this.#depth(scale, far)) / 2, theme, style);
  }

  /**
   * The names of layers and cells, that of the present one marked.
   * @param {Drawing} c @param {import("./profile-shape.js").Shape} shape @param {number} cursor
   */
  #drawNames(c, shape, cursor) {
    const { theme, width } = this;
    const now = sectionAt(shape.sections, cursor);
    c.textAlign = "left";
    c.textBaseline = "middle";
    let free = -Infinity;
    shape.sections.forEach((section, i) => {
      const x = this.#x(section.at);
      c.font = `${i === now ? "700 " : ""}11px ${theme.faces.heading}`;
      const room = this.#x(shape.sections[i + 1]?.at ?? shape.length) - x - 6;
      // A narrow section is named by its number alone.
      const text = c.measureText(section.text).width > room ? section.short : section.text;
      const needs = c.measureText(text).width;
      if (x < free || x + needs > width) return;
      c.fillStyle = i === now ? theme.routeText : theme.muted;
      c.fillText(text, x + 4, this.height - PAD.bottom + 11);
      free = x + needs + 4;
    });
  }

  /** @param {Drawing} c @param {number} at @param {string} text */
  #drawFlag(c, at, text) {
    const { theme, width } = this;
    c.font = `600 11px ${theme.faces.mono}`;
    const wide = c.measureText(text).width + 14;
    const left = Math.max(2, Math.min(width - wide - 2, at - wide / 2));
    c.beginPath();
    c.roundRect(left, 3, wide, 18, 9);
    c.fillStyle = theme.text;
    c.fill();
    c.fillStyle = theme.background;
    c.textAlign = "left";
    c.textBaseline = "middle";
    c.fillText(text, left + 7, 12.5);
  }

  /** @param {Drawing} c @param {import("./profile-shape.js").Shape} shape @param {number} node */
  #markNode(c, shape, node) {
    const { kind, flags, to, distance } = this.search.columns;
    const stages = stagesOf(this.search.header);
    for (let i = 0; i < shape.length; i += 1) {
      if (to[i] !== node || stages[flags[i] & STAGE_MASK]?.nodes !== "vectors") continue;
      if ((kind[i] > Kind.reject && kind[i] !== Kind.rescore) || distance[i] !== distance[i]) continue;
      c.beginPath();
      c.arc(this.#x(i + 1), this.#y(shape, i, distance[i]), 5, 0, 7);
      stroke(c, this.theme.text, 1.6);
    }
  }
}
