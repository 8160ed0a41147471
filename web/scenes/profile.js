import { Kind, NONE, stagesOf } from "../replay.js";
import { STAGE_MASK } from "../replay/kinds.js";
import { withAlpha } from "../theme.js";
import { Scene } from "./scene.js";
import { distanceText, label, stroke } from "./marks.js";

const PAD = { left: 66, right: 18, top: 26, bottom: 22 };

/**
 * The depth profile, which is also the scrubber: the events from left to right, distance as depth (lower is nearer),
 * a dot for every evaluation, the best so far as a line, layers or cells as sections.
 */
export class ProfileScene extends Scene {
  /** @type {{length:number,low:number,high:number,best:Float32Array,sections:{at:number,text:string}[],isSummary:boolean}|null} */
  #shape = null;

  setData(data) {
    if (data.search?.id !== this.search?.id) this.camera = { scale: 1, x: 0, y: 0 };
    super.setData(data);
    this.#shape = null;
  }

  /** @param {number} cursor events that have happened @param {any} hover */
  draw(cursor, hover) {
    const c = this.begin();
    if (!this.theme || !this.search) return;
    const length = this.search.length ?? 0;
    if (this.#shape?.length !== length) this.#shape = this.#measure(length);
    const shape = this.#shape;
    const { scale, x } = this.camera;
    this.cached(`${this.search.id}|${length}|${scale}|${x}`, (layer) => this.#drawAll(layer, shape));
    const at = this.#x(Math.min(cursor, length));
    const top = PAD.top - 4;
    const bottom = this.height - PAD.bottom;
    c.fillStyle = withAlpha(this.theme.background2, 0.72);
    if (at < this.width - PAD.right) c.fillRect(Math.max(at, PAD.left), top + 1, this.width - PAD.right - Math.max(at, PAD.left), bottom - top - 2);
    if (hover?.node >= 0) this.#markNode(c, shape, hover.node);
    if (at < PAD.left - 1 || at > this.width - PAD.right + 1) return;
    c.fillStyle = this.theme.text;
    c.fillRect(at - 0.9, top, 1.8, bottom - top);
    if (shape.best[cursor - 1] === shape.best[cursor - 1] && cursor > 0) {
      c.beginPath();
      c.arc(at, this.#y(shape.best[cursor - 1]), 4, 0, 7);
      c.fillStyle = this.theme.route;
      c.fill();
    }
    const text = `${Math.min(cursor, length)} / ${length}`;
    c.font = `600 11px ${this.theme.faces.mono}`;
    const wide = c.measureText(text).width + 14;
    const left = Math.max(2, Math.min(this.width - wide - 2, at - wide / 2));
    c.beginPath();
    c.roundRect(left, 3, wide, 18, 9);
    c.fillStyle = this.theme.text;
    c.fill();
    c.fillStyle = this.theme.background;
    c.textAlign = "left";
    c.textBaseline = "middle";
    c.fillText(text, left + 7, 12.5);
  }

  /** @returns {{cursor:number}|null} */
  pick(x) {
    if (!this.search) return null;
    const span = (this.width - PAD.left - PAD.right) * this.camera.scale;
    const part = (x - PAD.left - this.camera.x) / span;
    return { cursor: Math.round(Math.min(1, Math.max(0, part)) * (this.search.length ?? 0)) };
  }

  #x(cursor) {
    const span = (this.width - PAD.left - PAD.right) * this.camera.scale;
    return PAD.left + this.camera.x + (cursor / Math.max(1, this.search.length ?? 1)) * span;
  }

  #y(distance) {
    const { low, high } = /** @type {any} */ (this.#shape);
    let depth = (high - distance) / (high - low || 1);
    if (this.search.header.largerIsNearer) depth = 1 - depth;
    return PAD.top + 4 + depth * (this.height - PAD.top - PAD.bottom - 12);
  }

  #measure(length) {
    const { kind, flags, layer, distance, to } = this.search.columns;
    const { header } = this.search;
    const stages = stagesOf(header);
    const larger = header.largerIsNearer;
    const best = new Float32Array(length).fill(NaN);
    /** @type {{at:number,text:string}[]} */
    const sections = [];
    let low = Infinity;
    let high = -Infinity;
    let nearest = NaN;
    let opened = 0;
    let number = 0;
    let isSummary = false;
    for (let i = 0; i < length; i += 1) {
      const d = distance[i];
      const what = kind[i];
      const stage = stages[flags[i] & STAGE_MASK];
      // Codes and what they are ranked again by measure differently: the line begins anew with each stage.
      if ((flags[i] & STAGE_MASK) !== number) nearest = NaN;
      number = flags[i] & STAGE_MASK;
      // From a tally on, the nearest is not known.
      if (what === Kind.tally) isSummary = true;
      // What a tree's branches have are priorities, no distances.
      const isTree = stage?.nodes === "tree";
      if (d === d && what !== Kind.stop && !isTree) {
        low = Math.min(low, d);
        high = Math.max(high, d);
        const isOfVector = (what <= Kind.reject || what === Kind.rescore) && stage?.nodes !== "centroids";
        if (isOfVector && !isSummary && (nearest !== nearest || (larger ? d > nearest : d < nearest))) nearest = d;
      }
      best[i] = isSummary ? NaN : nearest;
      if (isTree) {
        if (sections.length === 0) sections.push({ at: i, text: "trees" });
      } else if (what === Kind.enter) {
        const isCoarse = stage?.nodes === "centroids";
        const text = layer[i] >= 0 ? `${isCoarse ? "coarse " : "layer "}${layer[i]}` : isCoarse ? "coarse" : stage?.algorithm === "faissRefine" ? "refine" : "scan";
        sections.push({ at: i, text });
      } else if (what === Kind.open && to[i] !== NONE) sections.push({ at: i, text: String(++opened) });
    }
    if (!(high >= low)) [low, high] = [0, 1];
    return { length, low, high, best, sections, isSummary };
  }

  /** @param {CanvasRenderingContext2D} c */
  #drawAll(c, shape) {
    const { theme, width } = this;
    const top = PAD.top - 4;
    const bottom = this.height - PAD.bottom;
    const { kind, distance } = this.search.columns;
    c.save();
    c.beginPath();
    c.rect(PAD.left, 0, width - PAD.left - PAD.right, this.height);
    c.clip();
    shape.sections.forEach((section, i) => {
      const from = this.#x(section.at);
      const to = i + 1 < shape.sections.length ? this.#x(shape.sections[i + 1].at) : this.#x(shape.length);
      c.fillStyle = withAlpha(theme.depths[Math.min(i, 3)], theme.name === "dark" ? 0.55 : 0.6);
      c.fillRect(from, top, to - from, bottom - top);
    });
    c.beginPath();
    for (let i = 0; i < shape.length; i += 1) {
      if (kind[i] !== Kind.rank) continue;
      c.rect(this.#x(i + 1) - 0.8, this.#y(distance[i]) - 0.8, 1.6, 1.6);
    }
    c.fillStyle = withAlpha(theme.muted, 0.6);
    c.fill();
    for (const [what, color, radius] of [[Kind.reject, theme.rejected, 1.5], [Kind.keep, theme.candidate, 2.1], [Kind.rescore, theme.result, 2.1], [shape.isSummary ? Kind.expand : NONE, theme.candidate, 2.1]]) {
      c.beginPath();
      for (let i = 0; i < shape.length; i += 1) {
        if (kind[i] !== what || distance[i] !== distance[i]) continue;
        const x = this.#x(i + 1);
        const y = this.#y(distance[i]);
        c.moveTo(x + radius, y);
        c.arc(x, y, radius, 0, 7);
      }
      c.fillStyle = color;
      c.fill();
    }
    this.#drawBest(c, shape);
    c.restore();
    this.#drawFrame(c, shape);
  }

  #drawBest(c, shape) {
    const { theme } = this;
    const line = new Path2D();
    let last = NaN;
    let started = -1;
    for (let i = 0; i < shape.length; i += 1) {
      const best = shape.best[i];
      if (best !== best || best === last) continue;
      const x = this.#x(i + 1);
      if (last !== last) line.moveTo(x, this.#y(best));
      else {
        line.lineTo(x, this.#y(last));
        line.lineTo(x, this.#y(best));
      }
      if (started < 0) started = i;
      last = best;
    }
    if (started < 0) return;
    const end = this.#x(shape.isSummary ? shape.best.findLastIndex((best) => best === best) + 1 : shape.length);
    line.lineTo(end, this.#y(last));
    const under = new Path2D(line);
    under.lineTo(end, this.height - PAD.bottom);
    under.lineTo(this.#x(started + 1), this.height - PAD.bottom);
    under.closePath();
    c.fillStyle = withAlpha(theme.route, 0.1);
    c.fill(under);
    c.lineJoin = "round";
    c.strokeStyle = withAlpha(theme.outline, 0.6);
    c.lineWidth = 4.6;
    c.stroke(line);
    c.strokeStyle = theme.route;
    c.lineWidth = 2.4;
    c.stroke(line);
  }

  #drawFrame(c, shape) {
    const { theme, width } = this;
    const bottom = this.height - PAD.bottom;
    c.font = `11px ${theme.faces.heading}`;
    let free = -Infinity;
    for (const section of shape.sections) {
      const x = this.#x(section.at);
      if (x < PAD.left - 1 || x > width - PAD.right) continue;
      c.fillStyle = theme.line2;
      c.fillRect(x, PAD.top - 4, 1, bottom - PAD.top + 4);
      const next = shape.sections[shape.sections.indexOf(section) + 1];
      const room = (next ? this.#x(next.at) : width) - x - 6;
      // A narrow section is named by its number alone.
      const text = c.measureText(section.text).width > room ? section.text.replace(/^(layer|coarse) (?=\d)/, "") : section.text;
      const needs = c.measureText(text).width;
      if (x < free || x + needs > width) continue;
      c.fillStyle = theme.muted;
      c.textAlign = "left";
      c.textBaseline = "middle";
      c.fillText(text, x + 4, bottom + 12);
      free = x + needs + 4;
    }
    const style = { font: `10px ${theme.faces.mono}`, color: theme.muted, align: /** @type {const} */ ("right"), halo: "transparent" };
    const [near, far] = this.search.header.largerIsNearer ? [shape.high, shape.low] : [shape.low, shape.high];
    label(c, distanceText(far), PAD.left - 6, this.#y(far), theme, style);
    label(c, distanceText(near), PAD.left - 6, this.#y(near), theme, style);
    label(c, "nearer ↓", PAD.left - 6, (this.#y(near) + this.#y(far)) / 2, theme, style);
  }

  #markNode(c, shape, node) {
    const { kind, to, distance } = this.search.columns;
    for (let i = 0; i < shape.length; i += 1) {
      if ((kind[i] > Kind.reject && kind[i] !== Kind.rescore) || to[i] !== node || distance[i] !== distance[i]) continue;
      c.beginPath();
      c.arc(this.#x(i + 1), this.#y(distance[i]), 5, 0, 7);
      stroke(c, this.theme.text, 1.6);
    }
  }
}
