import { evenly } from "./lasso.js";

const LEAST_PIXELS = 3;
/** Corners of an outline. */
const MOST_CORNERS = 400;

/**
 * What hands and keys do on the chart beside the stage's own pan and zoom: the lasso, a double click on a node, enter and escape.
 * It hears events before the stage does, and keeps from it those that it takes.
 */
export class Gestures {
  /** Whether a plain drag is a lasso, for touch and for those without a shift key. */
  isLasso = false;
  /** @type {{id:number,outline:Point[],last:Point}|null} */
  #draft = null;

  /**
   * @param {HTMLElement} stage
   * @param {{scene:()=>any,canvas:HTMLCanvasElement,at:(event:MouseEvent)=>Point,outline:(outline:Point[],isOpen:boolean)=>void,more:(node:number)=>void,
   *   enter:()=>boolean,escape:()=>boolean}} actions
   */
  constructor(stage, actions) {
    this.actions = actions;
    const first = { capture: true };
    stage.addEventListener("pointerdown", (event) => this.#down(event), first);
    stage.addEventListener("pointermove", (event) => this.#move(event), first);
    stage.addEventListener("pointerup", (event) => this.#up(event), first);
    stage.addEventListener("pointercancel", (event) => this.#up(event), first);
    stage.addEventListener("dblclick", (event) => this.#twice(event), first);
    stage.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {PointerEvent} event */
  #down(event) {
    const scene = this.actions.scene();
    if (!scene?.map || event.target !== this.actions.canvas || !(event.shiftKey || this.isLasso) || event.button !== 0) return;
    event.stopImmediatePropagation();
    const at = this.actions.at(event);
    this.actions.canvas.setPointerCapture(event.pointerId);
    this.#draft = { id: event.pointerId, outline: [scene.unplace(at.x, at.y)], last: at };
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const draft = this.#draft;
    if (!draft || event.pointerId !== draft.id) return;
    event.stopImmediatePropagation();
    const at = this.actions.at(event);
    if (Math.hypot(at.x - draft.last.x, at.y - draft.last.y) < LEAST_PIXELS) return;
    draft.last = at;
    draft.outline.push(this.actions.scene().unplace(at.x, at.y));
    this.actions.outline(draft.outline, true);
  }

  /** @param {PointerEvent} event */
  #up(event) {
    const draft = this.#draft;
    if (!draft || event.pointerId !== draft.id) return;
    event.stopImmediatePropagation();
    this.#draft = null;
    this.actions.outline(event.type === "pointercancel" ? [] : evenly(draft.outline, MOST_CORNERS), false);
  }

  /** @param {MouseEvent} event */
  #twice(event) {
    const scene = this.actions.scene();
    if (!scene?.map || event.target !== this.actions.canvas) return;
    const at = this.actions.at(event);
    const node = scene.pick(at.x, at.y)?.node;
    if (node === undefined) return;
    event.stopImmediatePropagation();
    this.actions.more(node);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const scene = this.actions.scene();
    if (!scene?.map || event.ctrlKey || event.metaKey || event.altKey) return;
    if (/** @type {HTMLElement} */ (event.target).matches("button") && event.key === "Enter") return;
    if (!(event.key === "Enter" && this.actions.enter()) && !(event.key === "Escape" && this.actions.escape())) return;
    event.preventDefault();
    event.stopPropagation();
  }
}
