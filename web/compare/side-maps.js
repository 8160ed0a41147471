import { Items } from "../items.js";
import { MapBuilder } from "../map-builder.js";

/** Maps and items of the compared indexes that the page does not look at itself, followed only while they are compared. */
export class SideMaps {
  /** @type {Map<string,{epoch:string,builder:MapBuilder,items:Items}>} */
  #followed = new Map();

  /** @param {any} app */
  constructor(app) {
    this.app = app;
  }

  /**
   * Follows these indexes and no others; the one that the page looks at is followed by itself.
   * @param {(string|null)[]} names
   */
  follow(names) {
    const { app } = this;
    const wanted = new Set(names.filter((name) => name !== null && name !== app.store.selected && app.store.indexes.get(name)?.summary));
    for (const name of this.#followed.keys()) {
      if (wanted.has(name)) continue;
      this.#followed.delete(name);
      if (name !== app.store.selected) app.connection.unsubscribe(`layout/${name}`);
    }
    for (const name of wanted) if (name !== null && !this.#followed.has(name)) this.#begin(name);
  }

  /** @param {string} name */
  #begin(name) {
    const { app } = this;
    const items = new Items({ request: (method, params) => app.session.request(method, params), onChange: () => app.refresh() });
    const entry = { epoch: app.connection.hello?.epoch, builder: new MapBuilder(), items };
    this.#followed.set(name, entry);
    app.connection.subscribe(`layout/${name}`, (/** @type {any} */ params) => {
      // A daemon that was started anew counts its revisions anew.
      if (entry.epoch !== app.connection.hello?.epoch) Object.assign(entry, { epoch: app.connection.hello?.epoch, builder: new MapBuilder() });
      if (this.#followed.get(name) === entry && params.events && entry.builder.apply(params.events, params.snapshot)) app.refresh();
    });
  }

  /** @param {string|null} name @returns {MapBuilder|null} */
  builderOf(name) {
    return name === this.app.store.selected ? this.app.store.layout : this.#followed.get(name ?? "")?.builder ?? null;
  }

  /**
   * What the vectors of an index are called and look like.
   * @param {string|null} name @returns {any}
   */
  itemsOf(name) {
    const summary = this.app.store.indexes.get(name)?.summary;
    if (name === this.app.store.selected || !summary) return this.app.items;
    const items = this.#followed.get(name ?? "")?.items ?? null;
    items?.use(name, summary.revision);
    return items ?? this.app.items;
  }

  /**
   * Lets the maps move on.
   * @param {number} now ms @param {boolean} isReduced @returns {number|null} ms until the next time
   */
  advance(now, isReduced) {
    const waits = [...this.#followed.values()].map(({ builder }) => builder.advance(now, isReduced)).filter((wait) => wait !== null);
    return waits.length ? Math.min(.../** @type {number[]} */ (waits)) : null;
  }

  get names() { return [...this.#followed.keys()]; }
}
