import { Allowance } from "./allowance.js";
import { rasterDots, rasterLinks } from "./raster.js";

/**
 * @typedef {object} Mark marks of one kind and style, as all drawings take them
 * @property {"dots"|"links"} kind
 * @property {LayoutMap} map whose places they are at
 * @property {Uint32Array} [nodes] of dots
 * @property {{from:Uint32Array,to:Uint32Array}} [links]
 * @property {number} step each `step`-th link only
 * @property {number} count
 * @property {import("./raster.js").Affine} at in device pixels of the picture
 * @property {{color:string,alpha:number,size:number}} style `size`: a dot's radius or a link's width, in device pixels
 */
/** @typedef {{x:number,y:number,width:number,height:number}} Box device pixels of a canvas */
/**
 * @typedef {object} Picture what is drawn in pieces and put on a canvas when it is ready
 * @property {Box} box
 * @property {(mark:Mark,from:number,to:number)=>void} add
 * @property {()=>boolean} isReady all that was added is drawn
 * @property {(c:CanvasRenderingContext2D)=>void} paint
 * @property {()=>void} end it is not needed any more
 */
/**
 * @typedef {object} Renderer draws marks in their thousands: WebGL2 or, with the same picture, the processor
 * @property {string} name
 * @property {number} atOnce so many marks take no longer than a frame may
 * @property {(count:number,milliseconds:number)=>void} [learn] so many were drawn in one frame, and took so long
 * @property {number} piece so many are added at a time
 * @property {(box:Box)=>Picture} begin
 */

/**
 * Draws with the processor, pixel by pixel: as paths, thousands of dots take ten times as long.
 * @implements {Renderer}
 */
export class CanvasDrawing {
  name = "canvas2d";
  piece = 4000;
  #allowance = new Allowance();
  /**
   * The picture that was ended last; most often the next is as large.
   * @type {ImageData|null}
   */
  #spare = null;
  /** @type {HTMLCanvasElement} */
  #stage;

  /** @param {Document} document */
  constructor(document) {
    this.#stage = document.createElement("canvas");
  }

  get atOnce() {
    return this.#allowance.marks;
  }

  /** @param {number} count @param {number} milliseconds */
  learn(count, milliseconds) {
    this.#allowance.learn(count, milliseconds);
  }

  /** @param {Box} box @returns {Picture} */
  begin(box) {
    const { width, height } = box;
    let image = this.#spare;
    this.#spare = null;
    if (image?.width === width && image.height === height) image.data.fill(0);
    else image = new ImageData(width, height);
    const plate = { width, height, pixels: new Int32Array(image.data.buffer) };
    return {
      box,
      add: ({ kind, map, nodes, links, step, at, style }, from, to) => {
        const places = { x: map.nodeX, y: map.nodeY };
        if (nodes && kind === "dots") rasterDots(plate, places, nodes, from, to, at, style);
        else if (links) rasterLinks(plate, places, links, step, from, to, at, style);
      },
      isReady: () => true,
      paint: (c) => this.#paint(c, box, /** @type {ImageData} */ (image)),
      end: () => (this.#spare = image),
    };
  }

  /** @param {CanvasRenderingContext2D} c @param {Box} box @param {ImageData} image */
  #paint(c, { x, y, width, height }, image) {
    const stage = this.#stage;
    if (stage.width < width || stage.height < height) Object.assign(stage, { width: Math.max(stage.width, width), height: Math.max(stage.height, height) });
    /** @type {CanvasRenderingContext2D} */ (stage.getContext("2d", { willReadFrequently: true })).putImageData(image, 0, 0);
    c.save();
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.drawImage(stage, 0, 0, width, height, x, y, width, height);
    c.restore();
  }
}
