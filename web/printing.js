/**
 * On paper everything is dark on white: the picture is drawn so for as long as it is printed.
 * @param {any} app
 */
export function listenForPrint(app) {
  /** @type {"light"|"dark"|null} */
  let before = null;
  addEventListener("beforeprint", () => {
    if (before !== null) return;
    before = app.theme.name;
    app.printAs("light");
  });
  addEventListener("afterprint", () => {
    if (before !== null) app.printAs(before);
    before = null;
  });
}
