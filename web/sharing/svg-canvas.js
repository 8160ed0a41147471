/** More marks than these make a file that viewers struggle with. */
export const MOST_MARKS = 40_000;
const TAU = Math.PI * 2;

/** @param {number} value */
const number = (value) => String(Math.round(value * 100) / 100);
/** @param {unknown} text */
const escaped = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`).replace(/[^\t\n\r -\ud7ff\ue000-\ufffd]/g, "");

/** @typedef {[number,number,number,number,number,number]} Matrix */

/** @param {Matrix} m @param {Matrix} n @returns {Matrix} first n, then m */
const times = ([a, b, c, d, e, f], [g, h, i, j, k, l]) => [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f];

/** Colours along a line or between circles, as the pictures ask for them. */
class Gradient {
  /** @type {string[]} */
  #stops = [];
  /** @param {string} tag @param {Record<string,number>} places */
  constructor(tag, places) {
    this.tag = tag;
    this.places = places;
  }
  /** @param {number} at @param {string} color */
  addColorStop(at, color) {
    this.#stops.push(`<stop offset="${number(at)}" stop-color="${escaped(color)}"/>`);
  }
  /** @param {string} id @param {Matrix} matrix */
  written(id, matrix) {
    const { tag, places } = this;
    const said = Object.entries(places).map(([name, value]) => `${name}="${number(value)}"`).join(" ");
    return `<${tag} id="${id}" gradientUnits="userSpaceOnUse" gradientTransform="matrix(${matrix.map(number)})" ${said}>${this.#stops.join("")}</${tag}>`;
  }
}

/** What is kept and brought back with the rest. */
const STYLE = /** @type {const} */ (["fillStyle", "strokeStyle", "lineWidth", "lineCap", "lineJoin", "globalAlpha", "font", "textAlign", "textBaseline", "lineDashOffset"]);

/**
 * Takes the calls of a canvas's 2D context and writes them down as SVG: the same pictures, with marks that stay marks. Shadows and
 * blending are left out.
 */
export class SvgContext {
  /** @type {string[]} */
  #parts = [];
  /** @type {string[]} */
  #defs = [];
  #path = "";
  /** Subpaths of the path, which are marks once it is drawn. */
  #pieces = 0;
  #marks = 0;
  /** @type {{style:any,state:any}[]} */
  #stack = [];
  /** @type {any} */ fillStyle = "#000";
  /** @type {any} */ strokeStyle = "#000";
  lineWidth = 1;
  lineCap = "butt";
  lineJoin = "miter";
  globalAlpha = 1;
  font = "10px sans-serif";
  textAlign = "start";
  textBaseline = "alphabetic";
  lineDashOffset = 0;
  /** @type {{matrix:Matrix,dash:number[],clip:string|null}} */
  #state = { matrix: [1, 0, 0, 1, 0, 0], dash: [], clip: null };

  /** @param {any} canvas @param {{measure:(text:string,font:string)=>any,address:(image:any,box:number[]|null)=>string|null}} helpers text is measured, and pictures become addresses, by a real canvas */
  constructor(canvas, helpers) {
    this.canvas = canvas;
    this.helpers = helpers;
  }

  /** @param {number} width @param {number} height shown, CSS pixels @param {string} background @param {string} [title] */
  written(width, height, background, title = "") {
    const { canvas } = this;
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${canvas.width} ${canvas.height}">`
      + `<title>${escaped(title)}</title><defs>${this.#defs.join("")}</defs><rect width="100%" height="100%" fill="${background}"/>${this.#parts.join("\n")}</svg>`;
  }

