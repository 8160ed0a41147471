/**
 * @typedef {object} LoadedView what the module of a view exports
 * @property {new (canvas:HTMLCanvasElement)=>any} Scene draws the picture in the middle
 * @property {new (app:any)=>ViewPanels} [Panels] parts of the page that only this view has
 */
/**
 * @typedef {object} ViewPanels
 * @property {()=>void} draw brings what moves with the search up to date, at most once a frame
 * @property {()=>void} [lists] what seldom changes: called when indexes, searches or results are others
 * @property {()=>void} [leave] another view is shown now
 * @property {()=>any} [forScene] what its scene is told beside the index, the map and the search
 * @property {(hover:{node?:number,cell?:number}|null)=>boolean} [pick] a click on the picture; true when it selects no node
 * @property {(hover:{node?:number,cell?:number})=>Node[]|null} [card] what the card beside the pointer says, null for the usual
 * @property {import("./player.js").Player} [player] what the page's keys move in place of the watched search
 * @property {{focus:()=>void}} [find] a field to find items with
 * @property {()=>any} [snapshot] what it shows, as plain data
 */
/**
 * @typedef {object} View
 * @property {string} id in links, and in `data-for` of the page's parts
 * @property {string} title
 * @property {(summary:any)=>boolean} has whether an index can be looked at in it
 * @property {()=>Promise<LoadedView>} load its code comes when it is wanted first
 */

/** @type {readonly View[]} in the order of the tabs; the key of each is its number */
export const VIEWS = Object.freeze([
  { id: "chart", title: "Chart", has: () => true, load: () => import("./chart/view.js") },
  { id: "descent", title: "Descent", has: (summary) => summary?.structure === "hnsw", load: () => import("./descent-view.js") },
  { id: "cells", title: "Cells", has: (summary) => summary?.structure === "ivf", load: () => import("./cells-view.js") },
  { id: "live", title: "Live", has: () => true, load: () => import("./live/view.js") },
  { id: "compare", title: "Compare", has: () => true, load: () => import("./compare/view.js") },
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
  /** @type {Map<string,Promise<{Scene:any,panels:ViewPanels|null}>>} */
  #loaded = new Map();
  /**
   * Panels of the view that is shown.
   * @type {ViewPanels|null}
   */
  panels = null;

  /** @param {HTMLElement} main @param {any} app */
  constructor(main, app) {
    this.main = main;
    this.app = app;
  }

  /**
   * Shows what belongs to a view, once its code is there.
   * @param {View} view @returns {Promise<new (canvas:HTMLCanvasElement)=>any>} its scene
   */
  async open(view) {
    this.main.dataset.view = view.id;
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (this.main.querySelectorAll("[data-for]"))) {
      part.hidden = !/** @type {string} */ (part.dataset.for).split(" ").includes(view.id);
    }
    let loading = this.#loaded.get(view.id);
    if (!loading) {
      loading = view.load().then(({ Scene, Panels }) => ({ Scene, panels: Panels ? new Panels(this.app) : null }));
      this.#loaded.set(view.id, loading);
      // What did not come may come the next time.
      loading.catch(() => this.#loaded.delete(view.id));
    }
    const { Scene, panels } = await loading;
    if (this.main.dataset.view === view.id && panels !== this.panels) {
      this.panels?.leave?.();
      this.panels = panels;
    }
    return Scene;
  }
}
