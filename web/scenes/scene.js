/**
 * What all pictures share: the canvas, its size, the camera (`scale`, `x`, `y` in CSS pixels) and a cached layer.
 * A scene draws only when it is told to; it starts no animation frame and no timer.
 */
export class Scene {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    this.width = canvas.clientWidth || canvas.width || 1;
    this.height = canvas.clientHeight || canvas.height || 1;
    this.ratio = 1;
    this.camera = { scale: 1, x: 0, y: 0 };
    this.theme = null;
    this.index = null;
    this.map = null;
    this.search = null;
    this.replay = null;
    this.media = () => null;
    /** True neighbours that the search did not find. @type {{node:number,distance:number}[]} */
    this.missed = [];
    /** Cached drawing and what it was drawn for. @type {HTMLCanvasElement|null} */
    this.layer = null;
    this.layerKey = "";
    this.minScale = 1;
    this.maxScale = 64;
  }

  setTheme(theme) {
    this.theme = theme;
    this.layerKey = "";
  }

  /** @param {{index:any,map:any,search:any,replay:any,media:((node:number)=>CanvasImageSource|null)|null,missed?:any[]}} data */
  setData({ index, map, search, replay, media, missed }) {
    if (map !== this.map) this.camera = { scale: 1, x: 0, y: 0 };
    this.index = index;
    this.map = map;
    this.search = search;
    this.replay = replay;
    this.media = media ?? (() => null);
    this.missed = missed ?? [];
  }

  /** @param {number} width CSS pixels @param {number} height CSS pixels @param {number} ratio device pixels per CSS pixel */
  resize(width, height, ratio) {
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
    this.ratio = ratio || 1;
    this.canvas.width = Math.round(this.width * this.ratio);
    this.canvas.height = Math.round(this.height * this.ratio);
    this.layerKey = "";
  }

  /** Zooms about a point that stays where it is. @param {number} factor @param {number} x @param {number} y CSS pixels */
  zoom(factor, x = this.width / 2, y = this.height / 2) {
    const scale = Math.min(this.maxScale, Math.max(this.minScale, this.camera.scale * factor));
    const by = scale / this.camera.scale;
    this.camera = { scale, x: x - (x - this.camera.x) * by, y: y - (y - this.camera.y) * by };
    this.#keepInSight();
  }

  /** @param {number} dx CSS pixels @param {number} dy */
  pan(dx, dy) {
    this.camera = { ...this.camera, x: this.camera.x + dx, y: this.camera.y + dy };
    this.#keepInSight();
  }

  /** At least half of the view stays filled. */
  #keepInSight() {
    const { scale } = this.camera;
    const clamp = (value, size) => Math.min(size / 2, Math.max(size / 2 - size * scale, value));
    this.camera.x = clamp(this.camera.x, this.width);
    this.camera.y = clamp(this.camera.y, this.height);
  }

  dispose() {
    this.layer = null;
    this.map = this.search = this.replay = null;
    this.media = () => null;
  }

  /** The state at a cursor, or null without a search. */
  stateAt(cursor) {
    if (!this.search || !this.replay) return null;
    const length = this.search.length ?? this.search.columns.kind.length;
    this.replay.columns = this.search.columns;
    const state = this.replay.at(cursor ?? length, length);
    // A summary does not tell what the results were on the way; at the end the search itself has them.
    const hasEnded = state.cursor === length && this.search.complete && this.search.results;
    return state.summarised && hasEnded ? { ...state, results: this.search.results } : state;
  }

  /** Clears the canvas and puts CSS pixels on it. @returns {CanvasRenderingContext2D} */
  begin() {
    const context = this.context;
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    return context;
  }

  /**
   * Blits what seldom changes, drawing it first when `key` is a new one.
   * @param {string} key everything the drawing depends on @param {(context:CanvasRenderingContext2D)=>void} draw
   */
  cached(key, draw) {
    const { canvas } = this;
    if (!this.layer) this.layer = canvas.ownerDocument.createElement("canvas");
    const full = `${key}|${canvas.width}x${canvas.height}|${this.theme.name}`;
    if (full !== this.layerKey) {
      this.layer.width = canvas.width;
      this.layer.height = canvas.height;
      const context = /** @type {CanvasRenderingContext2D} */ (this.layer.getContext("2d"));
      context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      draw(context);
      this.layerKey = full;
    }
    this.context.save();
    this.context.setTransform(1, 0, 0, 1, 0, 0);
    this.context.drawImage(this.layer, 0, 0);
    this.context.restore();
  }

  /** Camera, and how much of the map there is: maps are filled in place while their layout arrives. */
  mapKey() {
    const { map, camera } = this;
    if (!map) return "none";
    let placed = 0;
    const stride = Math.max(1, Math.floor(map.nodeX.length / 4096));
    for (let i = 0; i < map.nodeX.length; i += stride) if (map.nodeX[i] === map.nodeX[i]) placed += i + 1;
    const links = map.links ? [...map.links].map(([level, pair]) => `${level}:${pair.from.length}`).join() : "";
    return `${this.index?.name}|${map.revision}|${placed}|${map.nodeX.length}|${links}|${map.cells?.x.length}|${map.finished}`
      + `|${camera.scale.toFixed(4)},${camera.x.toFixed(1)},${camera.y.toFixed(1)}`;
  }
}
