import { copy } from "../clipboard.js";
import { decodeColumn } from "../columns.js";
import { el, fill, pictureAddress, show } from "../dom.js";
import { count, distance, plural } from "../format.js";
import { pictures } from "../pictures.js";
import { shortest } from "../query/vector.js";
import { FactFinder } from "./facts.js";
import { fateOf, fateText } from "./fate.js";
import { columnsOf, drawVector, rangeOf } from "./plot.js";

/** One item: what it is, where it is, its neighbours and its vector, and what became of it in the search. */
export class DetailPanel {
  /** @type {number|null} */
  #node = null;
  /**
   * What each part shows, so that it is drawn anew only when that is another.
   * @type {Map<HTMLElement,string>}
   */
  #shown = new Map();
  #facts;
  /** Grows with every answer. */
  #news = 0;
  /**
   * Distances are told from this node too.
   * @type {number|null}
   */
  #other = null;
  #measured = "";
  /** @type {{search:any,length:number,results:any,recall:any,node:number,fate:import("./fate.js").Fate}|null} */
  #fate = null;

  /** @param {HTMLElement} host @param {any} app */
  constructor(host, app) {
    this.host = host;
    this.app = app;
    this.#facts = new FactFinder({
      request: (method, params) => app.session.request(method, params), decode: (column) => decodeColumn(column, "f32"),
      onChange: () => { this.#news += 1; app.refresh(); },
    });
    const part = (/** @type {string} */ name) => el("div", { class: `detail-${name}`, testid: `detail-${name}` });
    this.parts = { head: part("head"), fate: part("fate"), distances: part("distances"), links: part("links"), vector: part("vector"), fields: part("fields") };
    this.close = el("button", { type: "button", class: "small", testid: "detail-close", text: "×", title: "Close (Escape)", "aria-label": "Close", onclick: () => app.select(null) });
  }

  /** @param {number} node that is selected */
  draw(node) {
    const { app, host, parts } = this;
    if (!host.firstChild) fill(host, el("div", { class: "line" }, el("h2", { text: "Item" }), this.close), parts.head, parts.distances, parts.fate, parts.links, parts.vector, parts.fields);
    if (node !== this.#node) {
      this.#node = node;
      this.#measured = "";
      this.#facts.find(app.store.selected, node);
      // The panel may be scrolled to the results, which chose it.
      this.close.scrollIntoView({ block: "nearest" });
    }
    const item = app.items.node(node);
    const { facts } = this.#facts;
    const fate = this.#fateNow(node);
    this.#measure(node, fate);
    const at = fate ? fate.meetings.findLastIndex((meeting) => meeting.cursor <= app.player.cursor) : -1;
    const others = (facts.layers ?? []).flatMap((layer) => layer.nodes).map((other) => (app.items.node(other) ? 1 : 0)).join("");
    const missed = fate?.outcome === "missed" ? app.missed().find((/** @type {any} */ hit) => hit.node === node)?.reason.text : undefined;
    this.#draw(parts.head, [node, item !== null, facts.place !== null, facts.fault, app.maySearch, this.#other], () => this.#head(node, item));
    this.#draw(parts.distances, [node, this.#news, fate?.distance ?? null, this.#other, app.search?.id ?? null], () => this.#distances(node, fate));
    this.#draw(parts.fate, [node, app.search?.id ?? null, app.search?.length ?? 0, fate?.outcome ?? null, missed ?? "", at], () => this.#fateRows(fate, missed, at));
    this.#draw(parts.links, [node, facts.layers !== null, others], () => this.#links());
    this.#draw(parts.vector, [node, facts.vector !== null, app.theme.name, parts.vector.clientWidth], () => this.#vector());
    this.#draw(parts.fields, [node, item !== null], () => fieldRows(item));
  }

  leave() {
    this.#node = null;
    this.#facts.stop();
    this.#shown.clear();
  }

  /** @param {HTMLElement} host @param {any[]} key @param {()=>any[]} build */
  #draw(host, key, build) {
    const text = JSON.stringify(key);
    if (this.#shown.get(host) === text) return;
    this.#shown.set(host, text);
    const children = build();
    fill(host, ...children);
    show(host, children.some(Boolean));
  }

  /** @param {number} node @returns {import("./fate.js").Fate|null} */
  #fateNow(node) {
    const { search, store } = this.app;
    if (!search || (store.summary && search.revision !== store.summary.revision)) return null;
    const { length, results, recall } = search;
    const known = this.#fate;
    if (known && known.search === search && known.length === length && known.results === results && known.recall === recall && known.node === node) return known.fate;
    this.#fate = { search, length, results, recall, node, fate: fateOf(search, node) };
    return this.#fate.fate;
  }

  /**
   * Asks for distances that the search did not compute.
   * @param {number} node @param {import("./fate.js").Fate|null} fate
   */
  #measure(node, fate) {
    const { search, store } = this.app;
    const query = search && fate && fate.distance === null && search.results && search.started.label !== undefined ? { label: search.started.label } : null;
    const other = this.#other !== node ? this.#other : null;
    const key = JSON.stringify([node, query, other]);
    if (key === this.#measured) return;
    this.#measured = key;
    if (query || other !== null) this.#facts.measure(store.selected, node, query, other);
  }

  /** @param {number} node @param {Item|null} item */
  #head(node, item) {
    const { app } = this;
    const { place, fault } = this.#facts.facts;
    const address = pictureAddress(item?.media);
    const label = item ? `id ${item.label}` : `node ${node}`;
    const cells = app.store.map?.cells;
    const where = [item ? `node ${node}` : null, item?.category, place?.level !== null && place?.level !== undefined ? (place.level > 0 ? `layers 0 to ${place.level}` : "layer 0 alone") : null,
      place?.cell !== null && place?.cell !== undefined ? `cell ${place.cell}${cells ? ` of ${plural(cells.size[place.cell], "vector")}` : ""}` : null];
    const isOther = this.#other === node;
    return [
      el("div", { class: "item" },
        item && address && el("button", { type: "button", class: "picture", testid: "detail-picture", title: "Show it large", "aria-label": "Show the picture large", "data-label": item.label, onclick: () => enlarge(address, item.caption ?? label) }, pictures.element(address)),
        el("div", {}, el("b", { testid: "detail-caption", text: item?.caption ?? label }), item?.caption && el("div", { class: "id", text: label }),
          el("div", { class: "muted", text: where.filter(Boolean).join(" · ") }),
          place?.deleted && el("div", { class: "error", testid: "detail-deleted", text: "deleted: passed through, never a result" }))),
      fault && el("p", { class: "error", text: fault }),
      el("div", { class: "line" },
        el("button", { type: "button", class: "small", testid: "more-like-this", text: "more like this", disabled: !app.maySearch || !item, title: app.maySearch ? "Search for this item's vector" : "This token may watch, not search.", onclick: () => item && app.runLabel(item.label) }),
        el("button", { type: "button", class: "small", testid: "measure-from", "aria-pressed": String(isOther), text: "measure from here", title: "Tell other items' distances to this one", onclick: () => { this.#other = isOther ? null : node; app.refresh(); } })),
    ];
  }

  /** @param {number} node @param {import("./fate.js").Fate|null} fate */
  #distances(node, fate) {
    const { app } = this;
    const { toQuery, toOther } = this.#facts.facts;
    const row = (/** @type {string} */ testid, /** @type {number} */ value, /** @type {string} */ what) => el("div", { class: "detail-figure" }, el("b", { testid, text: distance(value), title: String(value) }), el("span", { class: "muted", text: what }));
    const measured = fate?.distance ?? null;
    const toOne = this.#other !== null && this.#other !== node;
    return [
      measured !== null ? row("detail-distance", measured, "to the query") : toQuery !== null && row("detail-distance", toQuery, "to the query: not measured by the search"),
      toOne && toOther !== null && row("detail-other-distance", toOther, `to ${app.items.name(this.#other)}`),
    ];
  }

  /** @param {import("./fate.js").Fate|null} fate @param {string|undefined} missed @param {number} at the meeting that happened last */
  #fateRows(fate, missed, at) {
    const { search, items } = this.app;
    if (!fate) return [];
    return [
      el("h2", { text: `In search ${search.id}` }),
      el("p", { class: "outcome", "data-outcome": fate.outcome, testid: "detail-outcome", text: fateText(fate, search, (node) => items.name(node), missed) }),
      fate.meetings.length > 0 && el("ol", { class: "meetings" }, ...fate.meetings.map((meeting, number) => el("li", {},
        el("button", { type: "button", testid: `meeting-${number}`, "aria-current": number === at ? "step" : null, title: `Go to step ${meeting.cursor}`, onclick: () => this.app.seek(meeting.cursor) },
          el("span", { text: `step ${count(meeting.cursor)}` }), el("span", { text: [meeting.stage, meeting.layer >= 0 && `layer ${meeting.layer}`, meeting.what].filter(Boolean).join(" · ") }),
          el("span", { class: "distance", text: Number.isNaN(meeting.distance) ? "" : distance(meeting.distance) }))))),
      fate.more > 0 && el("p", { class: "muted", text: `and ${plural(fate.more, "more step")}` }),
    ];
  }

  #links() {
    const { app } = this;
    const { layers } = this.#facts.facts;
    if (!layers) return [];
    return [el("h2", { text: typeof this.#facts.facts.place?.cell === "number" ? "In its cell" : "Neighbours" }), ...layers.flatMap(({ title, nodes, more }) => [
      el("div", { class: "muted", text: `${title}${more > 0 ? `, ${count(nodes.length)} shown` : ""}` }),
      el("div", { class: "neighbours" }, ...nodes.map((node) => {
        const item = app.items.node(node);
        const address = pictureAddress(item?.media);
        const name = item?.caption ?? app.items.name(node);
        const on = () => app.stage.setHover({ node }, null);
        const off = () => app.stage.setHover(null, null);
        return el("button", { type: "button", class: address ? "" : "chip", testid: `neighbour-${node}`, title: `${name} · ${app.items.name(node)}`, "aria-label": `Select ${name}`, "data-label": item?.label, onclick: () => app.select(node), onmouseenter: on, onmouseleave: off, onfocus: on, onblur: off },
          pictures.element(address) ?? (item ? String(item.label) : `node ${node}`));
      })),
    ])];
  }

  #vector() {
    const { vector } = this.#facts.facts;
    if (!vector) return [];
    const [low, high] = rangeOf(columnsOf(vector.values, vector.values.length));
    const canvas = el("canvas", { role: "img", "aria-label": `${vector.values.length} components from ${distance(low)} to ${distance(high)}` });
    const said = el("span", { class: "muted", role: "status" });
    // It has a size when it is in the page.
    queueMicrotask(() => drawVector(canvas, vector.values, this.app.theme));
    return [
      el("div", { class: "line" }, el("h2", { text: "Vector" }), said,
        el("button", { type: "button", class: "small", testid: "copy-vector", text: "copy as JSON", onclick: async () => {
          said.textContent = (await copy(JSON.stringify(Array.from(vector.values, shortest)))) ? "copied" : "the browser refused";
        } })),
      canvas,
      el("div", { class: "muted", testid: "detail-norm", text: `${count(vector.values.length)} numbers · norm ${distance(vector.norm)} · ${distance(low)} to ${distance(high)}${vector.exact ? "" : " · decoded from its code"}` }),
    ];
  }
}

/**
 * The other columns of an item.
 * @param {Item|null} item
 */
function fieldRows(item) {
  const fields = Object.entries(item?.fields ?? {});
  if (fields.length === 0) return [];
  return [el("details", {}, el("summary", { text: plural(fields.length, "column") }),
    el("dl", {}, ...fields.flatMap(([name, value]) => [el("dt", { text: name }), el("dd", { text: String(value) })])))];
}

/** @param {string} address @param {string} name */
function enlarge(address, name) {
  const dialog = /** @type {HTMLDialogElement} */ (el("dialog", { class: "enlarged", "aria-label": name, onclick: () => dialog.close(), onclose: () => dialog.remove() },
    pictures.element(address), el("p", { text: name }), el("button", { type: "button", class: "small", text: "close" })));
  document.body.append(dialog);
  dialog.showModal();
}
