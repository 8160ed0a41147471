import { el, fill } from "../dom.js";
import { VIEWS } from "../views.js";

const FINE = Object.freeze([["distance", "fine: by distance"], ["projection", "fine: projected"]]);

/** The views of the index, and of the cells the two ways to draw the fine search. @param {HTMLElement} host @param {any} app */
export function drawTabs(host, app) {
  const tabs = VIEWS.filter((view) => view.has(app.store.summary)).map(({ id, title }) => el("button", {
    type: "button", role: "tab", testid: `tab-${id}`, text: title, "aria-selected": String(id === app.view), onclick: () => app.setView(id),
  }));
  const choice = app.view === "cells" && el("span", { class: "choice" }, ...FINE.map(([mode, text]) => el("button", {
    type: "button", testid: `fine-${mode}`, text, "aria-pressed": String(mode === app.fineMode), onclick: () => app.setFineMode(mode),
  })));
  fill(host, ...tabs, choice);
}
