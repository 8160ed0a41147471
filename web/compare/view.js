import { Contest } from "./contest.js";
import { ContestPanel } from "./contest-panel.js";
import { RivalsPanel } from "./rivals-panel.js";
import { recallCurve } from "./measure.js";
import { neighbours, verdict } from "./verdict.js";

/** The comparison of two searches: its state, and the parts of the page that show it. */
export class Panels {
  #isShown = false;
  /** @type {any} The search that was watched when the query was taken last. */
  #watched = null;

  /** @param {any} app */
  constructor(app) {
    this.app = app;
    this.chosen = app.compare = new Contest(app);
    this.rivals = new RivalsPanel(app.parts.rivals, this.chosen);
    this.contest = new ContestPanel(app.parts.contest, this.chosen);
  }

  /** What the page's keys move while this view is shown. */
  get player() { return this.chosen.race.player; }

  forScene() { return this.chosen; }

  lists() {
    const { app, chosen } = this;
    if (!this.#isShown) {
      this.#isShown = true;
      app.player.pause();
      if (!app.link.compare) chosen.begin();
      this.#watched = app.search;
    }
    const { compare } = app.link;
    if (compare) {
      app.link = { ...app.link, compare: null };
      if (compare !== chosen.toLink() && !chosen.fromLink(compare)) chosen.begin();
    }
    // A search that was asked for here is what is to be compared.
    if (app.search && app.search !== this.#watched) {
      this.#watched = app.search;
      const { label } = app.search.started;
      if (label !== undefined && String(label) !== String(/** @type {any} */ (chosen.query)?.label)) {
        chosen.takeQuery(app.search).then(() => chosen.runBoth());
      }
    }
    this.rivals.draw();
  }

  draw() {
    const { app, chosen } = this;
    chosen.maps.follow(chosen.rivals.map((rival) => rival.index));
    const wait = chosen.maps.advance(performance.now(), app.isReduced());
    if (wait !== null) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => app.refresh(), wait);
    }
    for (const { search, index } of chosen.rivals) {
      const builder = chosen.maps.builderOf(index);
      if (search && builder && builder.map?.revision === search.revision) for (const places of search.placed) builder.know(places);
    }
    if (chosen.advance()) app.refresh();
    this.rivals.draw();
    this.contest.draw();
  }

  leave() {
    this.#isShown = false;
    clearTimeout(this.timer);
    this.player.pause();
    this.chosen.maps.follow([]);
  }

  snapshot() {
    const { chosen } = this;
    const sides = chosen.race.isReady ? chosen.sides : null;
    return {
      query: chosen.query, clock: chosen.race.clock, link: chosen.toLink(), cursor: chosen.race.player.cursor, length: chosen.race.player.length, playing: chosen.race.player.playing,
      isReady: chosen.race.isReady, maps: chosen.maps.names, drawn: this.app.stage.scene?.drawn?.map(drawn) ?? null, before: chosen.before?.id ?? null, ladder: chosen.ladder.points,
      rivals: chosen.rivals.map((rival) => ({
        name: rival.name, index: rival.index, stored: rival.stored, fields: rival.fields, busy: rival.isBusy, message: rival.message, search: rival.search?.id ?? null, revision: rival.search?.revision ?? null,
        cursor: chosen.race.cursorOf(rival), counters: rival.search?.counters ?? null, recall: rival.search?.recall?.share ?? null, microseconds: rival.search?.microseconds ?? null, length: rival.search?.length ?? 0,
        curve: rival.search && chosen.race.isReady ? recallCurve(rival.search, rival.search.recall, chosen.race.clock, rival.measured ?? undefined) : [],
      })),
      verdict: sides ? verdict(sides[0], sides[1]) : [], ...(sides ? neighbours(sides[0], sides[1]) : {}),
    };
  }
}

const drawn = (/** @type {any} */ { index, revision, ways }) => ({
  index, revision, ways: ways.map((/** @type {any} */ { name, state }) => ({ name, nodes: [...state.visited.values()].flatMap((nodes) => [...nodes]), route: state.route.map((/** @type {any} */ step) => step.node) })),
});
