import { DetailPlace } from "./detail/place.js";
import { Gallery } from "./panels/gallery.js";
import { drawHover } from "./panels/hover.js";
import { MapPanel } from "./panels/map.js";
import { writersOf } from "./panels/writers.js";
import { Help } from "./help.js";
import { Items } from "./items.js";
import { listenForKeys } from "./keys.js";
import { missedBy } from "./missed.js";
import { Panes } from "./panes.js";
import { Particulars } from "./particulars.js";
import { pictures } from "./pictures.js";
import { Player } from "./player.js";
import { listenForPrint } from "./printing.js";
import { QueryPanel } from "./query/panel.js";
import { SearchLog } from "./search-log.js";
import { Links } from "./sharing/links.js";
import { Sharing } from "./sharing/sharing.js";
import { snapshot } from "./snapshot.js";
import { Speech } from "./speech.js";
import { queryOf } from "./states/panel.js";
import { StepsTable } from "./table/steps.js";
import { Timeline } from "./timeline.js";
import { themes } from "./theme.js";
import { Watching } from "./watching.js";

const WATCHES_ONLY = "This token may watch, not search.";
const PLAYS_ONLY = "A recording can't be searched.";

/**
 * Puts together what the page does beside connecting and showing the map: searches are watched, asked for and told of. It stands on
 * the shell, and takes its part as the shell's `rest`.
 */
export class App {
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
  /**
   * What `index.describe` says of the index that is looked at.
   * @type {any}
   */
  description = null;
  /** All is there that the view shows. */
  isWhole = false;
  hasFailed = false;
  /** @type {{hover:Hover|null,at:Point|null}} */
  #pointed = { hover: null, at: null };

