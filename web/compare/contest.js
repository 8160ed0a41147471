import { sentence } from "../format.js";
import { Ladder } from "./ladder.js";
import { follow, fromText, linkOf, toText } from "./link.js";
import { Race } from "./race.js";
import { effortOf, mostEffort, Rival, siblingOf, vectorOf } from "./rival.js";
import { SideMaps } from "./side-maps.js";

const SOURCE = "browser";

/** One query asked twice: both rivals, the clock that both run by, and what the picture and the panels show of them. */
export class Contest {
  rivals = [new Rival("A", 0), new Rival("B", 1)];
  /** @type {{label:any}|{vector:number[],subject?:any}|null} What both search for. */
  query = null;
  /** Why there is no query, or what was not taken over of a search. */
  note = "";
  /** @type {"recall"|"best"} What the lines show. */
  shows = "recall";
  /** @type {any} The label that is pointed at among the true neighbours. */
  pointed = null;
  /** Rises with every change but those of the cursor. */
  version = 0;
  #epoch = null;

  /** @param {any} app */
  constructor(app) {
    this.app = app;
    this.maps = new SideMaps(app);
    this.race = new Race(this.rivals, { onMove: () => app.refresh(), isReduced: app.isReduced });
    this.ladder = new Ladder(this);
  }

  changed() {
    this.version += 1;
    this.app.refresh();
  }

  /** @param {Rival} rival @returns {any} the summary of its index, or null */
  summaryOf(rival) { return this.app.store.indexes.get(rival.index)?.summary ?? null; }

  /**
   * Both searches with all that is known of them, or null.
   * @returns {[any,any]|null}
   */
  get sides() {
    const sides = this.rivals.map((rival) => ({ name: rival.name, search: rival.search, summary: this.summaryOf(rival) }));
    return sides.every(({ search }) => search) ? /** @type {any} */ (sides) : null;
  }

  /** Whether both search one index, and so share a map. */
  get isOneIndex() { return this.rivals[0].index === this.rivals[1].index; }

  /** What the query is, in words. */
  get queryText() {
    if (!this.query) return "no query";
    return "label" in this.query ? `id ${this.query.label}` : this.query.subject?.text ?? `a vector of ${this.query.vector.length} numbers`;
  }

  /**
   * Takes a search as A, with a likely rival as B, and runs both.
   * @param {any} search
   */
  async take(search) {
    const [a, b] = this.rivals;
    a.take(search);
    const isOld = search.revision !== this.summaryOf(a)?.revision;
    if (isOld || !this.app.maySearch) a.stored = search.id;
    await this.takeQuery(search);
    const sibling = this.#sibling();
    if (sibling && !isOld) {
      b.use(sibling);
      b.fields.k = a.fields.k;
    } else {
      b.copy(a);
      if (!isOld) this.#double(b);
    }
    this.runBoth();
  }

  /** @param {any} search */
  async takeQuery(search) {
    const { label, filter, subject } = search.started;
    const vector = label !== undefined ? null : Array.isArray(search.query?.vector) ? search.query.vector : await vectorOf(this.app.session, search);
    this.query = label !== undefined ? { label } : vector ? { vector, ...(subject && { subject }) } : null;
    this.note = this.query ? "" : `Search ${search.id} came with a vector that the daemon has no more: give an id.`;
    if (filter?.allow || filter?.deny) this.note = `The lists of ids in the filter of ${search.id} were not taken over.`;
    this.changed();
  }

  /** @param {string} text an id */
  setLabel(text) {
    const number = Number(text);
    this.query = text === "" ? null : { label: /^-?\d+$/.test(text) && Number.isSafeInteger(number) ? number : text };
    this.note = "";
    this.changed();
  }

  /** First values where nothing is compared yet. */
  begin() {
    const { search, store } = this.app;
    if (this.rivals[0].index !== null || !store.summary) return;
    if (search) return this.take(search);
    this.rivals[0].use(store.summary);
    const sibling = this.#sibling();
    if (sibling) this.rivals[1].use(sibling);
    else this.doubled();
    this.changed();
  }

