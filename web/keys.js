import { VIEWS } from "./views.js";

/** An arrow key moves the picture by so much, in CSS pixels. */
const PAN_PIXELS = 60;
/** Where a player cannot step by expansions. */
const MANY_STEPS = 10;

/**
 * Listens for the page's keys; fields that take text keep theirs.
 * @param {any} app
 */
export function listenForKeys(app) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.closest("dialog")) return;
    const isText = target.matches("input:not([type=range], [type=checkbox], [type=radio]), textarea, select");
    if (isText) {
      if (event.key === "Escape") target.blur();
      return;
    }
    // A focused button keeps the space key, and the slider and lists their own arrows.
    if (event.key === " " && target.matches("button, summary, a, input")) return;
    if (target.matches("input[type=range]") && !" /?ct[]12345".includes(event.key) && !event.shiftKey) return;
    if (target.matches("[role=tab], [role=menuitem], input[type=radio]") && /^(Arrow|Home|End)/.test(event.key)) return;
    const action = actionOf(app, event, target.id === "stage");
    if (!action) return;
    event.preventDefault();
    action();
  });
}

/** @param {any} app @param {KeyboardEvent} event @param {boolean} isStage the picture has the focus */
function actionOf(app, event, isStage) {
  const { stage } = app;
  const panels = app.views.panels;
  // A view may have a clock of its own, as the comparison has, or none.
  const player = panels?.player === undefined ? app.player : panels.player;
  /** @param {(player:any)=>void} act */
  const play = (act) => player && (() => act(player));
  /** @param {1|-1} by */
  const along = (by) => play((player) => {
    if (!event.shiftKey) player.step(by);
    else if (player.stepExpansion) player.stepExpansion(by);
    else player.step(by * MANY_STEPS);
  });
  /** @param {number} x @param {number} y */
  const pan = (x, y) => stage.pan(x * PAN_PIXELS, y * PAN_PIXELS);
  switch (event.key) {
    case " ": return play((player) => player.toggle());
    case "ArrowLeft": return isStage && !event.shiftKey ? () => pan(1, 0) : along(-1);
    case "ArrowRight": return isStage && !event.shiftKey ? () => pan(-1, 0) : along(1);
    case "ArrowUp": return isStage ? () => pan(0, 1) : null;
    case "ArrowDown": return isStage ? () => pan(0, -1) : null;
    case "[": return play((player) => player.stepPart?.(-1));
    case "]": return play((player) => player.stepPart?.(1));
    case "Home": return play((player) => player.seek(0));
    case "End": return play((player) => player.seek(player.length));
    case "1": case "2": case "3": case "4": case "5": return () => app.setView(VIEWS[Number(event.key) - 1].id);
    case "/": return () => app.find();
    case "c": return () => app.compareWith();
    case "t": return () => app.toggleThumbnails();
    case "+": case "=": return () => stage.zoom(1.3);
    case "-": return () => stage.zoom(1 / 1.3);
    case "0": return () => stage.reset();
    case "?": return () => app.help.toggle();
    default: return null;
  }
}