  /** @param {Shell} shell */
  constructor(shell) {
    const { parts, store, access, session, connection, tiles, pace, stage, states, views, frame, isReduced } = shell;
    this.shell = shell;
    this.parts = parts;
    this.store = store;
    this.access = access;
    this.session = session;
    this.connection = connection;
    this.tiles = tiles;
    this.pace = pace;
    this.stage = stage;
    this.states = states;
    this.views = views;
    this.frame = frame;
    this.isReduced = isReduced;
    pictures.use(access.token);
    this.items = new Items({ request: (method, params) => session.request(method, params), onChange: () => this.#itemsChanged() });
    this.player = new Player({ onMove: () => this.watching.moved(), isHidden: () => document.hidden, isReduced });
    document.addEventListener("visibilitychange", () => this.player.visibilityChanged());
    this.panes = new Panes(this);
    this.links = new Links(this);
    this.sharing = new Sharing(this, parts.share);
    this.steps = new StepsTable(parts.steps, this);
    this.timeline = new Timeline(parts.timeline, this);
    this.watching = new Watching(this);
    this.particulars = new Particulars(this);
    this.query = new QueryPanel(parts.query, this);
    this.speech = new Speech(parts.spoken);
    this.gallery = new Gallery(parts.gallery, this);
    this.mapPanel = new MapPanel(parts.map, this);
    this.detail = new DetailPlace(parts.detail, this);
    this.help = new Help(parts.keys, parts.help);
    parts.find.addEventListener("click", () => this.find());
    listenForKeys(this);
    parts.results.addEventListener("pointerup", () => this.refresh());
    listenForPrint(this);
  }

  /** Takes over what has happened until now. */
  async begin() {
    const { shell, store } = this;
    shell.rest = this;
    if (this.connection.isOpen) this.connected();
    if (store.summary) this.use(store.summary);
    this.session.keepSearches(new SearchLog(), {
      onSearch: (search, event) => this.watching.changed(search, event), onCounted: () => this.frame.stale(), onGap: (gap) => this.states.gapped(gap), onItems: (told) => this.items.know(told),
    });
    this.views.begin(this);
    // Its scene may be on its way; its panels are sent for now.
    if (store.selected !== null) await this.setView(this.view);
    this.isWhole = true;
    this.frame.stale();
  }

  /** @param {(app:App)=>void} act */
  later(act) { act(this); }

  // Of the shell.

  get view() { return this.shell.view; }
  get theme() { return this.shell.theme; }
  get link() { return this.shell.link; }
  set link(link) { this.shell.link = link; }

  /**
   * Looks at another index.
   * @param {string} name
   */
  open(name) { this.shell.open(name); }

  /** @param {string} id */
  setView(id) { return this.shell.setView(id); }

  /** @param {string} name of a theme that somebody chose */
  useTheme(name) { this.shell.useTheme(name); }

  /** Draws at the next frame, once, however often it is asked for. */
  refresh() { this.shell.refresh(); }

  /**
   * Tells what went wrong, for a while.
   * @param {string} text
   */
  complain(text) { this.shell.complain(text); }

  /**
   * Tells what was done.
   * @param {string} text
   */
  tell(text) { this.shell.banner.say(text, "note"); }

  // What the user does.

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
    if (!this.maySearch) return this.query.complain(this.whyNoSearch);
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

  /** Has the watched search again, of what is there now. */
  runAgain() { if (this.search) this.run(this.search.query ?? queryOf(this.search)); }

  /** The daemon lets this page search, not only watch. */
  get maySearch() { return this.connection.hello?.role !== "viewer"; }

  get whyNoSearch() { return this.connection.hello?.recording ? PLAYS_ONLY : WATCHES_ONLY; }

  /** The map of the newest revision, where one of an earlier one was kept for a search. */
  showNewest() {
    this.store.held = null;
    if (this.store.summary) this.use(this.store.summary);
    this.frame.stale();
  }

  /** Looks at no index. */
  leave() { this.shell.looking.follow(null); }

  /** Looks at an index, as at the beginning. */
  showFirst() {
    this.shell.looking.openFirst();
    this.frame.stale();
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

  /** Goes to where items are found. */
  find() {
    if (this.views.panels?.find) return this.views.panels.find.focus();
    this.query.label.focus();
    this.query.label.select();
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
    return (this.panes.state?.results ?? []).slice(0, this.search.header.k).map(/** @param {Hit} hit */ (hit) => ({ label: this.items.node(hit.node)?.label, ...hit }));
  }

  /**
   * The true neighbours that the search did not find, with the reason of each.
   * @returns {{label?:any,node:number,distance:number,reason:any}[]}
   */
  missed() {
    return missedBy(this.search, this.store.map, (node) => this.items.name(node));
  }

  snapshot() { return snapshot(this); }

  /** Brings the card beside the pointer up to date. */
  drawHover() {
    drawHover(this.parts.hover, this, this.#pointed.hover, this.#pointed.at);
  }

  resultsChanged() {
    this.panes.stale();
    this.refresh();
  }

  /** A local map of the watched search is looked at. */
  get wantsProjection() {
    return this.view === "descent" || (this.view === "cells" && this.fineMode === "projection");
  }

  /**
   * Draws there and then, for the printer does not wait.
   * @param {"light"|"dark"} name
   */
  printAs(name) {
    this.shell.setTheme(themes[name]);
    this.frame.draw();
  }

  #itemsChanged() {
    this.drawHover();
    this.resultsChanged();
  }

  // What the shell tells, and asks.

  /** @param {string} token */
  tokenTaken(token) { pictures.use(token); }

  connectionChanged() {}

  connected() {
    this.query.allow(this.maySearch ? "" : this.whyNoSearch);
    this.items.forget();
    if (this.search && this.store.searches.get(this.search.id) !== this.search) this.watching.leave();
  }

  /** Another index is looked at, or none. */
  followed() {
    this.selected = null;
    this.watching.leave();
  }

  /** @param {Summary} summary of the index that is looked at, new or changed */
  use(summary) { this.particulars.use(summary); }

  /**
   * The search that is looked at stays on the map that it ran on, until somebody wants another.
   * @param {LayoutMap|null} before the map until now
   */
  mapReplaced(before) {
    const { search, player, store, view } = this;
    // Many are looked at there, on the newest.
    if (view === "live" || view === "compare") return;
    if (before && search && !player.playing && search.revision === before.revision && store.layout.map?.revision !== before.revision) store.held ??= before;
  }

  viewChosen() {
    if ((this.isLive || this.view === "compare") && this.store.held) this.showNewest();
  }

  viewShown() {
    this.links.write();
    if (this.search) this.session.complete(this.search, this.wantsProjection);
  }

  /** @param {Hover|null} hover @param {Point|null} at */
  hovered(hover, at) {
    this.#pointed = { hover, at };
    this.drawHover();
  }

  /** @param {Hover|null} hover */
  picked(hover) {
    if (hover?.lens) {
      this.stage.scene.isLensLarge = !this.stage.scene.isLensLarge;
      return this.refresh();
    }
    if (!this.views.panels?.pick?.(hover)) this.select(hover?.node ?? null);
  }

  writers() { return writersOf(this.store.searches.all, Date.now()); }
}