  get marks() { return this.#marks; }

  save() {
    const style = Object.fromEntries(STYLE.map((name) => [name, this[name]]));
    this.#stack.push({ style, state: { ...this.#state } });
  }
  restore() {
    const kept = this.#stack.pop();
    if (!kept) return;
    Object.assign(this, kept.style);
    this.#state = kept.state;
  }
  /** @param {any} a @param {any} b @param {any} c @param {any} d @param {any} e @param {any} f */
  setTransform(a, b, c, d, e, f) { this.#state.matrix = typeof a === "object" ? [a.a, a.b, a.c, a.d, a.e, a.f] : [a, b, c, d, e, f]; }
  resetTransform() { this.#state.matrix = [1, 0, 0, 1, 0, 0]; }
  getTransform() {
    const [a, b, c, d, e, f] = this.#state.matrix;
    return { a, b, c, d, e, f };
  }
  /** @param {...number} m */
  transform(...m) { this.#state.matrix = times(this.#state.matrix, /** @type {Matrix} */ (m)); }
  /** @param {number} x @param {number} y */
  translate(x, y) { this.transform(1, 0, 0, 1, x, y); }
  /** @param {number} x @param {number} y */
  scale(x, y) { this.transform(x, 0, 0, y, 0, 0); }
  /** @param {number} angle */
  rotate(angle) { this.transform(Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0); }
  /** @param {number[]} dash */
  setLineDash(dash) { this.#state.dash = [...dash]; }
  getLineDash() { return [...this.#state.dash]; }

  // Paths, whose points are turned by the matrix as they come.
  /** @param {number} x @param {number} y */
  #at(x, y) {
    const [a, b, c, d, e, f] = this.#state.matrix;
    return `${number(a * x + c * y + e)} ${number(b * x + d * y + f)}`;
  }
  beginPath() {
    this.#path = "";
    this.#pieces = 0;
  }
  /** @param {number} x @param {number} y */
  moveTo(x, y) {
    this.#path += `M${this.#at(x, y)}`;
    this.#pieces += 1;
  }
  /** @param {number} x @param {number} y */
  lineTo(x, y) { this.#path += `${this.#path ? "L" : "M"}${this.#at(x, y)}`; }
  /** @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 @param {number} x @param {number} y */
  bezierCurveTo(x1, y1, x2, y2, x, y) { this.#path += `C${this.#at(x1, y1)} ${this.#at(x2, y2)} ${this.#at(x, y)}`; }
  /** @param {number} x1 @param {number} y1 @param {number} x @param {number} y */
  quadraticCurveTo(x1, y1, x, y) { this.#path += `Q${this.#at(x1, y1)} ${this.#at(x, y)}`; }
  closePath() { this.#path += this.#path ? "Z" : ""; }
  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  rect(x, y, width, height) {
    this.moveTo(x, y);
    for (const [px, py] of [[x + width, y], [x + width, y + height], [x, y + height]]) this.lineTo(px, py);
    this.closePath();
  }
  /** @param {number} x @param {number} y @param {number} width @param {number} height @param {number} [radius] */
  roundRect(x, y, width, height, radius = 0) {
    const r = Math.min(Array.isArray(radius) ? radius[0] : radius, width / 2, height / 2);
    this.moveTo(x + r, y);
    for (const [px, py, cx, cy, qx, qy] of [
      [x + width - r, y, x + width, y, x + width, y + r], [x + width, y + height - r, x + width, y + height, x + width - r, y + height],
      [x + r, y + height, x, y + height, x, y + height - r], [x, y + r, x, y, x + r, y],
    ]) {
      this.lineTo(px, py);
      this.quadraticCurveTo(cx, cy, qx, qy);
    }
    this.closePath();
  }
  /** @param {number} x @param {number} y @param {number} radius @param {number} from @param {number} to @param {boolean} [isBack] */
  arc(x, y, radius, from, to, isBack = false) { this.ellipse(x, y, radius, radius, 0, from, to, isBack); }
  /** @param {number} x @param {number} y @param {number} rx @param {number} ry @param {number} turn @param {number} from @param {number} to @param {boolean} [isBack] */
  ellipse(x, y, rx, ry, turn, from, to, isBack = false) {
    let sweep = isBack ? from - to : to - from;
    sweep = sweep >= TAU ? TAU : ((sweep % TAU) + TAU) % TAU;
    const pieces = Math.max(1, Math.ceil(sweep / (Math.PI / 2) - 1e-9));
    const part = ((isBack ? -1 : 1) * sweep) / pieces;
    const bend = (4 / 3) * Math.tan(part / 4);
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
    /** @param {number} u @param {number} v @returns {[number,number]} */
    const point = (u, v) => [x + u * rx * cos - v * ry * sin, y + u * rx * sin + v * ry * cos];
    const [sx, sy] = point(Math.cos(from), Math.sin(from));
    if (this.#path === "") this.moveTo(sx, sy);
    else this.lineTo(sx, sy);
    for (let i = 0, a = from; i < pieces; i += 1, a += part) {
      const [c0, s0, c1, s1] = [Math.cos(a), Math.sin(a), Math.cos(a + part), Math.sin(a + part)];
      this.bezierCurveTo(...point(c0 - bend * s0, s0 + bend * c0), ...point(c1 + bend * s1, s1 - bend * c1), ...point(c1, s1));
    }
  }
  clip() {
    const id = `c${this.#defs.length}`;
    this.#defs.push(`<clipPath id="${id}"><path d="${this.#path}"${this.#clipped()}/></clipPath>`);
    this.#state.clip = id;
  }

  // What is drawn.
  fill() { this.#put(`<path d="${this.#path}" ${this.#paint("fill", this.fillStyle)}${this.#clipped()}/>`, this.#pieces); }
  stroke() {
    const [a, b, c, d] = this.#state.matrix;
    const size = Math.sqrt(Math.abs(a * d - b * c));
    const dash = this.#state.dash.length ? ` stroke-dasharray="${this.#state.dash.map((part) => number(part * size))}" stroke-dashoffset="${number(this.lineDashOffset * size)}"` : "";
    this.#put(`<path d="${this.#path}" fill="none" ${this.#paint("stroke", this.strokeStyle)} stroke-width="${number(this.lineWidth * size)}" stroke-linecap="${this.lineCap}" stroke-linejoin="${this.lineJoin}"${dash}${this.#clipped()}/>`, this.#pieces);
  }
  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  fillRect(x, y, width, height) { this.#alone(() => this.rect(x, y, width, height), () => this.fill()); }
  /** @param {number} x @param {number} y @param {number} width @param {number} height */
  strokeRect(x, y, width, height) { this.#alone(() => this.rect(x, y, width, height), () => this.stroke()); }
  clearRect() {}
  /** @param {string} text @param {number} x @param {number} y */
  fillText(text, x, y) { this.#text(text, x, y, this.#paint("fill", this.fillStyle)); }
  /** @param {string} text @param {number} x @param {number} y */
  strokeText(text, x, y) { this.#text(text, x, y, `fill="none" ${this.#paint("stroke", this.strokeStyle)} stroke-width="${this.lineWidth}" stroke-linejoin="${this.lineJoin}"`); }
  /** @param {string} text */
  measureText(text) { return this.helpers.measure(text, this.font); }
  /** @param {any} image @param {...number} box */
  drawImage(image, ...box) {
    const [dx, dy, dw, dh] = box.length === 8 ? box.slice(4) : [box[0], box[1], box[2] ?? (image.naturalWidth || image.width), box[3] ?? (image.naturalHeight || image.height)];
    const address = this.helpers.address(image, box.length === 8 ? box.slice(0, 4) : null);
    if (!address) return;
    const alpha = this.globalAlpha < 1 ? ` opacity="${number(this.globalAlpha)}"` : "";
    const drawn = `<image href="${escaped(address)}" x="${number(dx)}" y="${number(dy)}" width="${number(dw)}" height="${number(dh)}" preserveAspectRatio="none"${alpha} transform="matrix(${this.#state.matrix.map((part) => Math.round(part * 1e4) / 1e4)})"/>`;
    // The clip is in the coordinates of the whole.
    this.#put(this.#state.clip ? `<g${this.#clipped()}>${drawn}</g>` : drawn, 1);
  }
  /** @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 */
  createLinearGradient(x1, y1, x2, y2) { return new Gradient("linearGradient", { x1, y1, x2, y2 }); }
  /** @param {number} fx @param {number} fy @param {number} fr @param {number} cx @param {number} cy @param {number} r */
  createRadialGradient(fx, fy, fr, cx, cy, r) { return new Gradient("radialGradient", { fx, fy, fr, cx, cy, r }); }
  createPattern() { return "none"; }

  /** @param {()=>void} draw @param {()=>void} paint */
  #alone(draw, paint) {
    const kept = [this.#path, this.#pieces];
    this.beginPath();
    draw();
    paint();
    [this.#path, this.#pieces] = /** @type {[string,number]} */ (kept);
  }
  /** @param {string} text @param {number} x @param {number} y @param {string} paint */
  #text(text, x, y, paint) {
    const anchor = /** @type {Record<string,string>} */ ({ center: "middle", right: "end", end: "end" })[this.textAlign] ?? "start";
    const base = /** @type {Record<string,string>} */ ({ middle: "central", top: "text-before-edge", hanging: "hanging", bottom: "text-after-edge" })[this.textBaseline] ?? "alphabetic";
    const drawn = `<text x="${number(x)}" y="${number(y)}" style="font:${escaped(this.font)}" text-anchor="${anchor}" dominant-baseline="${base}" ${paint} transform="matrix(${this.#state.matrix.map((part) => Math.round(part * 1e4) / 1e4)})">${escaped(text)}</text>`;
    this.#put(this.#state.clip ? `<g${this.#clipped()}>${drawn}</g>` : drawn, 1);
  }
  /** @param {string} kind @param {any} style */
  #paint(kind, style) {
    let value = style;
    if (style instanceof Gradient) {
      const id = `g${this.#defs.length}`;
      this.#defs.push(style.written(id, this.#state.matrix));
      value = `url(#${id})`;
    }
    const alpha = this.globalAlpha < 1 ? ` ${kind}-opacity="${number(this.globalAlpha)}"` : "";
    return `${kind}="${escaped(value)}"${alpha}`;
  }
  #clipped() { return this.#state.clip ? ` clip-path="url(#${this.#state.clip})"` : ""; }
  /** @param {string} part @param {number} marks */
  #put(part, marks) {
    this.#marks += Math.max(1, marks);
    if (this.#marks > MOST_MARKS) throw new RangeError(`The picture has more than ${MOST_MARKS} marks, too many for an SVG. Save it as a PNG, or at an earlier step.`);
    this.#parts.push(part);
  }
}
