import { changeText } from "./format.js";
import { drawHeader } from "./panels/header.js";
import { drawIndexes } from "./panels/indexes.js";
import { drawLegend } from "./panels/legend.js";
import { drawQueues } from "./panels/queues.js";
import { drawCosts, drawResults } from "./panels/results.js";
import { drawSearches } from "./panels/searches.js";
import { drawTabs } from "./panels/tabs.js";
import { drawWords } from "./panels/words.js";

/** Brings what is on the screen up to date, once a frame: all that moves, and of the rest what has changed. */
export class Frame {
  /**
   * What the watched search has in hand at the cursor.
   * @type {Picture|null}
   */
  state = null;
  /** Lists with buttons are drawn anew only when they change: a button that is replaced under the pointer loses its click. */
  #listsStale = true;
  #resultsStale = true;
  /**
   * What was said of the map's change.
   * @type {string|null}
   */
  #toldChange = null;
  /** @type {any} */
  #mapTimer = 0;

  /** @param {App} app */
  constructor(app) {
    this.app = app;
  }

  /** Lists, results and all that hangs on them are others. */
  stale() {
    this.#listsStale = true;
    this.resultsChanged();
  }

  resultsChanged() {
    this.#resultsStale = true;
    this.app.refresh();
  }

  draw() {
    const { app } = this;
    const { search, store, theme } = app;
    this.#advanceMap();
    const cursor = search ? Math.min(app.player.cursor, search.length) : 0;
    this.state = search ? search.replay.at(cursor, search.length) : null;
    // A search of an earlier revision names nodes that the map no longer has.
    const fits = !search || !store.map || search.revision === store.map.revision;
    const data = {
      index: store.summary, map: store.map, search: fits ? search : null, replay: fits ? search?.replay ?? null : null,
      media: store.summary?.hasMedia && app.showsThumbnails ? /** @param {number} node */ (node) => app.items.image(node) : null, missed: fits ? search?.recall?.missed ?? [] : [],
      tiles: app.tiles, marksMisplaced: app.marksMisplaced, chosen: app.views.panels?.forScene?.() ?? null, age: /** @param {any} step */ (step) => app.player.age(step),
    };
    if (fits) for (const places of search?.placed ?? []) store.layout.know(places);
    if (fits && search?.projection?.ease(performance.now(), store.map, search.place, app.isReduced())) app.refresh();
    if (store.summary && store.map && app.stage.scene) {
      app.stage.draw(data, theme, cursor, app.fineMode);
      app.picture = data;
      app.pictureCursor = cursor;
      app.links.drawn();
      if (search && cursor > 0 && app.firstFrameAt === null) app.firstFrameAt = performance.timeOrigin + performance.now();
    }
    if (app.player.isMoving) app.refresh();
    if (!app.isLive) app.timeline.draw({ ...data, search, replay: search?.replay ?? null }, theme, cursor, app.stage.hover);
    app.views.panels?.draw();
    app.detail.draw();
    app.query.draw();
    drawWords(app, this.state, fits);
    app.states.draw();
    app.steps.draw();
    if (!app.player.playing) app.links.write();
    app.mapPanel.draw();
    if (search && !app.isLive) app.speech.tell(() => app.search && this.state);
    // A row that is replaced while it is pressed loses its click.
    if (this.#resultsStale && !app.parts.results.hidden && !app.parts.results.matches(":active")) {
      this.#resultsStale = false;
      drawResults(app.parts.results, app);
      drawQueues(app.parts.queues, app, this.state);
      drawCosts(app.parts.costs, app, this.state);
    }
    if (!this.#listsStale) return;
    this.#listsStale = false;
    drawTabs(app.parts.tabs, app);
    drawHeader(app);
    drawLegend(app.parts.legend, app);
    drawIndexes(app.parts.indexes, app);
    if (!app.isLive) drawSearches(app.parts.searches, app);
    app.views.panels?.lists?.();
  }

  /** Lets the map move on, for as long as something on it moves. */
  #advanceMap() {
    const { app } = this;
    const { layout, map } = app.store;
    const wait = layout.advance(performance.now(), app.isReduced());
    if (wait !== null) {
      clearTimeout(this.#mapTimer);
      this.#mapTimer = setTimeout(() => app.refresh(), wait);
    }
    if (!map) return;
    for (const tile of map.shown ? app.tiles.inSight(map.revision) : []) layout.know(tile);
    const change = map.follows ? changeText(map) : null;
    if (change !== null && change !== this.#toldChange) app.speech.say(change);
    this.#toldChange = change;
  }
}
