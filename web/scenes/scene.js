import { drawings } from "../render/drawing.js";
import { Plates } from "../render/plates.js";
import { settledOf } from "../render/settled.js";
import { zoomed, withinSight } from "../render/camera.js";
import { drawDepths } from "./density.js";
import { diamond, label } from "./marks.js";

/**
 * What all pictures share: the canvas, its size, the camera (`scale`, `x`, `y` in CSS pixels) and a cached layer.
 * A scene draws only when it is told to; it starts no animation frame and no timer.
 */
export class Scene {
  #plates = new Plates();
  /** The last frame has drawn what seldom changes. */
  #isLayerNew = false;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    this.width = canvas.clientWidth || canvas.width || 1;
    this.height = canvas.clientHeight || canvas.height || 1;
    this.ratio = 1;
    this.camera = { scale: 1, x: 0, y: 0 };
    /** @type {any} */
    this.theme = null;
    /** @type {any} */
    this.index = null;
    /** @type {any} */
    this.map = null;
    /** @type {any} */
    this.search = null;
    /** @type {any} */
    this.replay = null;
    /** @type {(node:number)=>CanvasImageSource|null} */
    this.media = () => null;
    /**
     * True neighbours that the search did not find.
     * @type {{node:number,distance:number}[]}
     */
    this.missed = [];
    /**
     * Cached drawing and what it was drawn for.
     * @type {HTMLCanvasElement|null}
     */
    this.layer = null;
    this.layerKey = "";
    /** @type {any} */
    this.tiles = null;
    /** Whether the nodes that the projection misplaces are marked. */
    this.marksMisplaced = false;
    /** For a picture that is wanted whole and at once, as one that is saved: a large map takes its time then. */
    this.drawsAtOnce = false;
  }

  /** @param {Theme} theme */
  setTheme(theme) {
    this.theme = theme;
    this.layerKey = "";
  }

  /**
   * @param {{index:any,map:any,search:any,replay:any,media:((node:number)=>CanvasImageSource|null)|null,missed?:any[],tiles?:any,
   *   marksMisplaced?:boolean}} data
   */
  setData({ index, map, search, replay, media, missed, tiles, marksMisplaced }) {
    // A new revision is looked at from where the old one was.
    if (index?.name !== this.index?.name) this.camera = { scale: 1, x: 0, y: 0 };
    this.index = index;
    this.map = map;
    this.search = search;
    this.replay = replay;
    this.media = media ?? (() => null);
    this.missed = missed ?? [];
    this.tiles = tiles ?? null;
    this.marksMisplaced = marksMisplaced ?? false;
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

  /**
   * Zooms about a point that stays where it is.
   * @param {number} factor @param {number} x @param {number} y CSS pixels
   */
  zoom(factor, x = this.width / 2, y = this.height / 2) {
    this.look(zoomed(this.camera, factor, x, y));
  }

  /** @param {number} dx CSS pixels @param {number} dy */
  pan(dx, dy) {
    this.look({ ...this.camera, x: this.camera.x + dx, y: this.camera.y + dy });
  }

  /**
   * Sets the camera; at least half of the view stays filled.
   * @param {import("../render/camera.js").Camera} camera
   */
  look(camera) {
    this.camera = withinSight(camera, this.width, this.height);
  }

  /**
   * Where a point of the map lies at the given camera, for those who fly to it. Scenes whose map does not fill the canvas say so.
   * @param {number} x 0…1 @param {number} y 0…1 @returns {{x:number,y:number}} CSS pixels
   */
  place(x, y) {
    const { scale, x: dx, y: dy } = this.camera;
    return { x: x * this.width * scale + dx, y: y * this.height * scale + dy };
  }

  /**
   * The state at a cursor, or null without a search.
   * @param {number} cursor
   */
  stateAt(cursor) {
    if (!this.search || !this.replay) return null;
    const length = this.search.length ?? this.search.columns.kind.length;
    this.replay.columns = this.search.columns;
    const state = this.replay.at(cursor ?? length, length);
    // A summary does not tell what the results were on the way; at the end the search itself has them.
    const hasEnded = state.cursor === length && this.search.complete && this.search.results;
    return state.summarised && hasEnded ? { ...state, results: this.search.results } : state;
  }

  /**
   * Clears the canvas and puts CSS pixels on it.
   * @returns {CanvasRenderingContext2D}
   */
  begin() {
    const context = this.context;
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    if (!drawings.glows && !Object.hasOwn(context, "shadowBlur")) Object.defineProperty(context, "shadowBlur", { get: () => 0, set() {} });
    return context;
  }

  /**
   * Blits what seldom changes, drawing it first when `key` is a new one. A large map is thinned at first (see `drawMapLayers`);
   * `refine` completes it.
   * @param {string} key everything the drawing depends on @param {(context:CanvasRenderingContext2D)=>void} draw
   */
  cached(key, draw) {
    const { canvas } = this;
    if (!this.layer) this.layer = canvas.ownerDocument.createElement("canvas");
    const full = `${key}|${canvas.width}x${canvas.height}|${this.theme.name}|${drawings.generation}`;
    if (full !== this.layerKey) {
      this.layer.width = canvas.width;
      this.layer.height = canvas.height;
      const context = /** @type {CanvasRenderingContext2D} */ (this.layer.getContext("2d"));
      context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      if (!this.drawsAtOnce) this.#plates.own(context);
      draw(context);
      this.#plates.disown(context);
      this.layerKey = full;
      this.#isLayerNew = true;
    }
    this.context.save();
    this.context.setTransform(1, 0, 0, 1, 0, 0);
    this.context.drawImage(this.layer, 0, 0);
    this.context.restore();
  }

  /** The picture shows only a part of a large map until there is time for all. */
  get isThin() {
    return this.#plates.isThin;
  }

  /**
   * Draws more of the map, for a part of a frame.
   * @returns {boolean} whether there is anything to draw in the next frame
   */
  refine() {
    if (!this.isThin) return false;
    // The frame that has drawn what seldom changes has taken its time already.
    if (!this.#isLayerNew && this.#plates.refine()) this.layerKey = "";
    this.#isLayerNew = false;
    return true;
  }

  /** The camera, and all of the map that a drawing of it depends on. */
  mapKey() {
    const { map, camera } = this;
    if (!map) return "none";
    return `${this.index?.name}|${map.revision}|${map.version}|${settledOf(map).made}|${this.tiles?.version}|${this.marksMisplaced}`
      + `|${camera.scale.toFixed(4)},${camera.x.toFixed(1)},${camera.y.toFixed(1)}`;
  }

  /** Finds the nodes that the map draws, as their places were when they last came to rest. */
  get grid() {
    return settledOf(this.map).grid;
  }

  /** How crowded the map is, as a field and as lines; null while they are made. */
  get contours() {
    return settledOf(this.map).contours;
  }

  /**
   * How crowded the map is, as bands with contour lines.
   * @param {CanvasRenderingContext2D} c @param {import("../render/raster.js").Affine} at @param {"land"|"sheet"} ground what they lie on
   */
  drawDepths(c, at, ground) {
    if (this.contours) drawDepths(c, this.contours, at, this.theme, ground);
  }

  /**
   * The entry point, where the index has one.
   * @param {CanvasRenderingContext2D} c @param {(x:number,y:number)=>{x:number,y:number}} place
   */
  drawEntry(c, place) {
    const entry = this.index?.entryPoint;
    const x = this.map.nodeX[entry];
    if (!(x >= 0)) return;
    const p = place(x, this.map.nodeY[entry]);
    diamond(c, p.x, p.y, 8, this.theme);
    label(c, "entry", p.x, p.y + 18, this.theme, { font: `700 11px ${this.theme.faces.heading}`, color: this.theme.entry, align: "center" });
  }
}
