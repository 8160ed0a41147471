import { VIEWS } from "./views.js";

/** Keys and what they do, as the help lists them. */
export const HELP = Object.freeze([
  ["space", "play or pause"], ["← →", "one step back or on"], ["shift ← →", "ten steps"], ["Home End", "beginning, end"],
  ["1 … 5", "chart, descent, cells, live, compare"], ["/", "find an id or caption on the chart; elsewhere go to the id field"], ["c", "compare the search with another"], ["enter, esc", "on the chart: search for what is selected, let go of it"], ["+ − 0", "zoom in, out, back"], ["?", "this help"],
]);

/** Listens for the page's keys; fields that take text keep theirs. @param {any} app */
export function listenForKeys(app) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = /** @type {HTMLElement} */ (event.target);
    const isText = target.matches("input:not([type=range]), textarea, select");
    if (isText) {
      if (event.key === "Escape") target.blur();
      return;
    }
    // A focused button keeps the space key, and the slider its own arrows.
    if (event.key === " " && target.matches("button, summary, a")) return;
    if (target.matches("input[type=range]") && event.key !== " ") return;
    const action = actionOf(app, event);
    if (!action) return;
    event.preventDefault();
    action();
  });
}

function actionOf(app, event) {
  // A view may have a clock of its own, as the comparison has.
  const player = app.views.panels?.player ?? app.player;
  const many = event.shiftKey ? 10 : 1;
  switch (event.key) {
    case " ": return () => player.toggle();
    case "ArrowLeft": return () => player.step(-many);
    case "ArrowRight": return () => player.step(many);
    case "Home": return () => player.seek(0);
    case "End": return () => player.seek(player.length);
    case "1": case "2": case "3": case "4": case "5": return () => app.setView(VIEWS[Number(event.key) - 1].id);
    case "c": return () => app.compareWith();
    case "/": return () => (app.views.panels?.find ? app.views.panels.find.focus() : app.focusQuery());
    case "+": return () => app.stage.zoom(1.3);
    case "-": return () => app.stage.zoom(1 / 1.3);
    case "0": return () => app.stage.reset();
    case "?": return () => app.toggleHelp();
    default: return null;
  }
}
