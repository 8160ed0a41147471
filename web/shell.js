import { Access } from "./access.js";
import { Banner } from "./banner.js";
import { Before } from "./before.js";
import { foldWhereNarrow } from "./folds.js";
import { Frame } from "./frame.js";
import { readLink } from "./link.js";
import { Looking } from "./looking.js";
import { drawings } from "./render/drawing.js";
import { Pace } from "./render/pace.js";
import { Session } from "./session.js";
import { Stage } from "./stage.js";
import { States } from "./states/panel.js";
import { Store } from "./store.js";
import { themes } from "./theme.js";
import { firstTheme, keepTheme, onSystemTheme } from "./theme-choice.js";
import { Tiles } from "./tiles.js";
import { viewNamed, Views } from "./views.js";

/**
 * What the page needs to connect, to say what state it is in, and to show the map of an index. All else comes when that picture is
 * drawn, and is told of what happens here by way of `rest`.
 */
export class Shell {
  view = "chart";
  theme = themes.dark;
  /**
   * The theme that was chosen by hand, or by the link.
   * @type {string|null}
   */
  chosenTheme = null;

  /** @param {Document} document */
  constructor(document) {
    /** @param {string} id */
    const byID = (id) => /** @type {any} */ (document.getElementById(id));
    this.parts = Object.fromEntries(
      ["banner", "strips", "revision", "share", "find", "indexes", "title", "subtitle", "explanation", "hover", "results", "queues", "costs", "searches", "details", "connection", "legend", "map", "tabs", "theme", "help", "keys",
        "figures", "tools", "minute", "contest", "steps", "detail", "selection", "rivals", "query", "gallery", "timeline", "spoken"]
        .map((id) => [id, byID(id)]));
    /** @type {Rest} */
    this.rest = new Before(this);
    this.banner = new Banner(this.parts.banner);
    this.frame = new Frame(this);
    this.link = readLink(location.hash);
    this.store = new Store();
    this.access = new Access(byID("access"), (token) => {
      this.rest.tokenTaken(token);
      if (this.connection.isOpen) this.connection.reopen();
      else this.connection.open();
    });
    this.session = new Session(this.store, {
      url: new URL("ws", location.href.split("#")[0]).href.replace(/^http/, "ws"), token: () => this.access.token,
      onState: (state) => this.#connectionChanged(state), onReady: () => this.#connected(), onIndexes: (name) => this.looking.changed(name),
      onMap: (events, before) => this.#mapChanged(events, before), onError: (text) => this.complain(text),
    });
    this.connection = this.session.connection;
    this.tiles = new Tiles(this.connection, () => this.refresh());
    const reduced = matchMedia("(prefers-reduced-motion: reduce)");
    this.isReduced = () => reduced.matches;
    this.pace = new Pace({ draw: () => this.frame.draw(), onEase: (ease) => drawings.ease(ease) });
    this.stage = new Stage(byID("stage"), byID("canvas"), {
      isReduced: this.isReduced, onChange: () => this.refresh(), onHover: (hover, at) => this.rest.hovered(hover, at), onPick: (hover) => this.rest.picked(hover),
    });
    this.states = new States(this, byID("stage"), this.parts.strips);
    this.views = new Views(byID("main"));
    this.looking = new Looking(this);
    this.parts.theme.addEventListener("click", () => {
      this.useTheme(this.theme === themes.dark ? "light" : "dark");
      keepTheme(this.theme);
    });
    addEventListener("hashchange", () => {
      const { hash } = location;
      const link = readLink(hash);
      this.rest.later((app) => app.links.follow(link, hash));
    });
    foldWhereNarrow(document.querySelectorAll(".fold"));
  }

  start() {
    if (this.link.theme !== null) this.useTheme(this.link.theme);
    else if (firstTheme() === themes.light) this.setTheme(themes.light);
    onSystemTheme((theme) => { if (this.chosenTheme === null) this.setTheme(theme); });
    const first = viewNamed(this.link.view);
    if (first?.isMap) this.views.part(first.id);
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
    this.rest.viewChosen();
    this.frame.stale();
    try {
      const Scene = await this.views.open(view);
      if (this.view !== id) return;
      this.stage.show(id, Scene);
    } catch {
      return this.complain(`The ${view.title} view could not be loaded; is the daemon still there? Choose it again to try once more.`);
    }
    this.tiles.see([]);
    this.rest.viewShown();
    this.frame.stale();
  }

  /**
   * A theme that somebody chose.
   * @param {string} name
   */
  useTheme(name) {
    this.chosenTheme = name;
    this.setTheme(name === "light" ? themes.light : themes.dark);
  }

  /** @param {Theme} theme */
  setTheme(theme) {
    this.theme = theme;
    document.documentElement.dataset.theme = theme.name;
    this.parts.theme.textContent = theme === themes.dark ? "Paper" : "Night";
    this.frame.stale();
  }

  // What is shown.

  /**
   * Tells what went wrong, for a while.
   * @param {string} text
   */
  complain(text) { this.banner.say(text, "bad"); }

  /** Draws at the next frame, once, however often it is asked for. */
  refresh() { this.pace.ask(); }

  /** What the page shows, as plain data. */
  snapshot() { return this.rest.snapshot(); }

  // What the daemon says.

  /** @param {any} state */
  #connectionChanged(state) {
    this.states.connectionChanged(state);
    if (state.needsToken) this.access.ask(this.access.token === null ? "" : "The token was refused.");
    this.rest.connectionChanged(state);
    this.frame.stale();
  }

  #connected() {
    if (this.store.map?.revision === null) this.tiles.forget();
    this.rest.connected();
    this.looking.changed(null);
  }

  /** @param {any[]} events @param {LayoutMap|null} before the map that was shown until now */
  #mapChanged(events, before) {
    if (before !== this.store.layout.map) {
      this.rest.mapReplaced(before);
      this.frame.stale();
    }
    if (events.some(/** @param {any} event */ ({ type }) => type === "layout.started" || type === "layout.finished")) this.tiles.retry();
    this.refresh();
  }
}
