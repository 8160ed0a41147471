import { el } from "../dom.js";
import { CellCard } from "./cell-card.js";
import { Find } from "./find.js";
import { Gestures } from "./gestures.js";
import { LabelSource } from "./label-source.js";
import { LassoChoice } from "./lasso-choice.js";
import { everyLayer, lowestShown, turned } from "./layers.js";
import { Minimap } from "./minimap.js";
import { neighbourPicture, routePicture } from "./route.js";
import { Selection } from "./selection.js";
import { SelectionPanel } from "./selection-panel.js";
import { Sight } from "./sight.js";
import { Toolbar } from "./toolbar.js";

export { ChartScene as Scene } from "../scenes/chart.js";

/** What belongs to the chart alone: its toolbar, what is selected on it, the lasso, the labels' words, the minimap. */
export class Panels {
  /** @type {import("./layers.js").LayerChoice|null} */
  #layers = null;
  #known = "";
  #told = "";
  #changes = 0;

  /** @param {any} app */
  constructor(app) {
    this.app = app;
    const { stage, parts } = app;
    const request = (/** @type {string} */ method, /** @type {object} */ params) => app.session.request(method, params);
    const items = (/** @type {number[]} */ nodes) => app.items.page(nodes);
    const onChange = () => {
      this.#changes += 1;
      app.refresh();
    };
    this.selection = new Selection({ request, items, onChange });
    this.lasso = new LassoChoice({ request, items, onChange, maxLabels: () => app.connection.hello?.limits?.maxFilterLabels ?? 100_000 });
    this.source = new LabelSource({ request, onChange: () => app.refresh() });
    this.cellCard = new CellCard(app);
    this.sight = new Sight(app);
    this.find = new Find({ request, index: () => app.store.selected, choose: (item) => this.#find(item.node) });
    this.lassoButton = el("button", {
      type: "button", class: "chip", testid: "lasso", text: "lasso", title: "a drag chooses what it goes round; shift and a drag do so always", "aria-pressed": "false", onclick: () => this.#turnLasso(),
    });
    const sight = el("button", { type: "button", class: "chip", testid: "lasso-sight", text: "in sight", title: "choose all that is in sight", onclick: () => this.#chooseSight() });
    this.toolbar = new Toolbar(parts.tools, [this.find.host, this.lassoButton, sight], {
      turn: (what, layer) => this.#showLayers(turned(this.layers, what, layer)), all: () => this.#showLayers(everyLayer(this.layers.shown.length, app.store.summary?.levels)),
      cell: (cell) => this.selectCell(cell),
    });
    this.panel = new SelectionPanel(parts.selection, {
      select: (node) => this.#find(node, 1), point: (node) => stage.setHover(node === null ? null : { node }, null),
      cell: (cell) => this.selectCell(cell), among: () => this.#searchAmong(), clear: () => this.lasso.clear(),
    });
    this.minimap = new Minimap(stage.host, {
      look: (x, y) => this.#move((scene) => scene.lookAt(x, y)), pan: (dx, dy) => this.#move((scene) => scene.pan(dx, dy)),
    });
    this.zoom = el("div", { class: "zoom", role: "group", "aria-label": "Zoom" }, ...[
      ["+", "zoom in", "zoom-in", () => stage.zoom(1.5)], ["−", "zoom out", "zoom-out", () => stage.zoom(1 / 1.5)], ["⤢", "the whole map", "zoom-fit", () => stage.reset()],
    ].map(([text, title, testid, onclick]) => el("button", { type: "button", class: "chip", text, title, "aria-label": title, testid, onclick })));
    this.gestures = new Gestures(stage.host, {
      scene: () => this.scene, canvas: stage.canvas, at: (event) => stage.place(event), outline: (outline, isOpen) => this.#outline(outline, isOpen), more: (node) => app.searchLike(node),
      enter: () => {
        if (app.selected !== null) app.searchLike(app.selected);
        return app.selected !== null;
      },
      escape: () => this.#letGo(),
    });
  }

  /**
   * The chart's scene, while it is shown.
   * @returns {any}
   */
  get scene() {
    return this.app.stage.view === "chart" ? this.app.stage.scene : null;
  }

  /** @returns {import("./layers.js").LayerChoice} */
  get layers() {
    return this.#layers ?? everyLayer(1);
  }

  /**
   * What the scene is told beside the map.
   * @returns {import("../scenes/chart.js").Chosen}
   */
  forScene() {
    const { selection, lasso, source } = this;
    const { outline, nodes, isOpen } = lasso;
    this.#follow();
    return { layers: this.#layers, selection, lasso: outline && { outline, nodes, isOpen }, labels: (map, scale) => source.labels(map, scale), labelled: source.version };
  }

  draw() {
    const { app, scene } = this;
    const { map, summary } = app.store;
    if (!this.zoom.isConnected) app.stage.host.append(this.zoom);
    this.toolbar.draw(summary, map, this.#layers);
    if (!scene?.map || !map) return;
    this.source.see(summary, map, scene.sight(), scene.camera.scale);
    this.minimap.draw(scene);
    this.sight.keep(scene, this.selection);
    const told = [this.#changes, map.settled, app.tiles.version].join("|");
    if (told === this.#told) return;
    this.#told = told;
    this.panel.draw({ selection: this.selection, lasso: this.lasso, summary, cells: map.cells, placeless: this.#placeless(), mayRoute: summary?.entryPoint !== undefined });
  }

  leave() {
    this.#told = "";
    this.find.close();
    this.toolbar.leave();
    this.panel.leave();
    this.minimap.leave();
    this.zoom.remove();
  }

  /** @param {{node?:number,cell?:number}|null} hover @returns {boolean} */
  pick(hover) {
    this.lasso.clear();
    if (hover?.cell === undefined) {
      if (this.selection.cell !== null) this.selectCell(null);
      return false;
    }
    this.selectCell(hover.cell);
    return true;
  }

  /** @param {number|null} cell */
  selectCell(cell) {
    this.lasso.clear();
    this.app.select(null);
    this.selection.useCell(this.app.store.selected, cell);
  }

  /** @param {{node?:number,cell?:number}} hover @returns {Node[]|null} */
  card({ node, cell }) {
    return node === undefined && cell !== undefined && this.app.store.map?.cells ? this.cellCard.nodes(cell) : null;
  }

  snapshot() {
    const { selection, lasso, scene, app } = this;
    const { route, answer, members, node, cell } = selection;
    return {
      layers: this.#layers, node, cell, links: answer?.links ?? null, hops: route?.hops ?? null, members: members?.nodes ?? null, lasso: lasso.nodes, among: app.query.filtering.among?.length ?? null,
      labels: scene?.labels ?? [], frame: scene?.map ? scene.frame() : null, camera: scene?.camera ?? null, minimap: !this.minimap.canvas.hidden,
      drawn: scene?.map && answer ? {
        neighbours: neighbourPicture(answer, (one) => scene.pointOf(one)).map((one) => one.node), route: route && routePicture(route, (one) => scene.pointOf(one)),
      } : null,
      // In canvas pixels, for those who click.
      places: app.store.map?.total <= 2000 && scene?.map ? Array.from({ length: app.store.map.total }, (_, one) => scene.pointOf(one)) : null,
    };
  }

  /** Takes notice of another index or revision, and of what was selected elsewhere. */
  #follow() {
    const { app, selection } = this;
    const { summary, map } = app.store;
    const key = `${summary?.name}|${map?.revision}|${map?.levels}`;
    if (key !== this.#known) {
      this.#known = key;
      this.#layers = map?.structure === "hnsw" ? everyLayer(map.levels, summary?.levels) : null;
      this.cellCard.forget();
      if (lassoed(this.lasso)) this.lasso.clear();
      if (selection.cell !== null) selection.useCell(app.store.selected, null);
    }
    if (app.selected !== selection.node && (app.selected !== null || selection.cell === null)) {
      selection.useNode(app.store.selected, app.selected, summary?.entryPoint !== undefined);
    }
  }

  /** @param {(scene:any)=>void} how */
  #move(how) {
    if (!this.scene?.map) return;
    how(this.scene);
    this.app.refresh();
  }

  /** @param {import("./layers.js").LayerChoice} layers */
  #showLayers(layers) {
    this.#layers = layers;
    this.app.refresh();
  }

  /** @param {number} node that was found or named @param {number} [scale] to look from, at least */
  #find(node, scale) {
    this.lasso.clear();
    this.sight.goTo(node, scale);
  }

  #turnLasso() {
    this.gestures.isLasso = !this.gestures.isLasso;
    this.lassoButton.setAttribute("aria-pressed", String(this.gestures.isLasso));
  }

  /** @param {Point[]} outline @param {boolean} isOpen */
  #outline(outline, isOpen) {
    const { map } = this.app.store;
    if (!isOpen && this.gestures.isLasso) this.#turnLasso();
    this.app.select(null);
    if (this.selection.cell !== null) this.selection.useCell(this.app.store.selected, null);
    this.lasso.use(map, outline, isOpen, map.structure === "hnsw" ? Math.min(255, lowestShown(this.layers)) : 0);
  }

  #chooseSight() {
    if (!this.scene?.map) return;
    const { x0, y0, x1, y1 } = this.scene.sight();
    this.#outline([{ x: x0, y: y0 }, { x: x1, y: y0 }, { x: x1, y: y1 }, { x: x0, y: y1 }], false);
  }

  async #searchAmong() {
    const { app, lasso } = this;
    const index = app.store.selected;
    const labels = await lasso.labels(index);
    if (labels === null || app.store.selected !== index) return;
    app.query.searchAmong(labels);
  }

  /** @returns {boolean} whether there was something to let go of */
  #letGo() {
    const { app, lasso, selection } = this;
    if (lassoed(lasso)) lasso.clear();
    else if (selection.cell !== null) this.selectCell(null);
    else if (app.selected !== null) app.select(null);
    else return false;
    return true;
  }

  /** Nodes of the route, or the selected one, that can't be drawn. */
  #placeless() {
    const { selection, scene } = this;
    const nodes = new Set([selection.node, ...selection.route?.hops.map((hop) => hop.node) ?? []]);
    return [...nodes].filter((node) => node !== null && !scene.pointOf(node)).length;
  }
}

const lassoed = (/** @type {LassoChoice} */ lasso) => lasso.outline !== null;
