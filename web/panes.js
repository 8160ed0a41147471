import { explain } from "./explain.js";
import { changeText } from "./format.js";
import { drawLegend } from "./panels/legend.js";
import { drawQueues } from "./panels/queues.js";
import { drawCosts, drawResults } from "./panels/results.js";
import { drawSearches } from "./panels/searches.js";
import { revisionName } from "./panels/words.js";

/** What lies over the map and beside it, brought up to date once a frame: the search at the cursor, its steps, its results. */
export class Panes {
  /**
   * What the watched search has in hand at the cursor.
   * @type {Picture|null}
   */
  state = null;
  #cursor = 0;
  /** @type {any} */
  #data = {};
  /** The search and the map are of one revision: one of an earlier revision names nodes that the map no longer has. */
  #fits = true;
  #resultsStale = true;
  /**
   * What was said of the map's change.
   * @type {string|null}
   */
  #toldChange = null;

  /** @param {App} app */
  constructor(app) {
    this.app = app;
  }

  /** Results, or names in them, are others. */
  stale() {
    this.#resultsStale = true;
  }

  toDraw() {
    const { app } = this;
    const { search, store } = app;
    this.#cursor = search ? Math.min(app.player.cursor, search.length) : 0;
    this.state = search ? search.replay.at(this.#cursor, search.length) : null;
    this.#fits = !search || !store.map || search.revision === store.map.revision;
    const shown = this.#fits ? search : null;
    for (const places of shown?.placed ?? []) store.layout.know(places);
    if (shown?.projection?.ease(performance.now(), store.map, shown.place, app.isReduced())) app.refresh();
    this.#data = {
      search: shown, replay: shown?.replay ?? null, missed: shown?.recall?.missed ?? [],
      media: store.summary?.hasMedia && app.showsThumbnails ? /** @param {number} node */ (node) => app.items.image(node) : null,
      marksMisplaced: app.marksMisplaced, chosen: app.views.panels?.forScene?.() ?? null, age: /** @param {any} step */ (step) => app.player.age(step),
    };
    return { data: this.#data, cursor: this.#cursor, fineMode: app.fineMode };
  }

  /** @param {any} picture what the stage has drawn, or null */
  draw(picture) {
    const { app } = this;
    const { search, theme } = app;
    if (picture) {
      app.picture = picture;
      app.pictureCursor = this.#cursor;
      app.links.drawn();
      if (search && this.#cursor > 0 && app.firstFrameAt === null) app.firstFrameAt = performance.timeOrigin + performance.now();
    }
    if (app.player.isMoving) app.refresh();
    if (!app.isLive) app.timeline.draw({ index: app.store.summary, map: app.store.map, ...this.#data, search, replay: search?.replay ?? null }, theme, this.#cursor, app.stage.hover);
    app.views.panels?.draw();
    app.detail.draw();
    app.query.draw();
    app.steps.draw();
    if (!app.player.playing) app.links.write();
    app.mapPanel.draw();
    this.#speak();
    // A row that is replaced while it is pressed loses its click.
    if (!this.#resultsStale || app.parts.results.hidden || app.parts.results.matches(":active")) return;
    this.#resultsStale = false;
    drawResults(app.parts.results, app);
    drawQueues(app.parts.queues, app, this.state);
    drawCosts(app.parts.costs, app, this.state);
  }

  drawLists() {
    const { app } = this;
    drawLegend(app.parts.legend, app);
    if (!app.isLive) drawSearches(app.parts.searches, app);
    app.views.panels?.lists?.();
  }

  /**
   * What happened at the cursor.
   * @returns {string|null} null without a search
   */
  sentence() {
    const { search, store, items } = this.app;
    const { map } = store;
    if (!search || !map || !this.state) return null;
    if (this.#fits) return explain(search, this.state, (node) => items.name(node));
    return `This search ran on revision ${search.revision}; the map shows ${(map.follows ? changeText(map) : null) ?? revisionName(map)}.`;
  }

  #speak() {
    const { speech, store, search, isLive } = this.app;
    const change = store.map?.follows ? changeText(store.map) : null;
    if (change !== null && change !== this.#toldChange) speech.say(change);
    if (store.map) this.#toldChange = change;
    if (search && !isLive) speech.tell(() => this.app.search && this.state);
  }
}
