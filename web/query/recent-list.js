import { el, fill, show } from "../dom.js";
import { count } from "../format.js";
import { withText } from "./recent.js";

/** The latest searches of this page: a click takes one into the fields, and searches again. */
export class RecentList {
  /** @param {import("./recent.js").Recent} recent @param {(search:import("./recent.js").RecentSearch)=>void} onChoose */
  constructor(recent, onChoose) {
    this.recent = recent;
    this.onChoose = onChoose;
    this.title = el("summary", { testid: "recent" });
    this.list = el("ul", { class: "list" });
    this.element = el("details", { class: "recent" }, this.title, this.list);
    this.draw();
  }

  draw() {
    const { all } = this.recent;
    show(this.element, all.length > 0);
    this.title.textContent = `Recent searches · ${count(all.length)}`;
    fill(this.list, ...all.map((search, number) => el("li", {},
      el("button", { type: "button", testid: `recent-${number}`, title: "Search for it again, with the same numbers", onclick: () => this.onChoose(search) },
        el("b", { text: search.text }), el("span", { class: "muted", text: `${withText(search)} · ${search.index}` })))),
    all.length > 0 && el("li", {}, el("button", { type: "button", class: "small", text: "forget them", onclick: () => { this.recent.clear(); this.draw(); } })));
  }
}
