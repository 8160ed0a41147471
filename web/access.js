import { el, fill } from "./dom.js";

const KEY = "annscope-token";

/** The token of this tab, and the question for it. It is kept for as long as the tab is, and never in an address. */
export class Access {
  /** @param {HTMLDialogElement} dialog @param {(token:string)=>void} onToken */
  constructor(dialog, onToken) {
    this.dialog = dialog;
    this.onToken = onToken;
    // Without a token there is nothing behind the question: Escape must not leave a page that only a reload helps. The
    // browser lets a second Escape through.
    this.isNeeded = false;
    dialog.addEventListener("cancel", (event) => { if (this.isNeeded) event.preventDefault(); });
    dialog.addEventListener("close", () => { if (this.isNeeded && !dialog.open) dialog.showModal(); });
    // Without storage (a sandboxed frame) the token lives as long as the page.
    this.storage = storage();
    this.token = this.storage?.getItem(KEY) ?? null;
  }

  /**
   * Asks for a token.
   * @param {string} reason why the one before was refused @param {boolean} [isNeeded] there is nothing to go on with without one
   */
  ask(reason, isNeeded = true) {
    this.isNeeded = isNeeded;
    const token = el("input", { type: "password", testid: "token", autocomplete: "off", spellcheck: "false", required: true, "aria-label": "Token" });
    fill(this.dialog,
      el("h2", { text: "Token" }), el("p", { text: "This daemon asks for a token. Whoever runs it has one for you." }),
      el("p", { class: "error", role: "alert", text: reason }),
      el("form", { onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); this.#take(token.value.trim()); } },
        token, el("button", { class: "run", testid: "token-go", text: "Connect" }),
        !isNeeded && el("button", { type: "button", class: "quiet", text: "Keep the one there is", onclick: () => this.dialog.close() })));
    if (!this.dialog.open) this.dialog.showModal();
    token.focus();
  }

  /** @param {string} token */
  #take(token) {
    this.token = token;
    this.isNeeded = false;
    this.storage?.setItem(KEY, token);
    this.dialog.close();
    this.onToken(token);
  }
}

function storage() {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}
