import { centredOn, flown, FLIGHT_MILLISECONDS, Glide } from "./render/camera.js";
import { drawings } from "./render/drawing.js";
import { workshop } from "./render/workshop.js";
import { textSize } from "./text-size.js";

const CLICK_PIXELS = 4;
/** CSS pixels of a wheel's line, where it counts in lines. */
const LINE_PIXELS = 16;

/** The canvas in the middle: one scene at a time, its size, the camera's motion and what is under the pointer. */
export class Stage {
  /** @type {{node?:number,cell?:number}|null} */
  hover = null;
  #scenes = new Map();
  /**
   * Fingers or the mouse on the canvas.
   * @type {Map<number,{x:number,y:number}>}
   */
  #hands = new Map();
  /** How far the hand moved since it came; a click is no drag. */
  #dragged = 0;
  #glide = new Glide();
  /** @type {{from:any,to:any,began:number,done:()=>void}|null} */
  #flight = null;
  /** The camera moved since the last frame. */
  #hasMoved = false;
  /** CSS pixels for each of the picture's. */
  scale = 1;

  /**
   * @param {HTMLElement} host @param {HTMLCanvasElement} canvas
   * @param {{onChange:()=>void,onHover:(hover:any,at:{x:number,y:number}|null)=>void,onPick:(hover:any)=>void,isReduced?:()=>boolean}} options
   */
  constructor(host, canvas, options) {
    this.host = host;
    this.canvas = canvas;
    this.options = options;
    /**
     * The view whose scene is shown; none until the first one's code is there.
     * @type {string|null}
     */
    this.view = null;
    this.#listen();
    drawings.onChange = () => options.onChange();
    workshop.hearers.add(() => options.onChange());
    const fit = () => {
      this.#fit();
      options.onChange();
    };
    new ResizeObserver(fit).observe(host);
    const watchRatio = () => matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", () => {
      fit();
      watchRatio();
    }, { once: true });
    watchRatio();
  }

  /** @returns {any} null until the first view is shown */
  get scene() {
    return this.#scenes.get(this.view) ?? null;
  }

  /** The camera moves by itself. */
  get isMoving() {
    return this.#flight !== null || this.#glide.isMoving;
  }

  /** @param {string} view @param {new (canvas:HTMLCanvasElement)=>any} Scene */
  show(view, Scene) {
    if (view === this.view) return;
    this.#rest();
    if (!this.#scenes.has(view)) this.#scenes.set(view, new Scene(this.canvas));
    this.view = view;
    this.setHover(null, null);
    this.#fit();
  }

  /** @param {any} data for the scene's setData @param {any} theme @param {number} cursor @param {string} fineMode */
  draw(data, theme, cursor, fineMode) {
    const { scene } = this;
    if (scene.theme !== theme) scene.setTheme(theme);
    scene.setData(data);
    scene.fineMode = fineMode;
    this.#move(performance.now());
    scene.draw(cursor, this.hover);
    // A large map is whole again one frame after the camera came to rest, or some frames later.
    const isMoving = this.isMoving || this.#hasMoved;
    this.#hasMoved = false;
    if (isMoving ? this.isMoving || scene.isThin : scene.refine()) this.options.onChange();
  }

  /**
   * Zooms about the middle.
   * @param {number} factor
   */
  zoom(factor) {
    this.#rest();
    this.scene?.zoom(factor);
    this.#moved();
  }

  /** @param {number} dx CSS pixels @param {number} dy */
  pan(dx, dy) {
    this.#rest();
    this.scene?.pan(dx, dy);
    this.#moved();
  }

  reset() {
    this.#rest();
    if (this.scene) this.scene.camera = { scale: 1, x: 0, y: 0 };
    this.#moved();
  }

  /**
   * Brings a point of the map to the middle.
   * @param {number} x 0 … 1 @param {number} y 0 … 1 @param {number} [scale] as it is, if not told
   * @returns {Promise<void>} when it is there, or something else moved the camera
   */
  flyTo(x, y, scale) {
    const { scene } = this;
    this.#rest();
    if (!scene?.map) return Promise.resolve();
    const { width, height, camera } = scene;
    const at = scene.place(x, y);
    const home = { x: (at.x - camera.x) / camera.scale, y: (at.y - camera.y) / camera.scale };
    const to = centredOn(home, scale ?? camera.scale, width, height);
    if (this.options.isReduced?.()) {
      scene.look(to);
      this.#moved();
      return Promise.resolve();
    }
    return new Promise((done) => {
      this.#flight = { from: camera, to, began: performance.now(), done };
      this.#moved();
    });
  }

  /** @param {any} hover @param {{x:number,y:number}|null} at CSS pixels */
  setHover(hover, at) {
    const same = hover?.node === this.hover?.node && hover?.cell === this.hover?.cell;
    this.hover = hover;
    this.options.onHover(hover, at);
    if (!same) this.options.onChange();
  }

  /** @param {number} now ms */
  #move(now) {
    const { scene } = this;
    if (this.#flight) {
      const { from, to, began } = this.#flight;
      const time = (now - began) / FLIGHT_MILLISECONDS;
      scene.look(flown(from, to, time));
      this.#hasMoved = true;
      if (time >= 1) this.#rest();
    } else if (this.#glide.isMoving) {
      const { x, y } = this.#glide.advance(now);
      scene.pan(x, y);
      this.#hasMoved = true;
    }
  }

  #moved() {
    this.#hasMoved = true;
    this.options.onChange();
  }

  /** Nothing moves the camera any more. */
  #rest() {
    this.#glide.stop();
    const flight = this.#flight;
    this.#flight = null;
    flight?.done();
  }

  #fit() {
    const { clientWidth, clientHeight } = this.host;
    this.scale = textSize();
    this.scene?.resize(clientWidth / this.scale, clientHeight / this.scale, devicePixelRatio * this.scale);
  }

  /**
   * Where the pointer is on the picture, in the picture's pixels.
   * @param {MouseEvent} event
   */
  place(event) {
    const box = this.canvas.getBoundingClientRect();
    return { x: (event.clientX - box.left) / this.scale, y: (event.clientY - box.top) / this.scale };
  }

  #listen() {
    const { canvas } = this;
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.#rest();
      const at = this.place(event);
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PIXELS : 1;
      // Two fingers on a pad are told as a wheel with the control key, in small steps.
      this.scene?.zoom(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0015)), at.x, at.y);
      this.#moved();
    }, { passive: false });
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#drag(event));
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    canvas.addEventListener("pointercancel", (event) => this.#hands.delete(event.pointerId));
    canvas.addEventListener("pointerleave", () => this.setHover(null, null));
    canvas.addEventListener("dblclick", () => this.reset());
  }

  /** @param {PointerEvent} event */
  #down(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.#rest();
    this.#hands.set(event.pointerId, this.place(event));
    this.#dragged = this.#hands.size > 1 ? Infinity : 0;
  }

  /** @param {PointerEvent} event */
  #drag(event) {
    const at = this.place(event);
    const before = this.#hands.get(event.pointerId);
    if (!before) return this.setHover(this.scene?.map ? this.scene.pick(at.x, at.y) : null, { x: at.x * this.scale, y: at.y * this.scale });
    const other = [...this.#hands].find(([id]) => id !== event.pointerId)?.[1];
    this.#hands.set(event.pointerId, at);
    if (other) this.#pinch(before, at, other);
    else {
      this.#dragged += Math.hypot(at.x - before.x, at.y - before.y);
      this.scene?.pan(at.x - before.x, at.y - before.y);
      this.#glide.follow(at.x, at.y, event.timeStamp);
    }
    this.#moved();
  }

  /**
   * The middle between two fingers stays on the map, their distance is the scale.
   * @param {{x:number,y:number}} before @param {{x:number,y:number}} at @param {{x:number,y:number}} other
   */
  #pinch(before, at, other) {
    const wide = (/** @type {{x:number,y:number}} */ a) => Math.max(1, Math.hypot(a.x - other.x, a.y - other.y));
    this.scene?.pan((at.x - before.x) / 2, (at.y - before.y) / 2);
    this.scene?.zoom(wide(at) / wide(before), (at.x + other.x) / 2, (at.y + other.y) / 2);
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (!this.#hands.delete(event.pointerId)) return;
    const at = this.place(event);
    if (this.#dragged < CLICK_PIXELS) {
      this.#glide.stop();
      if (this.scene?.map) this.options.onPick(this.scene.pick(at.x, at.y));
    } else if (this.#hands.size === 0 && !this.options.isReduced?.()) {
      this.#glide.release(event.timeStamp);
      if (this.#glide.isMoving) this.#moved();
    }
  }
}
