const CLICK_PIXELS = 4;

/** The canvas in the middle: one scene at a time, its size, zoom, pan and what is under the pointer. */
export class Stage {
  /** @type {{node?:number,cell?:number}|null} */
  hover = null;
  #scenes = new Map();
  #drag = null;

  /**
   * @param {HTMLElement} host @param {HTMLCanvasElement} canvas
   * @param {{onChange:()=>void,onHover:(hover:any,at:{x:number,y:number}|null)=>void,onPick:(hover:any)=>void}} options
   */
  constructor(host, canvas, options) {
    this.host = host;
    this.canvas = canvas;
    this.options = options;
    /** The view whose scene is shown; none until the first one's code is there. @type {string|null} */
    this.view = null;
    this.#listen();
    new ResizeObserver(() => {
      this.#fit();
      options.onChange();
    }).observe(host);
  }

  /** @returns {any} null until the first view is shown */
  get scene() {
    return this.#scenes.get(this.view) ?? null;
  }

  /** @param {string} view @param {new (canvas:HTMLCanvasElement)=>any} Scene */
  show(view, Scene) {
    if (view === this.view) return;
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
    scene.draw(cursor, this.hover);
  }

  zoom(factor) {
    this.scene?.zoom(factor);
    this.options.onChange();
  }

  reset() {
    if (this.scene) this.scene.camera = { scale: 1, x: 0, y: 0 };
    this.options.onChange();
  }

  setHover(hover, at) {
    const same = hover?.node === this.hover?.node && hover?.cell === this.hover?.cell;
    this.hover = hover;
    this.options.onHover(hover, at);
    if (!same) this.options.onChange();
  }

  #fit() {
    const { clientWidth, clientHeight } = this.host;
    this.scene?.resize(clientWidth, clientHeight, devicePixelRatio);
  }

  #listen() {
    const { canvas } = this;
    const place = (event) => {
      const box = canvas.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      const at = place(event);
      this.scene?.zoom(Math.exp(-event.deltaY * 0.0015), at.x, at.y);
      this.options.onChange();
    }, { passive: false });
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.#drag = { ...place(event), moved: 0 };
    });
    canvas.addEventListener("pointermove", (event) => {
      const at = place(event);
      if (!this.#drag) return this.setHover(this.scene?.map ? this.scene.pick(at.x, at.y) : null, at);
      this.#drag.moved += Math.abs(at.x - this.#drag.x) + Math.abs(at.y - this.#drag.y);
      this.scene?.pan(at.x - this.#drag.x, at.y - this.#drag.y);
      Object.assign(this.#drag, at);
      this.options.onChange();
    });
    canvas.addEventListener("pointerup", (event) => {
      const wasClick = this.#drag && this.#drag.moved < CLICK_PIXELS;
      this.#drag = null;
      const at = place(event);
      if (wasClick && this.scene?.map) this.options.onPick(this.scene.pick(at.x, at.y));
    });
    canvas.addEventListener("pointercancel", () => (this.#drag = null));
    canvas.addEventListener("pointerleave", () => this.setHover(null, null));
    canvas.addEventListener("dblclick", () => this.reset());
  }
}
