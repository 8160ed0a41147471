import { distance } from "./format.js";

/** Between two sentences: a search has many more steps than can be said. */
const PAUSE_MILLISECONDS = 2000;

/** Tells those who hear the page how a search goes, every now and then. */
export class Speech {
  #timer = 0;

  /** @param {HTMLElement} host an `aria-live` region */
  constructor(host) {
    this.host = host;
  }

  /**
   * Says a sentence, once.
   * @param {string} text
   */
  say(text) {
    this.host.textContent = text;
  }

  /** @param {()=>any} stateOf the replay at the cursor when it is time to speak, or null */
  tell(stateOf) {
    if (this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      const text = sentence(stateOf());
      if (this.host.textContent !== text) this.say(text);
    }, PAUSE_MILLISECONDS);
  }
}

/** @param {Picture|null} state */
function sentence(state) {
  if (!state) return "";
  const where = state.layer >= 0 && !state.stopReason ? `layer ${state.layer}, ` : "";
  return `${where}${state.evaluated} distances, best ${distance(state.best)}${state.stopReason ? ", finished" : ""}`;
}
