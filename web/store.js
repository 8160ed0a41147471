import { MapBuilder } from "./map-builder.js";

/** @typedef {import("./search-log.js").SearchLog} SearchLog */

/**
 * What the page knows of the daemon: its indexes, and of the index that is looked at the map and, once somebody keeps them,
 * the searches. Pure state: no DOM, no connection.
 */
export class Store {
  /**
   * By name; the summary is null before the first load, `file` is set where a file of the reader's stands in for a daemon.
   * @type {Map<string,{summary:any,failure:any,progress:any,earlier?:Summary|null,file?:any}>}
   */
  indexes = new Map();
  /** @type {string|null} */
  selected = null;
  layout = new MapBuilder();
  /**
   * The map of an earlier revision that a search is looked at on.
   * @type {any}
   */
  held = null;

  /** @param {SearchLog|null} [log] null: searches are not kept yet */
  constructor(log = null) {
    this.log = log;
  }

  /** The searches; to be asked for where they are kept. */
  get searches() { return /** @type {SearchLog} */ (this.log).searches; }

  /** The last minute; to be asked for where searches are kept. */
  get minute() { return /** @type {SearchLog} */ (this.log).minute; }

  /** @returns {any} summary of the selected index, or null */
  get summary() {
    const entry = this.selected === null ? undefined : this.indexes.get(this.selected);
    return (this.held && entry?.earlier && entry.earlier.revision === this.held.revision ? entry.earlier : entry?.summary) ?? null;
  }

  /** @returns {any} */
  get map() {
    return this.held ?? this.layout.map;
  }

  /**
   * Takes the whole list, as `initialize` gives it.
   * @param {any[]} summaries
   */
  setIndexes(summaries) {
    const names = new Set(summaries.map((summary) => summary.name));
    for (const name of this.indexes.keys()) if (!names.has(name) && this.indexes.get(name)?.summary && !this.indexes.get(name)?.file) this.indexes.delete(name);
    for (const summary of summaries) this.#load(summary);
  }

  /** Forgets the files that were never read. */
  forgetUnread() {
    for (const [name, { summary, file }] of this.indexes) if (!summary && !file) this.indexes.delete(name);
  }

  /**
   * Looks at another index: its map and searches begin empty.
   * @param {string|null} name
   */
  select(name) {
    if (name === this.selected) return;
    this.selected = name;
    this.held = null;
    this.layout = new MapBuilder();
    this.log?.restart();
  }

  /**
   * @param {any[]} events of the `layout` stream
   * @param {boolean} [isSnapshot]
   * @returns {boolean} whether there is something new to draw
   */
  applyLayout(events, isSnapshot) {
    for (const event of events) this.log?.tellOf(event);
    return this.layout.apply(events, isSnapshot);
  }

  /** Another daemon answers now: the searches and revisions of the one before mean nothing to it. */
  outliveDaemon() {
    this.held = null;
    this.log?.outliveDaemon();
    this.layout.outlive();
  }

  /**
   * @param {any} event of the `indexes` stream
   * @returns {string|null} name of the index that changed
   */
  applyIndex(event) {
    switch (event.type) {
      case "index.loaded":
      case "index.changed":
        this.#load(event.index);
        return event.index.name;
      case "index.failed":
        this.#entry(event.name).failure = { ...event.error, keepsRevision: event.keepsRevision ?? null };
        // Without an earlier revision that answers, there is nothing to look at.
        this.#entry(event.name).summary = event.keepsRevision ? event.index ?? this.#entry(event.name).summary : null;
        this.#entry(event.name).progress = null;
        return event.name;
      case "index.progress":
        // Old news of an index that is gone or done with must not bring it back.
        if (this.indexes.has(event.name)) this.#entry(event.name).progress = event.done >= event.total ? null : event;
        return event.name;
      case "index.removed":
        this.indexes.delete(event.name);
        return event.name;
      default:
        return null;
    }
  }

  /** @param {string} name */
  #entry(name) {
    let entry = this.indexes.get(name);
    if (!entry) this.indexes.set(name, (entry = { summary: null, failure: null, progress: null }));
    return entry;
  }

  /** @param {Summary} summary */
  #load(summary) {
    const entry = this.#entry(summary.name);
    const before = entry.summary;
    if (summary.name === this.selected && before && before.revision < summary.revision) this.log?.changed(summary, before);
    if (before && before.revision !== summary.revision) entry.earlier = before;
    entry.summary = summary;
    entry.failure = summary.error ? { message: summary.error.message, keepsRevision: summary.revision } : null;
    entry.progress = null;
  }
}
