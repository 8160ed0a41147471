import { el, fill } from "../dom.js";
import { LabelSource } from "../chart/label-source.js";
import { ownView } from "../views.js";
import { Figures, figureTexts, spokenFigures } from "./figures.js";
import { MinutePanel } from "./minute-panel.js";
import { Picks, TICK_MILLISECONDS } from "./picks.js";
import { SearchTable } from "./table.js";
import { Tags } from "./tags.js";

export { LiveScene as Scene } from "./scene.js";

const SECOND_MILLISECONDS = 1000;
/** The list is laid out anew at most so often: more than one search is new then, where many come. */
const LIST_MILLISECONDS = 120;
/** Sentences for those who hear the page come at most so often. */
const SPEECH_SECONDS = 3;

/** What belongs to the live view: the walks, the figures, the list and the last minute. */
export class Panels {
  #picks = new Picks();
  /**
   * The list that the picks are of: another index or daemon has another.
   * @type {any}
   */
  #searches = null;
  /** Timer of the walks, and of the minute; 0 when nothing moves. */
  #tick = 0;
  #tickedAt = -Infinity;
  #second = 0;
  #sinceSpeech = SPEECH_SECONDS;
  #theme = "";
  #isShown = false;
  /**
   * The watched search, if it played when the view was opened: it waits meanwhile.
   * @type {Search|null}
   */
  #waits = null;
  /** Other searches are on the map than the list says. */
  #isListStale = false;
  #listedAt = -Infinity;
  #list = 0;

