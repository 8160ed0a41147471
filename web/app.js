import { Access } from "./access.js";
import { DetailPlace } from "./detail/place.js";
import { el, show } from "./dom.js";
import { Items } from "./items.js";
import { foldWhereNarrow } from "./folds.js";
import { HELP, listenForKeys } from "./keys.js";
import { readLink } from "./link.js";
import { drawDetails } from "./panels/details.js";
import { Gallery } from "./panels/gallery.js";
import { drawHeader } from "./panels/header.js";
import { drawHover } from "./panels/hover.js";
import { drawIndexes } from "./panels/indexes.js";
import { drawLegend } from "./panels/legend.js";
import { MapPanel } from "./panels/map.js";
import { drawQueues } from "./panels/queues.js";
import { drawCosts, drawResults } from "./panels/results.js";
import { drawSearches } from "./panels/searches.js";
import { drawTabs } from "./panels/tabs.js";
import { drawWords } from "./panels/words.js";
import { changeText } from "./format.js";
import { missedBy } from "./missed.js";
import { pictures } from "./pictures.js";
import { Player } from "./player.js";
import { listenForPrint } from "./printing.js";
import { drawings } from "./render/drawing.js";
import { Pace } from "./render/pace.js";
import { QueryPanel } from "./query/panel.js";
import { Runner, SOURCE } from "./query/runner.js";
import { Session } from "./session.js";
import { Links } from "./sharing/links.js";
import { Sharing } from "./sharing/sharing.js";
import { snapshot } from "./snapshot.js";
import { Speech } from "./speech.js";
import { Stage } from "./stage.js";
import { States } from "./states/panel.js";
import { Store } from "./store.js";
import { StepsTable } from "./table/steps.js";
import { themes } from "./theme.js";
import { firstTheme, keepTheme, onSystemTheme } from "./theme-choice.js";
import { Tiles } from "./tiles.js";
import { Timeline } from "./timeline.js";
import { ownView, viewNamed, Views } from "./views.js";

const BANNER_MILLISECONDS = 8000;
const WATCHES_ONLY = "This token may watch, not search.";

/** Puts the page's parts together: what is looked at, and what happens when something changes. */
export class App {
  view = "chart";
  fineMode = "distance";
  marksMisplaced = false;
  /** @type {Search|null} */
  search = null;
  /**
   * The node that is selected, in whatever view; the detail panel tells of it.
   * @type {number|null}
   */
  selected = null;
  /**
   * The comparison, once its view was opened.
   * @type {import("./compare/contest.js").Contest|null}
   */
  compare = null;
  followsLive = true;
  showsThumbnails = true;
  /**
   * What the stage drew last, and where in the search: for pictures that are saved.
   * @type {any}
   */
  picture = null;
  pictureCursor = 0;
  /**
   * When the first frame with a step of the watched search was drawn, ms since 1970.
   * @type {number|null}
   */
  firstFrameAt = null;
  /** Lists with buttons are drawn anew only when they change: a button that is replaced under the pointer loses its click. */
  #listsStale = true;
  #resultsStale = true;
  /** The newest search of others that came while another one played. */
  /**
   * What was said of the map's change.
   * @type {string|null}
   */
  toldChange = null;
  /** @type {Search|null} */
  #waiting = null;
  /** @type {Picture|null} */
  #state = null;
  /** @type {{hover:Hover|null,at:Point|null}} */
  #pointed = { hover: null, at: null };

