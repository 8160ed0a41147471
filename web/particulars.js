import { drawDetails } from "./panels/details.js";

/** What is asked for when the index that is looked at, or its revision, is another. */
export class Particulars {
  /**
   * What the page's parts were last told to show.
   * @type {{name:string,revision:number}|null}
   */
  #known = null;

  /** @param {App} app */
  constructor(app) {
    this.app = app;
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
