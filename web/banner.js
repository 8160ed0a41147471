import { show } from "./dom.js";

const MILLISECONDS = 8000;

/** A line over the page that says for a while what went wrong, or what was done. */
export class Banner {
  /** @type {any} */
  #timer = 0;

  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
  }

  /** @param {string} text @param {"bad"|"note"} kind */
  say(text, kind) {
    this.host.dataset.kind = kind;
    this.host.textContent = text;
    show(this.host, true);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => show(this.host, false), MILLISECONDS);
  }
}
