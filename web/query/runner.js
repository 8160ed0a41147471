/** Who asks, as other viewers see it. */
export const SOURCE = "browser";
/** Who moves a slider is not done before it rests. */
const REST_MILLISECONDS = 250;

/** @typedef {{query:any,id:string|null,isStale:boolean}} Flight a search that was asked for and is not answered; stale: another takes its place */

/** Asks for searches, and for the same one anew when its parameters change: one at a time, calling off the one before. */
export class Runner {
  /** @type {Set<Flight>} */
  #flights = new Set();
  /**
   * What is asked for when the one that was called off is answered.
   * @type {any}
   */
  #next = null;
  /** @type {any} */
  #timer = 0;

  /** @param {{ask:(query:any)=>Promise<any>,take:(answer:any,query:any)=>Promise<void>|void,cancel:(search:string)=>Promise<any>,fail:(error:Error)=>void}} options */
  constructor(options) {
    this.options = options;
  }

  /**
   * Searches at once.
   * @param {any} query parameters of `search.run`
   */
  async run(query) {
    this.forget();
    /** @type {Flight} */
    const flight = { query, id: null, isStale: false };
    this.#flights.add(flight);
    try {
      const answer = await this.options.ask(query);
      if (!flight.isStale) await this.options.take(answer, query);
    } catch (error) {
      if (!flight.isStale) this.options.fail(/** @type {Error} */ (error));
    } finally {
      this.#flights.delete(flight);
      const next = this.#next;
      if (next && this.#flights.size === 0) this.run(next);
    }
  }

  /**
   * Searches when nothing changed for a moment.
   * @param {()=>any} makeQuery null: there is nothing to search for
   */
  runSoon(makeQuery) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const query = makeQuery();
      if (!query) return;
      if (this.#flights.size === 0) return this.run(query);
      this.#next = query;
      for (const flight of this.#flights) this.#callOff(flight);
    }, REST_MILLISECONDS);
  }

  /** What was to be asked for is not any more. */
  forget() {
    clearTimeout(this.#timer);
    this.#next = null;
  }

  /**
   * A search has begun.
   * @param {{id:string,started:any,header:any}} search
   * @returns {"own"|"stale"|null} whether this page asked for it, and still wants it
   */
  began({ id, started, header }) {
    for (const flight of this.#flights) {
      if (flight.id !== null || !isSame(flight.query, started, header)) continue;
      flight.id = id;
      if (flight.isStale) this.#cancel(id);
      return flight.isStale ? "stale" : "own";
    }
    return null;
  }

  /**
   * One whose name is not known yet is cancelled when it begins.
   * @param {Flight} flight
   */
  #callOff(flight) {
    if (!flight.isStale && flight.id !== null) this.#cancel(flight.id);
    flight.isStale = true;
  }

  /** @param {string} id of a search that may be over by now, which is as good */
  #cancel(id) {
    this.options.cancel(id).catch(() => {});
  }
}

/** @param {any} query @param {any} started @param {any} header */
function isSame(query, started, header) {
  return started.source === SOURCE && String(started.label ?? "") === String(query.label ?? "") && (query.k === undefined || header.k === query.k)
    && (query.filter === undefined) === (started.filter === undefined || started.filter === null);
}
