import { sentence } from "../format.js";
import { Player } from "../player.js";
import { Ladder, rungs } from "./ladder.js";
import { fromText, toText } from "./link.js";
import { costAt, cursorAt } from "./measure.js";
import { effortOf, mostEffort, Rival } from "./rival.js";
import { SideMaps } from "./side-maps.js";

const SOURCE = "browser";
/** The main thread is lent to the measuring of traces for so long in a frame. */
const SLICE_MILLISECONDS = 10;

/** One query asked twice: both rivals, the clock that both run by, and what the picture and the panels show of them. */
export class Contest {
  rivals = [new Rival("A", 0), new Rival("B", 1)];
  /** @type {{label:any}|{vector:number[],subject?:any}|null} What both search for. */
  query = null;
  /** Why there is no query, or what was not taken over of a search. */
  note = "";
  /** @type {import("./measure.js").Clock} */
  clock = "distances";
  /** @type {"recall"|"best"} What the lines show. */
  shows = "recall";
  /** @type {any} The label that is pointed at among the true neighbours. */
  pointed = null;
  /** Rises with every change but those of the cursor. */
  version = 0;
  #isReady = false;
  #epoch = null;

  /** @param {any} app */
  constructor(app) {
    this.app = app;
    this.maps = new SideMaps(app);
    this.player = new Player({ onMove: () => app.refresh(), isReduced: app.isReduced });
    this.ladder = new Ladder({ request: (method, params) => app.session.request(method, params), onChange: () => this.changed() });
  }

  changed() {
    this.version += 1;
    this.app.refresh();
  }

  /** @param {Rival} rival @returns {any} the summary of its index, or null */
  summaryOf(rival) { return this.app.store.indexes.get(rival.index)?.summary ?? null; }

