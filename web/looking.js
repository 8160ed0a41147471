import { drawDetails } from "./panels/details.js";
import { ownView, viewNamed } from "./views.js";

/** Which index is looked at, and what is asked for when it, or its revision, is another. */
export class Looking {
  /**
   * What the page's parts were last told to show.
   * @type {{name:string,revision:number}|null}
   */
  #known = null;

  /** @param {App} app */
  constructor(app) {
    this.app = app;
  }

  /** @param {string} name */
  open(name) {
    const { app } = this;
    const entry = app.store.indexes.get(name);
    if (!entry?.summary || name === app.store.selected) return;
    this.follow(name);
    this.use(entry.summary);
    const wanted = viewNamed(app.link.view);
    app.setView(wanted?.has(entry.summary) ? wanted.id : ownView(entry.summary));
  }

  openFirst() {
    const { indexes } = this.app.store;
    const names = [...indexes.keys()].filter((name) => indexes.get(name)?.summary).sort();
    if (names.length === 0) return;
    const { index } = this.app.link;
    this.open(index !== null && names.includes(index) ? index : names[0]);
  }

  /** @param {string|null} name null: no index */
  follow(name) {
    const { app } = this;
    app.session.follow(name);
    app.tiles.use(name);
    app.selected = null;
    app.watching.leave();
  }

  /** @param {string|null} name of the index that changed, null when any may have */
  changed(name) {
    const { store, states, frame } = this.app;
    if (store.selected !== null && !store.indexes.get(store.selected)?.summary) {
      if (name === store.selected && !store.indexes.has(name)) states.removed(name);
      this.follow(null);
    }
    if (store.selected === null) this.openFirst();
    else if (name === store.selected || name === null) this.use(store.indexes.get(store.selected)?.summary);
    frame.stale();
  }

  /** @param {any} summary of the index that is looked at, new or changed */
  async use(summary) {
    const { app } = this;
    const isKnown = this.#known?.name === summary.name;
    if (isKnown && this.#known?.revision === summary.revision) return;
    this.#known = { name: summary.name, revision: summary.revision };
    // Numbers of nodes mean another thing in another revision.
    app.select(null);
    // While a search of an earlier revision is looked at, nodes are named as they were then.
    if (!isKnown || !app.search || app.player.playing || app.search.revision === summary.revision) app.items.use(summary.name, summary.revision);
    const isFile = app.store.indexes.get(summary.name)?.file;
    try {
      if (!isKnown) await app.query.use(summary, app.link);
      const [description] = await Promise.all([drawDetails(app.parts.details, app, summary), app.gallery.use(isFile ? null : summary)]);
      app.description = description;
      if (description) app.query.suggest(description);
    } catch (error) {
      app.complain(/** @type {Error} */ (error).message);
    }
    if (isKnown) return;
    // A deep link says what to look at, once.
    const { link } = app;
    app.link = { ...link, search: null, label: null, view: null };
    if (!isFile) await app.links.land(link);
  }
}
