import { el, fill } from "../dom.js";
import { VIEWS } from "../views.js";

/**
 * The views of the index.
 * @param {HTMLElement} host @param {any} app
 */
export function drawTabs(host, app) {
  const tabs = VIEWS.filter((view) => view.has(app.store.summary)).map(({ id, title }) => el("button", {
    type: "button", role: "tab", testid: `tab-${id}`, text: title, "aria-selected": String(id === app.view), onclick: () => app.setView(id),
  }));
  fill(host, ...tabs);
}
