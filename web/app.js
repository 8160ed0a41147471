import { Access } from "./access.js";
import { DetailPlace } from "./detail/place.js";
import { Banner } from "./banner.js";
import { el } from "./dom.js";
import { Items } from "./items.js";
import { foldWhereNarrow } from "./folds.js";
import { Frame } from "./frame.js";
import { HELP, listenForKeys } from "./keys.js";
import { readLink } from "./link.js";
import { Looking } from "./looking.js";
import { Gallery } from "./panels/gallery.js";
import { drawHover } from "./panels/hover.js";
import { MapPanel } from "./panels/map.js";
import { missedBy } from "./missed.js";
import { pictures } from "./pictures.js";
import { Player } from "./player.js";
import { listenForPrint } from "./printing.js";
import { drawings } from "./render/drawing.js";
import { Pace } from "./render/pace.js";
import { QueryPanel } from "./query/panel.js";
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
import { viewNamed, Views } from "./views.js";
import { Watching } from "./watching.js";

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
    this.banner = new Banner(this.parts.banner);
    this.frame = new Frame(this);
    /**
     * What `index.describe` says of the index that is looked at.
     * @type {any}
     */
    this.description = null;
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
      onIndexes: (name) => this.looking.changed(name), onMap: (events, before) => this.#mapChanged(events, before), onGap: (gap) => this.states.gapped(gap),
      onSearch: (search, event) => this.watching.changed(search, event), onCounted: () => this.frame.stale(), onError: (text) => this.complain(text),
    });
    this.connection = this.session.connection;
    this.tiles = new Tiles(this.connection, () => this.refresh());
    this.items = new Items({ request: (method, params) => this.session.request(method, params), onChange: () => this.#itemsChanged() });
    const reduced = matchMedia("(prefers-reduced-motion: reduce)");
    this.isReduced = () => reduced.matches;
    this.player = new Player({ onMove: () => this.watching.moved(), isHidden: () => document.hidden, isReduced: this.isReduced });
    document.addEventListener("visibilitychange", () => this.player.visibilityChanged());
    this.pace = new Pace({ draw: () => this.frame.draw(), onEase: (ease) => drawings.ease(ease) });
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
    this.watching = new Watching(this);
    this.looking = new Looking(this);
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
    this.frame.stale();
  }

  // What the user does.

  /**
   * Looks at another index.
   * @param {string} name
   */
  open(name) { this.looking.open(name); }

  /** @param {string} id */
  async setView(id) {
    const view = viewNamed(id);
    if (!view?.has(this.store.summary)) return;
    this.view = id;
    if ((id === "live" || id === "compare") && this.store.held) this.showNewest();
    this.frame.stale();
    try {
      const Scene = await this.views.open(view);
      if (this.view !== id) return;
      this.stage.show(id, Scene);
    } catch {
      return this.complain(`The ${view.title} view could not be loaded; is the daemon still there? Choose it again to try once more.`);
    }
    this.tiles.see([]);
    this.links.write();
    if (this.search) this.session.complete(this.search, this.wantsProjection);
    this.frame.stale();
  }

  /** @param {string} mode */
  setFineMode(mode) {
    this.fineMode = mode;
    if (this.search) this.session.complete(this.search, this.wantsProjection);
    this.frame.stale();
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
    this.frame.stale();
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
    return this.watching.runner.run(query);
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
  watch(search, isByItself = false) { this.watching.watch(search, isByItself); }

  /** The daemon lets this page search, not only watch. */
  get maySearch() { return this.connection.hello?.role !== "viewer"; }

  /** The map of the newest revision, where one of an earlier one was kept for a search. */
  showNewest() {
    this.store.held = null;
    if (this.store.summary) this.looking.use(this.store.summary);
    this.frame.stale();
  }

  /** Looks at no index. */
  leave() { this.looking.follow(null); }

  /** Looks at an index, as at the beginning. */
  showFirst() {
    this.looking.openFirst();
    this.frame.stale();
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
    this.frame.stale();
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
  complain(text) { this.banner.say(text, "bad"); }

  /**
   * Tells what was done.
   * @param {string} text
   */
  tell(text) { this.banner.say(text, "note"); }

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
    return (this.frame.state?.results ?? []).slice(0, this.search.header.k).map(/** @param {Hit} hit */ (hit) => ({ label: this.items.node(hit.node)?.label, ...hit }));
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

  /** Brings the card beside the pointer up to date. */
  drawHover() {
    drawHover(this.parts.hover, this, this.#pointed.hover, this.#pointed.at);
  }

  #itemsChanged() {
    this.drawHover();
    this.frame.resultsChanged();
  }

  /** A local map of the watched search is looked at. */
  get wantsProjection() {
    return this.view === "descent" || (this.view === "cells" && this.fineMode === "projection");
  }

  // What the daemon says.

  /** @param {any} state */
  #connectionChanged(state) {
    this.states.connectionChanged(state);
    if (state.needsToken) this.access.ask(this.access.token === null ? "" : "The token was refused.");
    this.frame.stale();
  }

  #connected() {
    this.query.allow(this.maySearch ? "" : WATCHES_ONLY);
    this.items.forget();
    if (this.store.map?.revision === null) this.tiles.forget();
    if (this.search && this.store.searches.get(this.search.id) !== this.search) this.watching.leave();
    this.looking.changed(null);
  }

  /** @param {any[]} events @param {LayoutMap|null} before the map that was shown until now */
  #mapChanged(events, before) {
    if (before !== this.store.layout.map) {
      this.states.mapReplaced(before);
      this.frame.stale();
    }
    if (events.some(/** @param {any} event */ ({ type }) => type === "layout.started" || type === "layout.finished")) this.tiles.retry();
    this.refresh();
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
    this.frame.stale();
  }

  /**
   * Draws there and then, for the printer does not wait.
   * @param {"light"|"dark"} name
   */
  printAs(name) {
    this.#setTheme(themes[name]);
    this.frame.draw();
  }
}
