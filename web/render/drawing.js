import { CanvasDrawing } from "./canvas.js";
import { GLDrawing } from "./gl.js";

const STORED = "annscope.renderer";

/**
 * Who draws the map of this page: WebGL2 where a graphics processor does it, else the processor on a Canvas2D, which is several times
 * faster at it than WebGL without one. Both give the same picture. Chosen when the first map is drawn; a lost context changes it
 * until it is restored.
 */
export class Drawings {
  /** @type {import("./canvas.js").Renderer|null} */
  #drawing = null;
  /** Rises when another one draws: what was drawn by the one before is drawn again, and `onChange` is called. */
  generation = 0;
  /** What happens now may glow. */
  glows = true;
  /** @type {()=>void} */
  onChange = () => {};

  /** @param {{choice?:()=>string|null,open?:()=>HTMLCanvasElement}} [options] `choice`: "canvas", or "webgl2" whatever it costs, where somebody chose */
  constructor(options = {}) {
    this.choice = options.choice ?? chosen;
    this.open = options.open ?? (() => document.createElement("canvas"));
  }

  /**
   * Which it is; null before the first map.
   * @returns {string|null}
   */
  get name() {
    return this.#drawing?.name ?? null;
  }

  /** @returns {import("./canvas.js").Renderer} */
  get current() {
    return (this.#drawing ??= (this.choice() === "canvas" ? null : this.#accelerated()) ?? new CanvasDrawing(document));
  }

  /**
   * Draws less, as frames take too long.
   * @param {number} ease as of `Pace`
   */
  ease(ease) {
    if (ease >= 1) this.glows = false;
    if (ease >= 3) this.fallBack();
  }

  /**
   * From now on the processor draws: WebGL2 is too slow here.
   * @returns {boolean} whether that is a change
   */
  fallBack() {
    if (this.name !== "webgl2") return false;
    this.#use(new CanvasDrawing(document));
    return true;
  }

  #accelerated() {
    const canvas = this.open();
    const attributes = { antialias: false, depth: false, stencil: false, powerPreference: "low-power", failIfMajorPerformanceCaveat: this.choice() !== "webgl2" };
    const make = () => {
      const gl = /** @type {WebGL2RenderingContext|null} */ (canvas.getContext("webgl2", attributes));
      return gl && new GLDrawing(canvas, gl);
    };
    try {
      const drawing = make();
      // Not every browser takes that for a caveat.
      if (!drawing || (drawing.isSoftware && this.choice() !== "webgl2")) return null;
      canvas.addEventListener("webglcontextlost", (event) => {
        // Only then it is restored.
        event.preventDefault();
        this.fallBack();
      });
      canvas.addEventListener("webglcontextrestored", () => this.#use(/** @type {GLDrawing} */ (make())));
      return drawing;
    } catch {
      // A driver that cannot compile the programs.
      return null;
    }
  }

  /** @param {import("./canvas.js").Renderer} drawing */
  #use(drawing) {
    this.#drawing = drawing;
    this.generation += 1;
    this.onChange();
  }
}

/** `?renderer=canvas` and `?renderer=webgl2` are remembered. */
function chosen() {
  const asked = new URLSearchParams(location.search).get("renderer");
  try {
    if (asked !== null) localStorage.setItem(STORED, asked);
    return asked ?? localStorage.getItem(STORED);
  } catch {
    return asked;
  }
}

/** The one of this page. */
export const drawings = new Drawings();
