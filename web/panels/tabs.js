import { el, fill } from "../dom.js";

const VIEWS = Object.freeze([["chart", "Chart"], ["descent", "Descent"], ["cells", "Cells"]]);
const FINE = Object.freeze([["distance", "fine: by distance"], ["projection", "fine: projected"]]);

/** Whether an index can be looked at in a view. @param {any} summary null before there is an index @param {string} view */
export function hasView(summary, view) {
  const structure = summary?.structure;
  return view === "chart" || (view === "descent" && structure === "hnsw") || (view === "cells" && structure === "ivf");
}

/** The views of the index, and of the cells the two ways to draw the fine search. @param {HTMLElement} host @param {any} app */
export function drawTabs(host, app) {
  const tabs = VIEWS.filter(([view]) => hasView(app.store.summary, view)).map(([view, text]) => el("button", {
    type: "button", role: "tab", testid: `tab-${view}`, text, "aria-selected": String(view === app.view), onclick: () => app.setView(view),
  }));
  const choice = app.view === "cells" && el("span", { class: "choice" }, ...FINE.map(([mode, text]) => el("button", {
    type: "button", testid: `fine-${mode}`, text, "aria-pressed": String(mode === app.fineMode), onclick: () => app.setFineMode(mode),
  })));
  fill(host, ...tabs, choice);
}