  /** @param {any} app */
  constructor(app) {
    this.app = app;
    const { parts } = app;
    const open = (/** @type {Search} */ search) => this.#open(search);
    this.figures = new Figures(parts.figures);
    this.minute = new MinutePanel(parts.minute, app);
    this.table = new SearchTable({ open, onChange: () => this.#drawList() });
    this.tags = new Tags(app.stage.host, open);
    this.source = new LabelSource({ request: (method, params) => app.session.request(method, params), onChange: () => app.refresh() });
    this.choice = el("select", { testid: "live-index", "aria-label": "Index", onchange: () => app.open(this.choice.value) });
    this.tools = el("label", { class: "live-index" }, "index ", this.choice);
    document.addEventListener("visibilitychange", () => {
      if (this.#isShown) this.lists();
    });
  }

  /** What the scene is told beside the map. */
  forScene() {
    const { source, app } = this;
    return {
      picks: this.#picks, layers: null, selection: { node: app.selected, cell: null, answer: null, route: null }, lasso: null,
      labels: (/** @type {any} */ map, /** @type {number} */ scale) => source.labels(map, scale), labelled: source.version,
    };
  }

  draw() {
    const { app } = this;
    const { scene } = app.stage;
    this.#show();
    this.#follow();
    this.#useTheme();
    if (scene?.map && app.stage.view === "live") {
      this.source.see(app.store.summary, scene.map, scene.sight(), scene.camera.scale);
      this.tags.draw(this.#picks.shown, scene, app.stage.scale);
    }
    if (this.#isListStale) this.#drawListInTime();
    else this.table.drawRows(this.#picks, app.search, app.store.map?.revision ?? null);
    this.#wake();
  }

  lists() {
    this.#show();
    this.#follow();
    this.#drawTools();
    this.#drawListInTime();
    this.#wake();
    if (!this.#second) this.#advanceMinute();
  }

  leave() {
    this.#isShown = false;
    for (const timer of [this.#tick, this.#second, this.#list]) clearTimeout(timer);
    this.#tick = this.#second = this.#list = 0;
    this.tags.leave();
    this.table.leave();
    this.tools.remove();
    fill(this.app.parts.searches);
    if (this.#waits && this.#waits === this.app.search) this.app.player.play();
    this.#waits = null;
  }

  /**
   * A click on the picture selects a node, as elsewhere.
   * @returns {boolean}
   */
  pick() {
    return false;
  }

  /** What it shows, as plain data. */
  snapshot() {
    const { minute } = this.app.store;
    const local = localTime();
    return {
      animated: this.#picks.shown.map(({ search, slot, walk, ended }) => ({ search: search.id, slot, cursor: walk.cursor, ended: ended !== null, route: [...walk.route], cells: [...walk.cells] })),
      dots: this.#picks.dots.length, dotted: this.#picks.dotted, total: minute.total, figures: minute.figures(local), marks: minute.marks(local).map((/** @type {{text:string}} */ mark) => mark.text),
      seconds: minute.seconds(local).map((/** @type {{count:number}|null} */ second) => second?.count ?? 0), listed: this.table.shown.map(({ id }) => id), isStill: this.table.isStill,
      counted: this.app.store.searches.counted.count, ticks: this.#tick !== 0, timed: this.#second !== 0,
    };
  }

  #drawListInTime() {
    const wait = LIST_MILLISECONDS - (performance.now() - this.#listedAt);
    if (wait <= 0) return this.#drawList();
    this.#isListStale = true;
    this.#list ||= setTimeout(() => {
      this.#list = 0;
      this.#drawList();
    }, wait);
  }

  #drawList() {
    const { app } = this;
    this.#isListStale = false;
    this.#listedAt = performance.now();
    this.table.draw(app.parts.searches, app.store.searches, this.#picks, app.search, app.store.map?.revision ?? null);
  }

  #show() {
    if (this.#isShown) return;
    this.#isShown = true;
    const { player, search } = this.app;
    if (!player.playing) return;
    this.#waits = search;
    player.pause();
  }

  /** Another index or another daemon: nothing that was drawn is of it. */
  #follow() {
    const { searches } = this.app.store;
    if (searches === this.#searches) return;
    this.#searches = searches;
    this.#picks = new Picks();
    this.#picks.look(searches.all, performance.now(), true);
  }

  /** Lets the walks go on, when something of them is to be done. */
  #wake() {
    if (this.#tick || !this.#isShown || document.hidden || !this.#picks.isStale(this.#searches.all)) return;
    this.#tick = setTimeout(() => this.#advance(), Math.max(0, TICK_MILLISECONDS - (performance.now() - this.#tickedAt)));
  }

  #advance() {
    const { app } = this;
    const now = performance.now();
    this.#tickedAt = now;
    const before = this.#picks.shown;
    this.#picks.look(this.#searches.all, now);
    const wait = this.#picks.advance(now, app.isReduced());
    const { shown } = this.#picks;
    this.#isListStale ||= shown.length !== before.length || shown.some((pick, i) => pick !== before[i]);
    for (const { search } of shown) for (const places of search.revision === app.store.map?.revision ? search.placed : []) app.store.layout.know(places);
    this.#tick = wait === null || document.hidden ? 0 : setTimeout(() => this.#advance(), wait);
    app.refresh();
  }

  /** Draws the minute, once a second for as long as there is something in it. */
  #advanceMinute() {
    const { app } = this;
    const { minute } = app.store;
    const local = localTime();
    const figures = minute.figures(local);
    const { shown } = this.#picks;
    const oldest = Math.min(...shown.map(({ search }) => search.ordinal ?? Infinity));
    this.minute.draw(minute, local);
    this.figures.draw(figureTexts(figures, { animated: shown.length, of: Math.max(shown.length, Number.isFinite(oldest) ? minute.total - oldest + 1 : 0) }));
    this.#speak(figures);
    if (minute.isEmpty(local) || document.hidden) {
      this.#second = 0;
      return;
    }
    // Just after the daemon's second has ended.
    const rest = SECOND_MILLISECONDS - (minute.now(local) % SECOND_MILLISECONDS);
    this.#second = setTimeout(() => this.#advanceMinute(), rest + 20);
  }

  /** @param {ReturnType<import("./minute.js").Minute["figures"]>} figures */
  #speak(figures) {
    this.#sinceSpeech += 1;
    if (this.#sinceSpeech < SPEECH_SECONDS || figures.count === 0) return;
    const { speech } = this.app;
    const text = spokenFigures(figures);
    if (speech.host.textContent === text) return;
    this.#sinceSpeech = 0;
    speech.say(text);
  }

  /** @param {Search} search */
  #open(search) {
    const { app } = this;
    app.watch(search);
    app.setView(ownView(app.store.summary));
  }

  #drawTools() {
    const { parts, store } = this.app;
    const names = [...store.indexes.keys()].filter((name) => store.indexes.get(name)?.summary).sort();
    if (this.tools.parentNode !== parts.tools) fill(parts.tools, this.tools);
    const key = names.join("\n");
    if (this.choice.dataset.names !== key) {
      this.choice.dataset.names = key;
      fill(this.choice, ...names.map((name) => el("option", { value: name, text: name })));
    }
    this.choice.value = store.selected ?? "";
  }

  /** The colours of the series are the pictures': the style sheet gets them from there. */
  #useTheme() {
    const { theme } = this.app;
    if (theme.name === this.#theme) return;
    this.#theme = theme.name;
    theme.series.forEach((/** @type {string} */ color, /** @type {number} */ slot) => document.documentElement.style.setProperty(`--series-${slot}`, color));
    if (this.#second) this.minute.draw(this.app.store.minute, localTime());
  }
}

const localTime = () => performance.timeOrigin + performance.now();