  get isReady() { return this.#isReady; }

  /** Both searches with all that is known of them, or null. @returns {[any,any]|null} */
  get sides() {
    const sides = this.rivals.map((rival) => ({ name: rival.name, search: rival.search, summary: this.summaryOf(rival) }));
    return sides.every(({ search }) => search) ? /** @type {any} */ (sides) : null;
  }

  /** Whether both ran on one revision of one index, and so share a map. */
  get isOneIndex() { return this.rivals[0].index === this.rivals[1].index; }

  /** What the query is, in words. */
  get queryText() {
    if (!this.query) return "no query";
    return "label" in this.query ? `id ${this.query.label}` : this.query.subject?.text ?? `a vector of ${this.query.vector.length} numbers`;
  }

  // What is compared.

  /** Takes a search as A, with a likely rival as B, and runs both. @param {any} search */
  take(search) {
    const [a, b] = this.rivals;
    a.take(search);
    const isOld = search.revision !== this.summaryOf(a)?.revision;
    if (isOld || !this.app.maySearch) a.stored = search.id;
    this.takeQuery(search);
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
  takeQuery(search) {
    const { label, filter } = search.started;
    const { vector, subject } = search.query ?? {};
    this.query = label !== undefined ? { label } : vector ? { vector, subject } : null;
    this.note = this.query ? "" : `Search ${search.id} came with a vector that the daemon does not hand out: give an id.`;
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

  /** An index of the same vectors in another structure, or at least of as long ones. */
  #sibling() {
    const own = this.summaryOf(this.rivals[0]);
    const others = [...this.app.store.indexes.values()].map(({ summary }) => summary)
      .filter((one) => one && one.name !== own?.name && one.searchable && one.dimension === own?.dimension && one.count === own.count);
    return others.find((one) => one.metric === own.metric && one.structure !== own.structure) ?? others.find((one) => one.metric === own.metric) ?? others[0] ?? null;
  }

  swap() {
    this.rivals.reverse();
    this.rivals.forEach((rival, number) => Object.assign(rival, { number, name: "AB"[number] }));
    this.changed();
  }

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

  /** A search of an earlier revision that can be set against the one of now. @returns {any} */
  get before() {
    const [a] = this.rivals;
    if (!this.query || !("label" in this.query)) return null;
    const { label } = this.query;
    const known = [...this.rivals.map((rival) => rival.search), ...this.app.store.searches.all];
    return known.find((search) => {
      const now = this.app.store.indexes.get(search?.index)?.summary?.revision;
      return search?.complete && search.id !== a.stored && String(search.started.label) === String(label) && search.revision !== null && search.revision === now - 1;
    }) ?? null;
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

  /** Selects a vector in all views, where the index that is looked at has it. @param {any} label */
  select(label) {
    const node = this.app.items.label(label)?.node;
    if (node !== undefined) this.app.select(node);
  }

  // Searching.

  /** Why a rival can't be run; empty when it can. @param {Rival} rival */
  obstacle(rival) {
    if (rival.stored) return "";
    const summary = this.summaryOf(rival);
    if (!this.app.maySearch) return "This token may watch, not search: choose a search that is kept.";
    if (!summary) return rival.index === null ? "Choose an index." : `The index "${rival.index}" is not there.`;
    if (!summary.searchable) return sentence(summary.obstacle ?? "this index can only be looked at");
    if (!this.query) return this.note || "Give an id, or choose a search first.";
    const { length } = "vector" in this.query ? this.query.vector : { length: summary.dimension };
    return length === summary.dimension ? "" : `The query has ${length} numbers, and the vectors of ${summary.name} have ${summary.dimension}: it can't be searched for there.`;
  }

  async runBoth() {
    this.changed();
    await Promise.all(this.rivals.map((rival) => this.run(rival)));
  }

  /** @param {Rival} rival */
  async run(rival) {
    const turn = (rival.turn += 1);
    const parameters = rival.stored ? {} : rival.parameters(this.summaryOf(rival) ?? {});
    rival.message = this.obstacle(rival) || (typeof parameters === "string" ? parameters : "");
    rival.isBusy = rival.message === "";
    if (!rival.isBusy) rival.search = null;
    this.changed();
    if (!rival.isBusy) return;
    try {
      const { session } = this.app;
      const id = rival.stored ?? (await session.request("search.run", { ...this.query, ...parameters, index: rival.index, trace: "full", exact: true, source: SOURCE })).search;
      // The page keeps what it asked for: the daemon hands out no vectors of queries.
      if (!rival.stored) Object.assign(this.app.store.searches.get(id) ?? {}, { query: this.query });
      const answer = await session.request("search.trace", { search: id });
      if (turn !== rival.turn) return;
      rival.asked = parameters;
      rival.fill(answer);
    } catch (error) {
      if (turn !== rival.turn) return;
      rival.message = sentence(/** @type {Error} */ (error).message);
      // What is kept here already outlives what the daemon keeps.
      if (rival.search?.id !== rival.stored) rival.search = null;
    }
    rival.isBusy = false;
    this.#isReady = false;
    this.changed();
  }

  /** The ladder's values for B, and what they are of. */
  get ladderValues() {
    const [, b] = this.rivals;
    const summary = this.summaryOf(b);
    return summary && summary.searchable ? rungs(summary, Number(b.fields.k) || 1, this.app.connection.hello?.limits) : [];
  }

  get ladderKey() {
    const [, { index, fields }] = this.rivals;
    return JSON.stringify([this.query, index, this.summaryOf(this.rivals[1])?.revision, fields.k, fields.filter]);
  }

  async climb() {
    const [, b] = this.rivals;
    const summary = this.summaryOf(b);
    const effort = effortOf(summary);
    const parameters = b.parameters(summary ?? {});
    const problem = this.obstacle({ ...b, stored: null }) || (typeof parameters === "string" ? parameters : "");
    this.ladder.keep(this.ladderKey);
    if (problem || !effort) this.ladder.message = problem;
    else await this.ladder.run(this.ladderValues, effort, { ...this.query, ...parameters, index: b.index, source: SOURCE });
    this.changed();
  }

  /** Makes B what a point of the ladder is. @param {number} value */
  choose(value) {
    const [, b] = this.rivals;
    const effort = effortOf(this.summaryOf(b));
    if (!effort) return;
    b.stored = null;
    b.fields[effort] = String(value);
    this.run(b);
  }

  // The clock.

  /** @param {import("./measure.js").Clock} clock */
  setClock(clock) {
    this.clock = clock;
    this.#isReady = false;
    this.changed();
  }

  /** @param {"recall"|"best"} shows */
  setShows(shows) {
    this.shows = shows;
    this.changed();
  }

  /** The cursor of a rival where the common clock stands. @param {Rival} rival */
  cursorOf(rival) {
    const { measured } = rival;
    if (!measured) return 0;
    return this.player.cursor >= this.player.length ? measured.length : cursorAt(measured, this.clock, this.player.cursor);
  }

  /** Brings what takes time a little on. @returns {boolean} it wants to go on in the next frame */
  advance() {
    const { app } = this;
    const { epoch } = app.connection.hello ?? {};
    if (this.#epoch !== null && epoch !== undefined && epoch !== this.#epoch) {
      // Another daemon answers: its revisions and its kept searches are others.
      for (const rival of this.rivals) {
        rival.stored = null;
        if (rival.search) rival.search.revision = null;
      }
      this.changed();
    }
    this.#epoch = epoch ?? this.#epoch;
    if (this.#isReady) return false;
    const until = performance.now() + SLICE_MILLISECONDS;
    const all = this.rivals.filter((rival) => rival.search).map((rival) => /** @type {any} */ (rival.measured));
    if (!all.every((measured) => measured.advance(() => performance.now() < until))) return true;
    this.#isReady = true;
    this.version += 1;
    this.player.load(Math.ceil(Math.max(0, ...all.map((measured) => costAt(measured, this.clock, measured.length)))), true, false);
    return false;
  }

  // Links.

  toLink() {
    const label = this.query && "label" in this.query ? String(this.query.label) : null;
    return toText({ label, clock: this.clock, sides: /** @type {any} */ (this.rivals.map(({ index, stored, fields }) => ({ index, stored, ...fields }))) });
  }

  /** @param {string} text of a link @returns {boolean} it was one */
  fromLink(text) {
    const link = fromText(text);
    if (!link) return false;
    this.clock = /** @type {any} */ (link.clock);
    link.sides.forEach(({ index, stored, ...fields }, number) => {
      const rival = this.rivals[number];
      const summary = this.app.store.indexes.get(index)?.summary;
      if (summary) rival.use(summary);
      Object.assign(rival, { index, stored });
      for (const [name, value] of Object.entries(fields)) if (value !== "" || !summary) rival.fields[name] = value;
    });
    if (link.label !== null) this.setLabel(link.label);
    else if (this.app.search) this.takeQuery(this.app.search);
    this.runBoth();
    return true;
  }
}
