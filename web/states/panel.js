import { el, fill, show } from "../dom.js";
import { cardOf, refusalText, stripsOf } from "./situation.js";

/** @typedef {import("./situation.js").Action} Action */

/**
 * Seconds until then, never less than none.
 * @param {number} at
 */
const secondsTo = (at) => Math.max(0, Math.ceil((at - Date.now()) / 1000));

/** Says what state the page is in, where there is no picture and beside one, and does what it offers. */
export class States {
  /** @type {import("../connection.js").ConnectionState} */
  connection = { kind: "connecting", text: "" };
  /** @type {string|null} */
  #firstVersion = null;
  /** @type {{lost:number|null,stream:string,reason:string}|null} */
  #gap = null;
  /** @type {string|null} */
  #refusal = null;
  /** @type {{removed:string,shown:string|null}|null} */
  #removed = null;
  /**
   * Strips that were put away.
   * @type {Set<string>}
   */
  #closed = new Set();
  #told = "";
  #clock = 0;

  /** @param {Shell} shell @param {HTMLElement} stage @param {HTMLElement} strips */
  constructor(shell, stage, strips) {
    this.shell = shell;
    this.stage = stage;
    this.strips = strips;
    this.card = el("div", { id: "state", testid: "state", role: "status", hidden: true });
    stage.append(this.card);
    const network = () => {
      if (navigator.onLine && !shell.connection.isOpen) shell.connection.open();
      shell.refresh();
    };
    addEventListener("online", network);
    addEventListener("offline", network);
  }

  /** @param {import("../connection.js").ConnectionState} state */
  connectionChanged(state) {
    this.connection = state;
    const { version } = this.shell.connection.hello?.server ?? {};
    if (state.kind === "open" && version) this.#firstVersion ??= version;
    clearInterval(this.#clock);
    if (state.retryAt) this.#clock = window.setInterval(() => this.#count(), 1000);
  }

  /**
   * The daemon left out what was too much for this page.
   * @param {any} gap
   */
  gapped({ stream, from, to, reason }) {
    this.#gap = { stream, reason, lost: typeof from === "number" && typeof to === "number" ? to - from : null };
    this.shell.refresh();
  }

  /** @param {string} message why a search was not run; empty when one is */
  refused(message) {
    this.#refusal = message === "" ? null : refusalText(message, this.shell.store.summary);
    this.#gap = null;
    this.shell.refresh();
  }

  /** @param {string} name of an index whose file is gone */
  removed(name) {
    this.#removed = { removed: name, shown: null };
  }

  draw() {
    const facts = this.#facts();
    const card = cardOf(facts);
    const strips = stripsOf(facts).filter(({ key }) => !this.#closed.has(key));
    this.stage.dataset.stale = String(facts.connection.kind === "reconnecting" && card === null && !this.shell.store.indexes.get(facts.selected ?? "")?.file);
    const told = JSON.stringify([card, strips]);
    if (told === this.#told) return;
    this.#told = told;
    show(this.card, card !== null);
    fill(this.card, card && el("div", { class: "state-card" },
      el("h2", { text: card.title }), ...card.lines.map((text) => el("p", { text })),
      card.command && el("pre", {}, el("code", { text: card.command })),
      card.total && el("progress", { value: card.done ?? 0, max: card.total, "aria-label": card.title }),
      card.retryAt && this.#retry(card.retryAt),
      card.actions.length > 0 && el("p", { class: "actions" }, ...card.actions.map((action) => this.#button(action)))));
    fill(this.strips, ...strips.map((strip) => el("div", { class: strip.isBad ? "notice bad" : "notice", testid: `notice-${strip.key.split(" ")[0]}` },
      el("span", { role: "status", text: strip.text }), strip.retryAt && this.#retry(strip.retryAt), ...strip.actions.map((action) => this.#button(action)),
      strip.canClose && el("button", { type: "button", class: "close", "aria-label": "Put this away", text: "×", onclick: () => this.#close(strip.key) }))));
  }

  /** @returns {import("./situation.js").Facts} */
  #facts() {
    const { store, link, connection, rest } = this.shell;
    const { search } = rest;
    return {
      connection: this.connection, isOnline: navigator.onLine, isLocal: /^(localhost|127\.|\[::1\])/.test(location.hostname), hello: connection.hello,
      firstVersion: this.#firstVersion, isIncomplete: rest.hasFailed, indexes: [...store.indexes], selected: store.selected,
      wanted: link.index !== null && !store.indexes.get(link.index)?.summary ? link.index : null,
      map: store.map, isHeld: store.held !== null, search: search && { id: search.id, revision: search.revision, canRepeat: search.query !== undefined || queryOf(search) !== null },
      gap: this.#gap, refusal: this.#refusal, removed: this.#removed && !store.indexes.has(this.#removed.removed) ? { ...this.#removed, shown: store.selected } : null,
    };
  }

  /** @param {string} key */
  #close(key) {
    this.#closed.add(key);
    if (key.startsWith("removed")) this.#removed = null;
    if (key.startsWith("refused")) this.#refusal = null;
    this.shell.refresh();
  }

  /**
   * The time until the next try, which no screen reader reads out every second.
   * @param {number} at
   */
  #retry(at) {
    return el("span", { class: "retry", "aria-hidden": "true", "data-at": at, text: ` Next try in ${secondsTo(at)} s.` });
  }

  #count() {
    for (const node of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".retry"))) node.textContent = ` Next try in ${secondsTo(Number(node.dataset.at))} s.`;
  }

  /** @param {Action} action */
  #button({ id, label }) {
    return el("button", { type: "button", testid: `do-${id}`, text: label, onclick: () => this.#do(id) });
  }

  /** @param {Action["id"]} id */
  #do(id) {
    const { shell } = this;
    switch (id) {
      case "retry": return shell.connection.open();
      case "reload": return location.reload();
      case "token": return shell.access.ask("", !shell.connection.isOpen);
      case "open-file": return shell.rest.later((app) => app.sharing.choose());
      case "close-file": return shell.rest.later((app) => app.sharing.close());
      case "newest": return shell.rest.later((app) => app.showNewest());
      case "again": return shell.rest.later((app) => app.runAgain());
    }
  }
}

/**
 * What to ask for to have a search again, where that can be told from what was said of it.
 * @param {any} search
 */
export function queryOf({ started, header }) {
  const { label, filter } = started;
  if (label === undefined || label === null || (filter && (filter.allow || filter.deny))) return null;
  /** @param {string} name */
  const positive = (name) => (header[name] > 0 ? { [name]: header[name] } : {});
  return { label, k: header.k, ...positive("efSearch"), ...positive("nprobe"), ...positive("searchK"), ...(filter?.where ? { filter: filter.where } : {}) };
}