  /** @param {Document} document */
  constructor(document) {
    /** @param {string} id */
    const byID = (id) => /** @type {any} */ (document.getElementById(id));
    this.parts = Object.fromEntries(
      ["banner", "strips", "revision", "share", "find", "indexes", "title", "subtitle", "explanation", "hover", "results", "queues", "costs", "searches", "details", "connection", "legend", "map", "tabs", "theme", "help", "keys",
        "figures", "tools", "minute", "contest", "steps", "detail", "selection", "rivals"]
        .map((id) => [id, byID(id)]));
    this.link = readLink(location.hash);
    this.store = new Store();
    this.access = new Access(byID("access"), (token) => {
      pictures.use(token);
      if (this.connection.isOpen) this.connection.reopen();
      else this.connection.open();
    });
    pictures.use(this.access.token);
    this.session = new Session(this.store, {
      url: new URL("ws", location.href.split("#")[0]).href.replace(/^http/, "ws"), token: () => this.access.token,
      onState: (state) => this.#connectionChanged(state), onReady: () => this.#connected(),
      onIndexes: (name) => this.#indexesChanged(name), onMap: (events, before) => this.#mapChanged(events, before), onGap: (gap) => this.states.gapped(gap),
      onSearch: (search, event) => this.#searchChanged(search, event), onCounted: () => this.#stale(), onError: (text) => this.complain(text),
    });
    this.connection = this.session.connection;
    this.tiles = new Tiles(this.connection, () => this.refresh());
    this.items = new Items({ request: (method, params) => this.session.request(method, params), onChange: () => this.#itemsChanged() });
    const reduced = matchMedia("(prefers-reduced-motion: reduce)");
    this.isReduced = () => reduced.matches;
    this.player = new Player({ onMove: () => this.#moved(), isHidden: () => document.hidden, isReduced: this.isReduced });
    document.addEventListener("visibilitychange", () => this.player.visibilityChanged());
    this.pace = new Pace({ draw: () => this.#draw(), onEase: (ease) => drawings.ease(ease) });
    this.stage = new Stage(byID("stage"), byID("canvas"), {
      isReduced: this.isReduced, onChange: () => this.refresh(), onHover: (hover, at) => {
        this.#pointed = { hover, at };
        this.drawHover();
      },
      onPick: (hover) => this.#picked(hover),
    });
    this.states = new States(this, byID("stage"), this.parts.strips);
    this.links = new Links(this);
    this.sharing = new Sharing(this, this.parts.share);
    this.steps = new StepsTable(this.parts.steps, this);
    this.views = new Views(byID("main"), this);
    this.timeline = new Timeline(byID("timeline"), this);
    this.runner = new Runner({
      ask: (query) => this.#ask(query), take: (answer, query) => this.#answered(answer, query),
      cancel: (search) => this.session.request("search.cancel", { search }), fail: (error) => {
        this.query.complain(error.message);
        this.states.refused(error.message);
      },
    });
    this.query = new QueryPanel(byID("query"), this);
    this.speech = new Speech(byID("spoken"));
    this.gallery = new Gallery(byID("gallery"), this);
    this.mapPanel = new MapPanel(this.parts.map, this);
    this.detail = new DetailPlace(this.parts.detail, this);
    this.theme = themes.dark;
    this.parts.theme.addEventListener("click", () => {
      this.useTheme(this.theme === themes.dark ? "light" : "dark");
      keepTheme(this.theme);
    });
    this.parts.find.addEventListener("click", () => (this.views.panels?.find ? this.views.panels.find.focus() : this.focusQuery()));
    this.parts.help.addEventListener("click", () => this.toggleHelp());
    this.parts.keys.append(el("h2", { text: "Keys" }), el("dl", {}, ...HELP.flatMap(([key, what]) => [el("dt", { text: key }), el("dd", { text: what })])));
    listenForKeys(this);
    this.parts.results.addEventListener("pointerup", () => this.refresh());
    listenForPrint(this);
    foldWhereNarrow(document.querySelectorAll(".fold"));
  }

  start() {
    if (this.link.theme !== null) this.useTheme(this.link.theme);
    else if (firstTheme() === themes.light) this.#setTheme(themes.light);
    onSystemTheme((theme) => { if (this.links.theme === null) this.#setTheme(theme); });
    this.connection.open();
    this.#stale();
  }

  // What the user does.

  /**
   * Looks at another index.
   * @param {string} name
   */
  open(name) {
    const entry = this.store.indexes.get(name);
    if (!entry?.summary || name === this.store.selected) return;
    this.#follow(name);
    this.#useSummary(entry.summary);
    const wanted = viewNamed(this.link.view);
    this.setView(wanted?.has(entry.summary) ? wanted.id : ownView(entry.summary));
  }

  /** @param {string} id */
  async setView(id) {
    const view = viewNamed(id);
    if (!view?.has(this.store.summary)) return;
    this.view = id;
    this.#stale();
    try {
      const Scene = await this.views.open(view);
      if (this.view !== id) return;
      this.stage.show(id, Scene);
    } catch {
      return this.complain(`The ${view.title} view could not be loaded; is the daemon still there? Choose it again to try once more.`);
    }
    this.tiles.see([]);
    this.links.write();
    if (this.search) this.session.complete(this.search, this.#wantsProjection());
    this.#stale();
  }

  /** @param {string} mode */
  setFineMode(mode) {
    this.fineMode = mode;
    if (this.search) this.session.complete(this.search, this.#wantsProjection());
    this.#stale();
  }

  /** @param {boolean} marks */
  setMarksMisplaced(marks) {
    this.marksMisplaced = marks;
    this.refresh();
  }

  /** @param {any} label */
  runLabel(label) { return this.query.runLabel(label); }

  /**
   * Selects a node in all views, or none.
   * @param {number|null} node
   */
  select(node) {
    if (node === this.selected) return;
    this.selected = node;
    this.drawHover();
    this.#stale();
  }

  /**
   * Searches for what is like a node.
   * @param {number} node
   */
  async searchLike(node) {
    const index = this.store.selected;
    const item = this.items.node(node) ?? (await this.items.page([node]))[0];
    if (item && this.store.selected === index) this.runLabel(item.label);
  }

  /**
   * Searches and watches it.
   * @param {any} query parameters of `search.run` without the index
   */
  run(query) {
    if (this.store.selected === null) return;
    if (!this.maySearch) return this.query.complain(WATCHES_ONLY);
    return this.runner.run(query);
  }

  /** @param {any} query */
  #ask(query) {
    this.query.complain("");
    this.states.refused("");
    return this.session.request("search.run", { ...query, index: this.store.selected, trace: "full", source: SOURCE });
  }

  /** @param {any} answer @param {any} query */
  async #answered(answer, query) {
    // Its events are lost when it ran before the stream was followed again, as after a restart of the daemon.
    const search = this.store.searches.get(answer.search) ?? (await this.session.fetchTrace(answer.search));
    if (search) search.query = query;
    if (search && search !== this.search && this.store.selected === answer.index) this.watch(search);
  }

  /** Sets the watched search against another one of the same query. */
  async compareWith() {
    const { search } = this;
    await this.setView("compare");
    if (search) this.compare?.take(search);
  }

  /**
   * Plays a search from its beginning.
   * @param {any} search @param {boolean} [isByItself] nobody chose it
   */
  watch(search, isByItself = false) {
    this.search = search;
    if (this.store.held && search.revision !== this.store.held.revision) this.showNewest();
    this.links.watched(isByItself);
    this.#waiting = null;
    this.store.searches.pinned = search.id;
    this.firstFrameAt = null;
    if (this.view === "chart" && ownView(this.store.summary) === "descent") this.setView("descent");
    this.player.load(search.length, this.#isWhole(search), true, search);
    this.session.complete(search, this.#wantsProjection());
    this.#stale();
  }

  /** The daemon lets this page search, not only watch. */
  get maySearch() { return this.connection.hello?.role !== "viewer"; }

  /** The map of the newest revision, where one of an earlier one was kept for a search. */
  showNewest() {
    this.store.held = null;
    if (this.store.summary) this.#useSummary(this.store.summary);
    this.#stale();
  }

  /** Looks at no index. */
  leave() { this.#follow(null); }

  /** Looks at an index, as at the beginning. */
  showFirst() {
    this.#openFirst();
    this.#stale();
  }

  /**
   * A theme that somebody chose.
   * @param {string} name
   */
  useTheme(name) {
    this.links.theme = name;
    this.#setTheme(name === "light" ? themes.light : themes.dark);
    this.links.write();
  }

  toggleThumbnails() {
    this.showsThumbnails = !this.showsThumbnails;
    this.tell(`Thumbnails are ${this.showsThumbnails ? "shown" : "hidden"}.`);
    this.refresh();
  }
  /** Many searches are looked at: none is played by itself. */
  get isLive() { return this.view === "live"; }

  /** @param {boolean} follows */
  setFollowsLive(follows) {
    this.followsLive = follows;
    this.#stale();
  }

  /** @param {number} by */
  step(by) { this.player.step(by); }
  /** @param {number} cursor */
  seek(cursor) { this.player.seek(cursor); }

  /** @param {number} speed */
  setSpeed(speed) { this.player.speed = speed; }

  focusQuery() {
    this.query.label.focus();
    this.query.label.select();
  }

  toggleHelp() {
    const { keys, help } = this.parts;
    if (keys.open) keys.close();
    else keys.showModal();
    help.setAttribute("aria-expanded", String(keys.open));
  }

  /**
   * Tells what went wrong, for a while.
   * @param {string} text
   */
  complain(text) { this.#banner(text, "bad"); }

  /**
   * Tells what was done.
   * @param {string} text
   */
  tell(text) { this.#banner(text, "note"); }

  /** @param {string} text @param {string} kind */
  #banner(text, kind) {
    this.parts.banner.dataset.kind = kind;
    this.parts.banner.textContent = text;
    show(this.parts.banner, true);
    clearTimeout(this.bannerTimer);
    this.bannerTimer = setTimeout(() => show(this.parts.banner, false), BANNER_MILLISECONDS);
  }

  // What is shown.

  isAtEnd() {
    const { search } = this;
    return Boolean(search?.results && search.complete && this.player.cursor >= search.length);
  }

  /**
   * The results, or the best so far while the search plays.
   * @returns {{label?:any,node:number,distance:number}[]}
   */
  shownResults() {
    if (!this.search) return [];
    if (this.isAtEnd()) return this.search.results ?? [];
    return (this.#state?.results ?? []).slice(0, this.search.header.k).map(/** @param {Hit} hit */ (hit) => ({ label: this.items.node(hit.node)?.label, ...hit }));
  }

  /**
   * The true neighbours that the search did not find, with the reason of each.
   * @returns {{label?:any,node:number,distance:number,reason:any}[]}
   */
  missed() {
    return missedBy(this.search, this.store.map, (node) => this.items.name(node));
  }

  snapshot() { return snapshot(this); }

  /** Draws at the next frame, once, however often it is asked for. */
  refresh() {
    this.pace.ask();
  }

  #stale() {
    this.#listsStale = true;
    this.#resultsChanged();
  }

  #resultsChanged() {
    this.#resultsStale = true;
    this.refresh();
  }

  /** Brings the card beside the pointer up to date. */
  drawHover() {
    drawHover(this.parts.hover, this, this.#pointed.hover, this.#pointed.at);
  }

  #itemsChanged() {
    this.drawHover();
    this.#resultsChanged();
  }

  #moved() {
    if (!this.player.playing && this.#waiting && this.followsLive && !this.isLive) this.watch(this.#waiting, true);
    else this.#resultsChanged();
  }

  #draw() {
    const { search, store, theme } = this;
    this.#advanceMap();
    const cursor = search ? Math.min(this.player.cursor, search.length) : 0;
    this.#state = search ? search.replay.at(cursor, search.length) : null;
    // A search of an earlier revision names nodes that the map no longer has.
    const fits = !search || !store.map || search.revision === store.map.revision;
    const data = {
      index: store.summary, map: store.map, search: fits ? search : null, replay: fits ? search?.replay ?? null : null,
      media: store.summary?.hasMedia && this.showsThumbnails ? /** @param {number} node */ (node) => this.items.image(node) : null, missed: fits ? search?.recall?.missed ?? [] : [],
      tiles: this.tiles, marksMisplaced: this.marksMisplaced, chosen: this.views.panels?.forScene?.() ?? null, age: /** @param {any} step */ (step) => this.player.age(step),
    };
    if (fits) for (const places of search?.placed ?? []) store.layout.know(places);
    if (fits && search?.projection?.ease(performance.now(), store.map, search.place, this.isReduced())) this.refresh();
    if (store.summary && store.map && this.stage.scene) {
      this.stage.draw(data, theme, cursor, this.fineMode);
      this.picture = data;
      this.pictureCursor = cursor;
      this.links.drawn();
      if (search && cursor > 0 && this.firstFrameAt === null) this.firstFrameAt = performance.timeOrigin + performance.now();
    }
    if (this.player.isMoving) this.refresh();
    if (!this.isLive) this.timeline.draw({ ...data, search, replay: search?.replay ?? null }, theme, cursor, this.stage.hover);
    this.views.panels?.draw();
    this.detail.draw();
    this.query.draw();
    drawWords(this, this.#state, fits);
    this.states.draw();
    this.steps.draw();
    if (!this.player.playing) this.links.write();
    this.mapPanel.draw();
    if (search && !this.isLive) this.speech.tell(() => this.search && this.#state);
    // A row that is replaced while it is pressed loses its click.
    if (this.#resultsStale && !this.parts.results.hidden && !this.parts.results.matches(":active")) {
      this.#resultsStale = false;
      drawResults(this.parts.results, this);
      drawQueues(this.parts.queues, this, this.#state);
      drawCosts(this.parts.costs, this, this.#state);
    }
    if (!this.#listsStale) return;
    this.#listsStale = false;
    drawTabs(this.parts.tabs, this);
    drawHeader(this);
    drawLegend(this.parts.legend, this);
    drawIndexes(this.parts.indexes, this);
    if (!this.isLive) drawSearches(this.parts.searches, this);
    this.views.panels?.lists?.();
  }

  /** Lets the map move on, for as long as something on it moves. */
  #advanceMap() {
    const { layout, map } = this.store;
    const wait = layout.advance(performance.now(), this.isReduced());
    if (wait !== null) {
      clearTimeout(this.mapTimer);
      this.mapTimer = setTimeout(() => this.refresh(), wait);
    }
    if (!map) return;
    for (const tile of map.shown ? this.tiles.inSight(map.revision) : []) layout.know(tile);
    const change = map.follows ? changeText(map) : null;
    if (change !== null && change !== this.toldChange) this.speech.say(change);
    this.toldChange = change;
  }

  #wantsProjection() {
    return this.view === "descent" || (this.view === "cells" && this.fineMode === "projection");
  }

  /** @param {Search} search */
  #isWhole(search) {
    return search.complete || search.failure !== null;
  }

  // What the daemon says.

  /** @param {any} state */
  #connectionChanged(state) {
    this.states.connectionChanged(state);
    if (state.needsToken) this.access.ask(this.access.token === null ? "" : "The token was refused.");
    this.#stale();
  }

  #connected() {
    this.query.allow(this.maySearch ? "" : WATCHES_ONLY);
    this.items.forget();
    if (this.store.map?.revision === null) this.tiles.forget();
    if (this.search && this.store.searches.get(this.search.id) !== this.search) this.#leaveSearch();
    this.#indexesChanged(null);
  }

  /** @param {string|null} name */
  #follow(name) {
    this.session.follow(name);
    this.tiles.use(name);
    this.selected = null;
    this.#leaveSearch();
  }

  #leaveSearch() {
    this.search = this.#waiting = null;
    this.player.load(0, true, false);
  }

  /** @param {string|null} name */
  #indexesChanged(name) {
    const { store } = this;
    if (store.selected !== null && !store.indexes.get(store.selected)?.summary) {
      if (name === store.selected && !store.indexes.has(name)) this.states.removed(name);
      this.#follow(null);
    }
    if (store.selected === null) this.#openFirst();
    else if (name === store.selected || name === null) this.#useSummary(store.indexes.get(store.selected)?.summary);
    this.#stale();
  }

  #openFirst() {
    const names = [...this.store.indexes.keys()].filter((name) => this.store.indexes.get(name)?.summary).sort();
    if (names.length === 0) return;
    this.open(this.link.index !== null && names.includes(this.link.index) ? this.link.index : names[0]);
  }

  /** @param {any} summary of the index that is looked at, new or changed */
  async #useSummary(summary) {
    const isKnown = this.known?.name === summary.name;
    if (isKnown && this.known?.revision === summary.revision) return;
    this.known = { name: summary.name, revision: summary.revision };
    // Numbers of nodes mean another thing in another revision.
    this.select(null);
    // While a search of an earlier revision is looked at, nodes are named as they were then.
    if (!isKnown || !this.search || this.player.playing || this.search.revision === summary.revision) this.items.use(summary.name, summary.revision);
    try {
      if (!isKnown) await this.query.use(summary, this.link);
      const [description] = await Promise.all([drawDetails(this.parts.details, this, summary), this.gallery.use(this.store.indexes.get(summary.name)?.file ? null : summary)]);
      this.description = description;
      if (description) this.query.suggest(description);
    } catch (error) {
      this.complain(/** @type {Error} */ (error).message);
    }
    if (isKnown) return;
    // A deep link says what to look at, once.
    const { link } = this;
    this.link = { ...link, search: null, label: null, view: null };
    if (!this.store.indexes.get(summary.name)?.file) await this.links.land(link);
  }

  /** @param {any[]} events @param {LayoutMap|null} before the map that was shown until now */
  #mapChanged(events, before) {
    if (before !== this.store.layout.map) {
      this.states.mapReplaced(before);
      this.#stale();
    }
    if (events.some(/** @param {any} event */ ({ type }) => type === "layout.started" || type === "layout.finished")) this.tiles.retry();
    this.refresh();
  }

  /** @param {Search} search @param {any} event */
  #searchChanged(search, event) {
    if (search === this.search) {
      this.player.grow(search.length, this.#isWhole(search));
      if (search.gap || this.#wantsProjection()) this.session.complete(search, this.#wantsProjection(), true);
    } else if (event.type === "search.started") {
      const whose = this.runner.began(search);
      const follows = whose === null && this.followsLive && this.view !== "live" && this.view !== "compare";
      if (whose === "own" || (follows && !this.player.playing && !this.#isScrubbing())) this.watch(search, whose !== "own");
      else if (follows) this.#waiting = search;
    }
    if (event.type === "search.steps") this.#resultsChanged();
    else this.#stale();
  }

  /** Somebody stands in the middle of a search and looks. */
  #isScrubbing() {
    return this.search !== null && !this.player.playing && this.player.cursor < this.player.length;
  }

  /** @param {Hover|null} hover */
  #picked(hover) {
    if (hover?.lens) {
      this.stage.scene.isLensLarge = !this.stage.scene.isLensLarge;
      return this.refresh();
    }
    if (!this.views.panels?.pick?.(hover)) this.select(hover?.node ?? null);
  }

  /** @param {Theme} theme */
  #setTheme(theme) {
    this.theme = theme;
    document.documentElement.dataset.theme = theme.name;
    this.parts.theme.textContent = theme === themes.dark ? "Paper" : "Night";
    this.#stale();
  }

  /**
   * Draws there and then, for the printer does not wait.
   * @param {"light"|"dark"} name
   */
  printAs(name) {
    this.#setTheme(themes[name]);
    this.#draw();
  }
}
