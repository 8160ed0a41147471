import { el, fill } from "../dom.js";
import { duration, plural } from "../format.js";

const MOST_SHOWN = 30;

/** What a search looked for, in a few words. @param {any} search */
export function title(search) {
  const { started } = search;
  return started.subject?.text ?? (started.label === undefined ? "a vector" : `id ${started.label}`);
}

/** What came beside the searches of the list, in a line. @param {{count:number,measured:number,recall:number}} counted */
export function countedText({ count, measured, recall }) {
  const share = measured ? `, ${Math.round((100 * recall) / measured)} % recall in ${plural(measured, "that was measured", "that were measured")}` : "";
  return `+ ${plural(count, "more search", "more searches")}${share}`;
}

/** The latest searches on this index, whoever ran them. @param {HTMLElement} host @param {any} app */
export function drawSearches(host, app) {
  const rows = app.store.searches.all.slice(0, MOST_SHOWN).map((search) =>
    el("li", {}, el("button", {
      type: "button", class: "search", testid: `search-${search.id}`, "aria-current": search === app.search ? "true" : null, onclick: () => app.watch(search),
    },
    el("span", { text: search.id }), el("span", { text: `${title(search)}${search.started.source ? ` · ${search.started.source}` : ""}` }),
    el("span", { text: search.failure ? "failed" : search.results ? duration(search.microseconds) : "running" }))));
  const follow = el("input", { type: "checkbox", testid: "follow-live", checked: app.followsLive, onchange: (event) => app.setFollowsLive(event.target.checked) });
  fill(
    host,
    el("h2", { text: "Searches" }), el("label", {}, follow, " show new searches as they come"),
    app.store.searches.counted.count > 0 && el("p", { class: "muted", testid: "counted", text: countedText(app.store.searches.counted) }),
    rows.length ? el("ul", { class: "list" }, ...rows) : el("p", { class: "muted", text: "None yet. Searches pushed by other programs show up here." }));
}
