import { Runner, SOURCE } from "./query/runner.js";
import { ownView } from "./views.js";

/** Asks for searches, and decides which of this page's and of others' is watched. */
export class Watching {
  /**
   * The newest search of others that came while another one played.
   * @type {Search|null}
   */
  #waiting = null;

  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.runner = new Runner({
      ask: (query) => this.#ask(query), take: (answer, query) => this.#answered(answer, query),
      cancel: (search) => app.session.request("search.cancel", { search }), fail: (error) => {
        app.query.complain(error.message);
        app.states.refused(error.message);
      },
    });
  }

  /** @param {any} query */
  #ask(query) {
    const { app } = this;
    app.query.complain("");
    app.states.refused("");
    return app.session.request("search.run", { ...query, index: app.store.selected, trace: "full", source: SOURCE });
  }

  /** @param {any} answer @param {any} query */
  async #answered(answer, query) {
    const { app } = this;
    // Its events are lost when it ran before the stream was followed again, as after a restart of the daemon.
    const search = app.store.searches.get(answer.search) ?? (await app.session.fetchTrace(answer.search));
    if (search) search.query = query;
    if (search && search !== app.search && app.store.selected === answer.index) this.watch(search);
  }

  /** @param {Search} search @param {boolean} [isByItself] nobody chose it */
  watch(search, isByItself = false) {
    const { app } = this;
    app.search = search;
    if (app.store.held && search.revision !== app.store.held.revision) app.showNewest();
    app.links.watched(isByItself);
    this.#waiting = null;
    app.store.searches.pinned = search.id;
    app.firstFrameAt = null;
    if (app.view === "chart" && ownView(app.store.summary) === "descent") app.setView("descent");
    app.player.load(search.length, isWhole(search), true, search);
    app.session.complete(search, app.wantsProjection);
    app.frame.stale();
  }

  leave() {
    this.app.search = this.#waiting = null;
    this.app.player.load(0, true, false);
  }

  /** The player has moved, or has come to its end. */
  moved() {
    const { app } = this;
    if (!app.player.playing && this.#waiting && app.followsLive && !app.isLive) this.watch(this.#waiting, true);
    else app.resultsChanged();
  }

  /** @param {Search} search @param {any} event of it */
  changed(search, event) {
    const { app } = this;
    if (search === app.search) {
      app.player.grow(search.length, isWhole(search));
      if (search.gap || app.wantsProjection) app.session.complete(search, app.wantsProjection, true);
    } else if (event.type === "search.started") {
      const whose = this.runner.began(search);
      const follows = whose === null && app.followsLive && app.view !== "live" && app.view !== "compare";
      if (whose === "own" || (follows && !app.player.playing && !this.#isScrubbing())) this.watch(search, whose !== "own");
      else if (follows) this.#waiting = search;
    }
    if (event.type === "search.steps") app.resultsChanged();
    else app.frame.stale();
  }

  /** Somebody stands in the middle of a search and looks. */
  #isScrubbing() {
    const { search, player } = this.app;
    return search !== null && !player.playing && player.cursor < player.length;
  }
}

/** @param {Search} search */
const isWhole = (search) => search.complete || search.failure !== null;