  #sibling() {
    return siblingOf(this.summaryOf(this.rivals[0]), [...this.app.store.indexes.values()].map(({ summary }) => summary));
  }

  swap() {
    this.rivals.reverse();
    this.rivals.forEach((rival, number) => Object.assign(rival, { number, name: "AB"[number] }));
    this.changed();
  }

  /** @param {Rival} rival */
  #double(rival) {
    const summary = this.summaryOf(rival);
    const effort = effortOf(summary);
    const value = effort ? Number(rival.fields[effort] || summary.defaults[effort]) : NaN;
    if (effort && value > 0) rival.fields[effort] = String(Math.max(1, Math.min(mostEffort(summary, this.app.connection.hello?.limits), 2 * value)));
  }

  /** Makes B what A is, with twice the effort. */
  doubled() {
    this.rivals[1].copy(this.rivals[0]);
    this.#double(this.rivals[1]);
    this.changed();
  }

  /**
   * A search of the revision before, that can be set against the index as it is now.
   * @returns {any}
   */
  get before() {
    const { query, rivals, app } = this;
    if (!query || !("label" in query)) return null;
    const isIt = (/** @type {any} */ search) => search?.complete && search.id !== rivals[0].stored && String(search.started.label) === String(query.label)
      && search.revision !== null && search.revision + 1 === app.store.indexes.get(search.index)?.summary?.revision;
    return [...rivals.map((rival) => rival.search), ...app.store.searches.all].find(isIt) ?? null;
  }

  compareWithBefore() {
    const search = this.before;
    const [a, b] = this.rivals;
    if (!search) return;
    a.take(search);
    b.copy(a);
    Object.assign(a, { stored: search.id, search });
    this.runBoth();
  }

  /**
   * Selects a vector in all views, where the index that is looked at has it.
   * @param {any} label
   */
  select(label) {
    const node = this.app.items.label(label)?.node;
    if (node !== undefined) this.app.select(node);
  }

  // Searching.

  /**
   * Why the index of a rival can't be searched; empty when it can.
   * @param {Rival} rival
   */
  obstacleTo(rival) {
    const summary = this.summaryOf(rival);
    if (!this.app.maySearch) return "This token may watch, not search: choose a search that is kept.";
    if (!summary) return rival.index === null ? "Choose an index." : `The index "${rival.index}" is not there.`;
    if (!summary.searchable) return sentence(summary.obstacle ?? "this index can only be looked at");
    if (!this.query) return this.note || "Give an id, or choose a search first.";
    const { length } = "vector" in this.query ? this.query.vector : { length: summary.dimension };
    return length === summary.dimension ? "" : `The query has ${length} numbers, and the vectors of ${summary.name} have ${summary.dimension}: it can't be searched for there.`;
  }

  /**
   * Searches for the query, and for its true neighbours.
   * @param {string|null} index @param {object} parameters @returns {Promise<any>}
   */
  search(index, parameters) {
    return this.app.session.request("search.run", { ...this.query, ...parameters, index, exact: true, source: SOURCE });
  }

  async runBoth() {
    this.changed();
    await Promise.all(this.rivals.map((rival) => this.run(rival)));
  }

  /** @param {Rival} rival */
  async run(rival) {
    const turn = (rival.turn += 1);
    const parameters = rival.stored ? {} : rival.parameters(this.summaryOf(rival) ?? {});
    rival.message = (rival.stored ? "" : this.obstacleTo(rival)) || (typeof parameters === "string" ? parameters : "");
    rival.isBusy = rival.message === "";
    if (!rival.isBusy) {
      rival.search = null;
      this.race.restart();
    }
    this.changed();
    if (!rival.isBusy) return;
    try {
      const id = rival.stored ?? (await this.search(rival.index, { ...parameters, trace: "full" })).search;
      const answer = await this.app.session.request("search.trace", { search: id });
      if (turn !== rival.turn) return;
      // A daemon that was started anew counts its searches anew.
      if (rival.stored && (answer.index !== rival.index || (this.query && "label" in this.query && String(answer.started.label) !== String(this.query.label)))) throw new Error(`search ${id} is not kept any more`);
      rival.asked = parameters;
      rival.fill(answer);
    } catch (error) {
      if (turn !== rival.turn) return;
      rival.message = sentence(/** @type {Error} */ (error).message);
      // What is kept here already outlives what the daemon keeps.
      if (rival.search?.id !== rival.stored) rival.search = null;
    }
    rival.isBusy = false;
    this.race.restart();
    this.changed();
  }

  /** @param {import("./measure.js").Clock} clock */
  setClock(clock) {
    this.race.clock = clock;
    this.race.restart();
    this.changed();
  }

  /** @param {"recall"|"best"} shows */
  setShows(shows) {
    this.shows = shows;
    this.changed();
  }

  /**
   * Brings what takes time a little on.
   * @returns {boolean} it wants to go on in the next frame
   */
  advance() {
    const { epoch } = this.app.connection.hello ?? {};
    if (this.#epoch !== null && epoch !== undefined && epoch !== this.#epoch) this.#outlive();
    this.#epoch = epoch ?? this.#epoch;
    if (this.race.isReady) return false;
    if (this.race.advance()) this.version += 1;
    return !this.race.isReady;
  }

  /** Another daemon answers: its revisions and the searches that it keeps are others. */
  #outlive() {
    for (const rival of this.rivals) {
      rival.stored = null;
      if (rival.search) rival.search.revision = null;
    }
    this.changed();
  }

  /** @returns {string} a compact text, from which the same is compared again */
  toLink() { return toText(linkOf(this)); }

  /** @param {string} text of a link @returns {boolean} it was one */
  fromLink(text) {
    const link = fromText(text);
    if (link) follow(this, link);
    return link !== null;
  }
}
