import { Connection } from "./connection.js";

/** Messages of searches that are held while nobody keeps these; more are as good as lost, and are asked for again. */
const MOST_HELD = 2000;

/**
 * Who wants to know of searches.
 * @typedef {object} SearchReader
 * @property {(search:any,event:any)=>void} onSearch
 * @property {()=>void} [onCounted]
 * @property {(gap:any)=>void} [onGap] what a slow reader lost
 * @property {(told:any)=>void} [onItems] what vectors are, as a recording tells unasked
 */

/**
 * Brings what the daemon says into the store: which streams are followed, which missing traces, projections and
 * descriptions are asked for.
 */
export class Session {
  /** @type {string|null} */
  #following = null;
  /**
   * What was asked for, and whether it failed.
   * @type {Map<string,"asked"|"failed">}
   */
  #asked = new Map();
  /** @type {string|null} */
  #epoch = null;
  /** @type {SearchReader|null} */
  #reader = null;
  /**
   * What came of searches while nobody kept them.
   * @type {any[]}
   */
  #held = [];

  /**
   * @param {import("./store.js").Store} store
   * @param {{url:string,token:()=>string|null,onState:(state:any)=>void,onReady:(hello:any)=>void,onIndexes:(name:string|null)=>void,
   *   onMap:(events:any[],before:any)=>void,onError:(text:string)=>void}} options `onMap` also gets the map that another one took the place of
   */
  constructor(store, options) {
    this.store = store;
    this.options = options;
    this.connection = new Connection(options.url, {
      token: options.token, onState: options.onState,
      onReady: (hello) => {
        this.#asked.clear();
        // A daemon that was started anew counts from the beginning: `s1` is another search then, revision 1 maybe another file.
        if (this.#epoch !== null && this.#epoch !== hello.epoch && !store.indexes.get(this.#following ?? "")?.file) {
          this.#held = [];
          store.outliveDaemon();
        }
        this.#epoch = hello.epoch;
        store.setIndexes(hello.indexes);
        options.onReady(hello);
      },
    });
    this.connection.subscribe("indexes", (params) => this.#indexes(params));
  }

  /** @param {string} method @param {any} params @returns {Promise<any>} */
  request(method, params) {
    const file = this.store.indexes.get(params.index)?.file;
    return file ? file.answer(method, params) : this.connection.request(method, params);
  }

  /**
   * Follows the map and the searches of one index, and of no other.
   * @param {string|null} name
   */
  follow(name) {
    if (name === this.#following) return;
    if (this.#following !== null && !this.store.indexes.get(this.#following)?.file) {
      this.connection.unsubscribe(`layout/${this.#following}`);
      this.connection.unsubscribe(`searches/${this.#following}`);
    }
    this.#following = name;
    this.#asked.clear();
    this.#held = [];
    this.store.select(name);
    const file = name === null ? null : this.store.indexes.get(name)?.file;
    if (file) {
      this.store.layout.apply(file.layout);
      this.store.searches.fill(file.trace);
    }
    if (name === null || file) return;
    this.connection.subscribe(`layout/${name}`, (params) => this.#layout(name, params));
    this.connection.subscribe(`searches/${name}`, (params) => this.#searches(name, params));
  }

  /**
   * Keeps searches from now on, and those that came meanwhile.
   * @param {import("./search-log.js").SearchLog} log @param {SearchReader} reader
   */
  keepSearches(log, reader) {
    this.store.log = log;
    this.#reader = reader;
    const held = this.#held;
    this.#held = [];
    for (const params of held) this.#take(params);
  }

  /**
   * Asks for what is missing of a search that is looked at.
   * @param {any} search @param {boolean} wantsProjection
   * @param {boolean} [isNews] an event calls for it, and nobody who looks anew: what failed is not asked for again
   */
  async complete(search, wantsProjection, isNews = false) {
    if (search.gap) await this.#once(`trace ${search.id} ${search.total !== null}`, isNews, () => this.fetchTrace(search.id));
    // A recording has none.
    if (wantsProjection && !this.connection.hello?.recording && !this.store.indexes.get(search.index)?.file && search.complete && !search.projection) {
      await this.#once(`projection ${search.id}`, isNews, async () => {
        const answer = await this.request("search.projection", { search: search.id });
        const projected = this.store.searches.project(answer);
        if (projected) this.#reader?.onSearch(projected, { type: "search.projection" });
      });
    }
  }

  /** @param {string} id @returns {Promise<any>} the search, as the store now has it */
  async fetchTrace(id) {
    const { searches } = this.store;
    const answer = await this.request("search.trace", { search: id });
    if (searches !== this.store.searches) return null;
    const search = searches.fill(answer);
    this.#reader?.onSearch(search, { type: "search.trace" });
    return search;
  }

  /** @param {string} key @param {boolean} isNews @param {()=>Promise<unknown>} ask */
  async #once(key, isNews, ask) {
    const state = this.#asked.get(key);
    if (state === "asked" || (state === "failed" && isNews) || !this.connection.isOpen) return;
    this.#asked.set(key, "asked");
    try {
      await ask();
    } catch (error) {
      this.#asked.set(key, "failed");
      this.options.onError(/** @type {Error} */ (error).message);
    }
  }

  /** @param {any} params */
  #indexes(params) {
    if (params.error) return this.options.onError(params.error.message);
    if (params.lost) this.#listAnew();
    for (const event of params.events ?? []) this.options.onIndexes(this.store.applyIndex(event));
  }

  /** An index may be gone without a word. Files that could not be read are told of again, the indexes are asked for. */
  async #listAnew() {
    this.store.forgetUnread();
    this.options.onIndexes(null);
    try {
      this.store.setIndexes((await this.connection.request("index.list")).indexes);
      this.options.onIndexes(null);
    } catch {
      // The next connection begins with all indexes.
    }
  }

  /** @param {string} name @param {any} params */
  #layout(name, params) {
    if (name !== this.#following) return;
    if (params.error) return this.options.onError(params.error.message);
    const before = this.store.layout.map;
    if (params.events && this.store.applyLayout(params.events, params.snapshot)) this.options.onMap(params.events, before);
  }

  /** @param {string} name @param {any} params */
  #searches(name, params) {
    if (name !== this.#following) return;
    if (params.error) return this.options.onError(params.error.message);
    if (this.#reader) return this.#take(params);
    if (this.#held.length === MOST_HELD) this.#held = [{ lost: true }];
    this.#held.push(params);
  }
  /** @param {any} params of the `searches` stream */
  #take(params) {
    const { log } = this.store;
    const reader = this.#reader;
    if (!log || !reader) return;
    if (params.lost) {
      if (params.reason) reader.onGap?.(params);
      log.lose();
      this.#asked.clear();
      for (const search of log.searches.all) if (search.gap) reader.onSearch(search, { type: "search.gap" });
    }
    for (const event of params.events ?? []) {
      const search = log.apply(event);
      if (search) reader.onSearch(search, event);
      else if (event.type === "search.counted") reader.onCounted?.();
      else if (event.type === "index.items") reader.onItems?.(event);
    }
  }
}
