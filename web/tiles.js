import { decodeColumn, decodeUnits } from "./columns.js";

/** A tile is followed while it is at least this wide on the screen, in CSS pixels, and less than twice that. */
const LEAST_PIXELS = 256;
const DEEPEST = 12;
const MOST_FOLLOWED = 24;
const MOST_KEPT = 64;
/** The camera must rest this long before other tiles are asked for. */
const REST_MILLISECONDS = 120;

/**
 * Which tiles cover a part of a map: 24 at most, so that where many would be needed they are of a coarser zoom.
 * @param {{x0:number,y0:number,x1:number,y1:number}} part of the map that is in sight, 0 … 1
 * @param {number} pixels of the whole map's shorter side on the screen
 * @param {number} over only zooms above this one; at it the map's own sample is as fine
 * @returns {string[]} `Z/X/Y`
 */
export function tilesOver({ x0, y0, x1, y1 }, pixels, over) {
  for (let zoom = Math.min(DEEPEST, Math.floor(Math.log2(pixels / LEAST_PIXELS))); zoom > over; zoom -= 1) {
    const side = 2 ** zoom;
    /** @param {number} value */
    const at = (value) => Math.max(0, Math.min(side - 1, Math.floor(value * side)));
    const [left, right, top, bottom] = [at(x0), at(x1), at(y0), at(y1)];
    if ((right - left + 1) * (bottom - top + 1) > MOST_FOLLOWED) continue;
    const names = [];
    for (let y = top; y <= bottom; y += 1) for (let x = left; x <= right; x += 1) names.push(`${zoom}/${x}/${y}`);
    return names;
  }
  return [];
}

/** Follows the tiles of a map that is not whole where the camera looks, and keeps the ones seen last. */
export class Tiles {
  #prefix = "";
  /** @type {string[]} */
  #wanted = [];
  #followed = new Set();
  /**
   * By `Z/X/Y`, the ones seen longest ago first.
   * @type {Map<string,any>}
   */
  #kept = new Map();
  #timer = 0;
  /** Rises with each tile that comes. */
  version = 0;

  /**
   * @param {{subscribe:(stream:string,receive:(params:any)=>void)=>void,unsubscribe:(stream:string)=>void}} connection
   * @param {()=>void} onChange
   */
  constructor(connection, onChange) {
    this.connection = connection;
    this.onChange = onChange;
  }

  /** How many are followed. */
  get followed() {
    return this.#followed.size;
  }

  /**
   * Begins anew with another index.
   * @param {string|null} name
   */
  use(name) {
    this.see([]);
    this.#follow();
    this.#prefix = `layout/${name}/tiles/`;
    this.#kept.clear();
  }

  /**
   * Tells which tiles are in sight; others are let go of once the camera rests.
   * @param {string[]} names
   */
  see(names) {
    if (names.join() === this.#wanted.join()) return;
    this.#wanted = names;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#follow(), REST_MILLISECONDS);
  }

  /** Those that are kept are of a daemon that is gone. */
  forget() {
    this.#kept.clear();
  }

  /** Asks again for tiles that were refused: the map of the index has come, or is another. */
  retry() {
    this.#follow();
  }

  /**
   * What is there of the tiles in sight, a coarser one where a finer is still to come.
   * @param {number} revision @returns {any[]}
   */
  inSight(revision) {
    const found = new Map();
    for (const name of this.#wanted) {
      for (let [zoom, x, y] = name.split("/").map(Number); zoom > 0; zoom -= 1, x >>= 1, y >>= 1) {
        const key = `${zoom}/${x}/${y}`;
        const tile = this.#kept.get(key);
        if (tile?.revision !== revision) continue;
        found.set(key, tile);
        break;
      }
    }
    return [...found.values()];
  }

  #follow() {
    clearTimeout(this.#timer);
    for (const name of this.#followed) {
      if (this.#wanted.includes(name)) continue;
      this.#followed.delete(name);
      this.connection.unsubscribe(this.#prefix + name);
    }
    for (const name of this.#wanted) {
      if (this.#followed.has(name)) continue;
      this.#followed.add(name);
      this.connection.subscribe(this.#prefix + name, (params) => this.#receive(name, params));
    }
  }

  /** @param {string} name @param {any} parts */
  #receive(name, { events = [], error }) {
    // A refusal ends the following; it begins again when the camera moves or the map does.
    if (error && this.#followed.delete(name)) this.connection.unsubscribe(this.#prefix + name);
    for (const event of events) {
      if (event.type !== "layout.tile" || !this.#followed.has(name)) continue;
      this.#kept.delete(name);
      this.#kept.set(name, {
        revision: event.revision, total: event.total, node: decodeColumn(event.node, "u32"), x: decodeUnits(event.x), y: decodeUnits(event.y),
        level: decodeColumn(event.level, "u8"), on: null,
      });
      this.version += 1;
      this.onChange();
    }
    for (const old of this.#kept.keys()) {
      if (this.#kept.size <= MOST_KEPT) break;
      if (!this.#wanted.includes(old)) this.#kept.delete(old);
    }
  }
}
