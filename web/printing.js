import { sceneLike } from "./sharing/scene-copy.js";

/** Pixels of paper for each CSS pixel: the picture is as sharp there as on a fine screen. */
const TIMES = 3;

/**
 * On paper everything is dark on white. The printer does not wait: the picture is drawn there and then, on a canvas of its own, for
 * that of the screen is emptied as it takes another size.
 * @param {any} app
 */
export function listenForPrint(app) {
  /** @type {"light"|"dark"|null} */
  let before = null;
  /** @type {HTMLCanvasElement|null} */
  let paper = null;
  addEventListener("beforeprint", () => {
    if (before !== null) return;
    before = app.theme.name;
    app.printAs("light");
    if (app.picture === null) return;
    paper = document.createElement("canvas");
    paper.className = "paper";
    sceneLike(app, paper, TIMES).draw(app.pictureCursor, null);
    app.stage.host.prepend(paper);
  });
  addEventListener("afterprint", () => {
    paper?.remove();
    paper = null;
    if (before !== null) app.printAs(before);
    before = null;
  });
}
