/** Keys that nobody presses for what they do on the page. */
const OTHERS = new Set(["Tab", "Enter", "Shift", "Control", "Alt", "Meta", "CapsLock", "Dead"]);

/** Keys and buttons that are pressed before the code is there that answers them: kept, and pressed anew when it is. */
export class Meanwhile {
  /** @type {(()=>void)[]} */
  #kept = [];
  #listening = new AbortController();

  /** @param {Iterable<HTMLElement>} buttons whose code is still to come @param {()=>void} onPress */
  constructor(buttons, onPress) {
    const { signal } = this.#listening;
    /** @param {()=>void} again */
    const keep = (again) => {
      this.#kept.push(again);
      onPress();
    };
    document.addEventListener("keydown", (event) => {
      const target = /** @type {HTMLElement} */ (event.target);
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || OTHERS.has(event.key) || target.closest("dialog")) return;
      // A focused button keeps the space key.
      if (event.key === " " && target.matches("button, a")) return;
      event.preventDefault();
      keep(() => (target.isConnected ? target : document.body).dispatchEvent(new KeyboardEvent("keydown", event)));
    }, { signal });
    for (const button of buttons) button.addEventListener("click", () => keep(() => button.click()), { signal });
  }

  /** Presses what was pressed, in that order. */
  catchUp() {
    this.#listening.abort();
    for (const again of this.#kept) again();
  }
}
