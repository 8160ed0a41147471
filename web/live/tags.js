import { el, fill } from "../dom.js";
import { shapeIcon } from "./shapes.js";

const WIDTH = 62;
const HEIGHT = 26;

/**
 * Where names stand: beside their spots, not on one another, inside.
 * @param {readonly ({x:number,y:number}|null)[]} spots
 * @param {number} width
 * @param {number} height
 * @returns {({x:number,y:number}|null)[]} upper left corners
 */
export function placeTags(spots, width, height) {
  /** @type {{x:number,y:number}[]} */
  const taken = [];
  return spots.map((spot) => {
    if (!spot || spot.x < 0 || spot.y < 0 || spot.x > width || spot.y > height) return null;
    const wishes = [[15, -HEIGHT - 6], [15, 8], [-WIDTH - 15, -HEIGHT - 6], [-WIDTH - 15, 8], [15, -2 * HEIGHT - 8], [15, HEIGHT + 10], [-WIDTH - 15, HEIGHT + 10]].map(([x, y]) => ({
      x: Math.max(4, Math.min(width - WIDTH - 4, spot.x + x)), y: Math.max(4, Math.min(height - HEIGHT - 4, spot.y + y)),
    }));
    const free = wishes.find((at) => taken.every((one) => Math.abs(one.x - at.x) > WIDTH || Math.abs(one.y - at.y) > HEIGHT)) ?? wishes[0];
    taken.push(free);
    return free;
  });
}

/** The names of the animated searches over the map; a click opens one. */
export class Tags {
  /**
   * By slot.
   * @type {({search:Search,host:any}|undefined)[]}
   */
  #tags = [];

  /**
   * @param {HTMLElement} stage
   * @param {(search:Search)=>void} open
   */
  constructor(stage, open) {
    this.open = open;
    this.host = el("div", { class: "tags" });
    this.stage = stage;
  }

  /**
   * @param {readonly import("./picks.js").Pick[]} picks
   * @param {any} scene
   * @param {number} scale CSS pixels for each of the scene's
   */
  draw(picks, scene, scale) {
    if (!this.host.isConnected) this.stage.append(this.host);
    const spots = picks.map((pick) => scene.spotOf(pick)).map((spot) => spot && { x: spot.x * scale, y: spot.y * scale });
    const places = placeTags(spots, scene.width * scale, scene.height * scale);
    const used = new Set(picks.map(({ slot }) => slot));
    for (const [slot, tag] of this.#tags.entries()) if (tag && !used.has(slot)) tag.host.hidden = true;
    picks.forEach(({ slot, search }, i) => {
      const tag = this.#tag(slot, search);
      const at = places[i];
      tag.host.hidden = at === null;
      if (at) tag.host.style.transform = `translate(${at.x.toFixed(1)}px, ${at.y.toFixed(1)}px)`;
    });
  }

  leave() {
    this.host.remove();
  }

  /**
   * @param {number} slot
   * @param {Search} search
   */
  #tag(slot, search) {
    const tag = this.#tags[slot];
    if (tag?.search === search) return tag;
    const host = tag?.host ?? el("button", { type: "button", class: "tag", "data-slot": slot, onclick: () => this.open(/** @type {any} */ (this.#tags[slot]).search) });
    fill(host, shapeIcon(slot), search.id);
    host.setAttribute("aria-label", `open ${search.id}`);
    if (!tag) this.host.append(host);
    return (this.#tags[slot] = { search, host });
  }
}
