import { el, fill } from "../dom.js";
import { duration, plural } from "../format.js";

const MOST_SHOWN = 30;

/**
 * What a search looked for, in a few words.
 * @param {Search} search
 * @returns {string}
 */
export function title({ started }) {
  return started.subject?.text ?? (started.label === undefined ? "a vector" : `id ${started.label}`);
}

/**
 * What came beside the searches of the list, in a line.
 * @param {{count:number,measured:number,recall:number}} counted
 */
export function countedText({ count, measured, recall }) {
  const share = measured ? `, ${Math.round((100 * recall) / measured)} % recall in ${plural(measured, "that was measured", "that were measured")}` : "";
  return `+ ${plural(count, "more search", "more searches")}${share}`;
}

/**
 * The buttons of the searches: who is there already keeps its own, as one that is replaced under the pointer loses its click.
 * @type {WeakMap<Search,{row:HTMLElement,button:HTMLElement,state:HTMLElement}>}
 */
const known = new WeakMap();

/**
 * @param {Search} search
 * @param {App} app
 */
function rowOf(search, app) {
  let parts = known.get(search);
  if (!parts) {
    const state = el("span");
    const button = el("button", { type: "button", class: "search", testid: `search-${search.id}`, onclick: () => app.watch(search) },
      el("span", { text: search.id }), el("span", { text: `${title(search)}${search.started.source ? ` · ${search.started.source}` : ""}` }), state);
    known.set(search, (parts = { row: el("li", {}, button), button, state }));
  }
  const text = search.failure !== null ? "failed" : search.results ? duration(search.microseconds) : "running";
  if (parts.state.textContent !== text) parts.state.textContent = text;
  if (search === app.search) parts.button.setAttribute("aria-current", "true");
  else parts.button.removeAttribute("aria-current");
  return parts.row;
}

/**
 * The latest searches on this index, whoever ran them.
 * @param {HTMLElement} host
 * @param {App} app
 */
export function drawSearches(host, app) {
  const { all, counted } = app.store.searches;
  let list = host.querySelector("ul");
  if (!list) {
    list = /** @type {HTMLUListElement} */ (el("ul", { class: "list" }));
    const follow = el("input", { type: "checkbox", testid: "follow-live", onchange: () => app.setFollowsLive(follow.checked) });
    fill(host, el("h2", { text: "Searches" }), el("label", {}, follow, " show new searches as they come"), el("p", { class: "muted", testid: "counted" }), list);
  }
  /** @type {HTMLInputElement} */ (host.querySelector("input")).checked = app.followsLive;
  const note = /** @type {HTMLElement} */ (host.querySelector("p"));
  note.hidden = all.length > 0 && counted.count === 0;
  note.textContent = counted.count > 0 ? countedText(counted) : "None yet. Searches pushed by other programs show up here.";
  const rows = all.slice(0, MOST_SHOWN).map((search) => rowOf(search, app));
  for (const row of [...list.children]) if (!rows.includes(/** @type {HTMLElement} */ (row))) row.remove();
  let at = list.firstChild;
  for (const row of rows) {
    if (row === at) at = at.nextSibling;
    else list.insertBefore(row, at);
  }
}
