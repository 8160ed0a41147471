import { el } from "./dom.js";

/** Keys and what they do, in the order of the list. */
const HELP = Object.freeze([
  ["space", "play or pause"], ["← →", "one step back or on"], ["shift ← →", "one expansion"], ["[ ]", "one layer or cell"], ["Home End", "beginning, end"],
  ["+ − 0", "zoom in, out, back"], ["arrows", "pan, when the picture has the focus"], ["1 … 5", "chart, descent, cells, live, compare"],
  ["/", "find by id or caption on the chart; elsewhere go to the query"], ["enter", "on the chart: search for what is selected"], ["c", "compare the search with another"], ["t", "thumbnails on, off"], ["Escape", "leave a field, a menu, a selection"], ["?", "this help"],
]);

/** The list of the keys. */
export class Help {
  /** @param {HTMLDialogElement} dialog @param {HTMLElement} button */
  constructor(dialog, button) {
    this.dialog = dialog;
    this.button = button;
    dialog.append(el("h2", { text: "Keys" }), el("dl", {}, ...HELP.flatMap(([key, what]) => [el("dt", { text: key }), el("dd", { text: what })])));
    button.addEventListener("click", () => this.toggle());
    dialog.addEventListener("close", () => button.setAttribute("aria-expanded", "false"));
  }

  toggle() {
    if (this.dialog.open) this.dialog.close();
    else this.dialog.showModal();
    this.button.setAttribute("aria-expanded", String(this.dialog.open));
  }
}
