import { styled } from "./styles.js";

/**
 * @typedef {new (canvas:HTMLCanvasElement)=>any} SceneClass draws the picture in the middle
 * @typedef {new (app:any)=>ViewPanels} PanelsClass parts of the page that only this view has
 */
/**
 * @typedef {object} ViewPanels
 * @property {()=>void} draw brings what moves with the search up to date, at most once a frame
 * @property {()=>void} [lists] what seldom changes: called when indexes, searches or results are others
 * @property {()=>void} [leave] another view is shown now
 * @property {()=>any} [forScene] what its scene is told beside the index, the map and the search
 * @property {(hover:{node?:number,cell?:number}|null)=>boolean} [pick] a click on the picture; true when it selects no node
 * @property {(hover:{node?:number,cell?:number})=>Node[]|null} [card] what the card beside the pointer says, null for the usual
 * @property {import("./player.js").Player|null} [player] what the page's keys move in place of the watched search; null: nothing
 * @property {{focus:()=>void}} [find] a field to find items with
 * @property {()=>any} [snapshot] what it shows, as plain data
 */
/**
 * @typedef {object} View code and styles come when they are wanted first
 * @property {string} id in links, and in `data-for` of the page's parts
 * @property {string} title
 * @property {(summary:any)=>boolean} has whether an index can be looked at in it
 * @property {boolean} isMap its scene shows a map without what the panels tell it
 * @property {()=>Promise<SceneClass>} scene
 * @property {()=>Promise<PanelsClass>} panels
 */

/** @type {readonly View[]} in the order of the tabs; the key of each is its number */
export const VIEWS = Object.freeze([
  {
    id: "chart", title: "Chart", has: () => true, isMap: true,
    scene: async () => (await import("./scenes/chart.js")).ChartScene, panels: async () => (await styled("chart", import("./chart/view.js"))).Panels,
  },
  {
    id: "descent", title: "Descent", has: (summary) => summary?.structure === "hnsw", isMap: true,
    scene: async () => (await import("./scenes/descent.js")).DescentScene, panels: async () => (await styled("descent", import("./panels/descent.js"))).DescentPanels,
  },
  {
    id: "cells", title: "Cells", has: (summary) => summary?.structure === "ivf", isMap: true,
    scene: async () => (await import("./scenes/cells.js")).CellsScene, panels: async () => (await styled("descent", import("./panels/cells.js"))).CellsPanels,
  },
  {
    id: "live", title: "Live", has: () => true, isMap: false,
    scene: async () => (await import("./live/scene.js")).LiveScene, panels: async () => (await styled("live", import("./live/view.js"))).Panels,
  },
  {
    id: "compare", title: "Compare", has: () => true, isMap: false,
    scene: async () => (await import("./compare/scene.js")).CompareScene, panels: async () => (await styled("compare", import("./compare/view.js"))).Panels,
  },
]);

/** @param {string|null} id @returns {View|undefined} */
export const viewNamed = (id) => VIEWS.find((view) => view.id === id);

/**
 * The view that shows most of an index.
 * @param {any} summary @returns {string}
 */
export const ownView = (summary) => (["descent", "cells"].find((id) => viewNamed(id)?.has(summary)) ?? "chart");

/** The code of the views, loaded when first wanted, and the parts of the page that belong to each. */
export class Views {
  /** @type {Map<string,Promise<SceneClass>>} */
  #scenes = new Map();
  /** @type {Map<string,Promise<ViewPanels>>} */
  #made = new Map();
  /** @type {(app:App)=>void} */
  #begin = () => {};
  /** @type {Promise<App>} */
  #app = new Promise((resolve) => { this.#begin = resolve; });
  #hasBegun = false;
  #wanted = "";
  /**
   * Panels of the view that is shown.
   * @type {ViewPanels|null}
   */
  panels = null;

  /** @param {HTMLElement} main */
  constructor(main) {
    this.main = main;
  }

  /**
   * From now on the views have their panels, too.
   * @param {App} app
   */
  begin(app) {
    this.#hasBegun = true;
    this.#begin(app);
  }

  /**
   * Shows what belongs to a view, once its code is there.
   * @param {View} view @returns {Promise<SceneClass>}
   */
  async open(view) {
    this.#wanted = view.id;
    // Where a view has its own way to part the page, that waits for its styles.
    if (view.isMap) this.part(view.id);
    const scene = once(this.#scenes, view.id, view.scene);
    if (view.isMap && !this.#hasBegun) return scene;
    const [Scene, panels] = await Promise.all([scene, once(this.#made, view.id, async () => {
      const [Panels, app] = await Promise.all([view.panels(), this.#app]);
      return new Panels(app);
    })]);
    if (this.#wanted !== view.id) return Scene;
    this.part(view.id);
    if (panels !== this.panels) {
      this.panels?.leave?.();
      this.panels = panels;
    }
    return Scene;
  }

  /** @param {string} id of the view whose parts of the page are shown */
  part(id) {
    this.main.dataset.view = id;
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (this.main.querySelectorAll("[data-for]"))) {
      part.hidden = !/** @type {string} */ (part.dataset.for).split(" ").includes(id);
    }
  }
}

/**
 * @template T
 * @param {Map<string,Promise<T>>} loaded @param {string} id @param {()=>Promise<T>} load @returns {Promise<T>}
 */
function once(loaded, id, load) {
  let loading = loaded.get(id);
  if (!loading) {
    loading = load();
    loaded.set(id, loading);
    // What did not come may come the next time.
    loading.catch(() => loaded.delete(id));
  }
  return loading;
}
