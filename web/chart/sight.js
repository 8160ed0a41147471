import { closeUp, toldPlace, whereabouts } from "./whereabouts.js";

/** How close the camera goes to what was found. */
const FOUND_SCALE = 6;

/** Keeps what is selected in sight: the camera goes there once, also when its place comes later. */
export class Sight {
  /**
   * The selected node, once it was seen to be in sight.
   * @type {number|null}
   */
  #seen = null;
  /**
   * The selected node, once the camera went to where it may be.
   * @type {number|null}
   */
  #approached = null;

  /** @param {any} app */
  constructor(app) {
    this.app = app;
  }

  /**
   * Selects a node and brings it to the middle.
   * @param {number} node @param {number} [scale] at least
   */
  goTo(node, scale = FOUND_SCALE) {
    const { app } = this;
    app.select(node);
    if (!app.stage.scene?.pointOf?.(node)) return;
    this.#seen = node;
    this.#fly(app.store.map.goalX[node], app.store.map.goalY[node], scale);
  }

  /** @param {any} scene the chart @param {import("./selection.js").Selection} selection */
  keep(scene, { answer }) {
    const { layout, map } = this.app.store;
    const node = this.app.selected;
    if (node === this.#seen) return;
    const at = node === null ? null : scene.pointOf(node);
    if (node === null) this.#approached = null;
    if (node === null || at) this.#seen = node;
    if (at && !(at.x > 0 && at.y > 0 && at.x < scene.width && at.y < scene.height)) this.#fly(map.goalX[node], map.goalY[node], 1);
    if (node === null || at || this.#approached === node || !answer || answer.node !== node) return;
    const told = toldPlace(answer, map);
    if (told) layout.know({ node: Uint32Array.of(node), x: Float32Array.of(told.x), y: Float32Array.of(told.y) });
    // The tiles there may bring its place.
    const about = told ?? whereabouts(answer, map);
    if (!about) return;
    this.#approached = node;
    this.#fly(about.x, about.y, closeUp(map.total));
  }

  /** @param {number} x of the map, 0 … 1 @param {number} y @param {number} scale at least */
  #fly(x, y, scale) {
    const { stage } = this.app;
    stage.flyTo(x, y, Math.max(scale, stage.scene.camera.scale));
  }
}
