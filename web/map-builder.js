import { decodeColumn, decodeUnits } from "./columns.js";
import { MapMotion } from "./map-motion.js";
import { workshop } from "./render/workshop.js";

/** Above this number of nodes places do not ease: a second set of places would cost more than it shows. */
const MOST_EASED = 200_000;
/** Letters of columns that are decoded in a worker when they are more. */
const MOST_DECODED = 256 * 1024;
/** In place of the number of a chunk, for nodes that are in no sample. */
const ALWAYS = 65535;

/**
 * Assembles the map of one index from the events of its `layout` stream. A map is filled in place while its layout
 * arrives. The next revision's map is shown as soon as it covers everything; until then the old one stays.
 */
export class MapBuilder {
  /** @type {LayoutMap|null} what the scenes draw; null before the first layout */
  map = null;
  /**
   * The map of a newer revision of which some is still missing.
   * @type {LayoutMap|null}
   */
  #next = null;
  #motion = new MapMotion();

  /**
   * @param {any[]} events of one message
   * @param {boolean} isSnapshot a set of keys in no promised order, in which nothing can be placed before there is a map
   * @returns {boolean} whether there is something new to draw
   */
  apply(events, isSnapshot = false) {
    const isStart = (/** @type {any} */ event) => event.type === "layout.started";
    const ordered = isSnapshot ? [...events.filter(isStart), ...events.filter((event) => !isStart(event))] : events;
    for (const event of ordered) {
      if (isStart(event)) this.#start(event);
      else if (this.map) this.#add(this.#next ?? this.map, event);
    }
    this.#succeedIfCovered();
    return this.map !== null && events.length > 0;
  }

  /**
   * Takes the map to a moment: what has come since is shown, places ease to where they belong.
   * @param {number} now ms @param {boolean} isReduced nothing may move
   * @returns {number|null} ms until it wants to be called again; null when all is at rest
   */
  advance(now, isReduced) {
    return this.map && this.#motion.advance(this.map, now, isReduced);
  }

  /**
   * Takes in places of nodes that are not drawn on the map itself: those of tiles, and those that a search met.
   * @param {{node:Uint32Array,x:Float32Array,y:Float32Array,level?:Uint8Array,on?:any}} places
   */
  know(places) {
    const { map } = this;
    if (!map?.shown || places.on === map) return;
    places.on = map;
    map.known += 1;
    for (let i = 0; i < places.node.length; i += 1) {
      const node = places.node[i];
      if (node >= map.total || map.shown[node]) continue;
      map.nodeX[node] = map.goalX[node] = places.x[i];
      map.nodeY[node] = map.goalY[node] = places.y[i];
      if (places.level) map.nodeLevel[node] = places.level[i];
    }
  }

  /**
   * The daemon was started anew and counts its revisions from the beginning: the map is of none of them. It stays until the
   * next covers everything.
   */
  outlive() {
    this.#next = null;
    if (this.map) Object.assign(this.map, { revision: null, follows: false, added: null, moved: null, removed: null, marks: null });
  }

  /** @param {any} event */
  #start(event) {
    const latest = this.#next ?? this.map;
    const next = emptyMap(event);
    if (latest && latest.revision === next.revision && latest.total === next.total && !latest.shown === !next.shown) {
      const { levels, method, previous } = next;
      Object.assign(latest, { levels, method, previous });
      return;
    }
    const isOutlived = this.map?.revision === null && isCovered(this.map);
    if (this.map && (event.previous !== undefined || isOutlived)) this.#next = next;
    else {
      // What was drawn of a map of the same revision must not be taken for this one.
      next.version = (this.map?.version ?? 0) + 1;
      this.map = next;
      this.#next = null;
      this.#motion = new MapMotion();
    }
  }

  #succeedIfCovered() {
    const next = this.#next;
    if (!next || !isCovered(next)) return;
    const { revision, version } = /** @type {LayoutMap} */ (this.map);
    next.follows = next.previous === revision;
    next.version = version + 1;
    this.map = next;
    this.#next = null;
    this.#motion.succeed();
  }

  /**
   * Decodes columns and takes them in: in a worker when they are large. What came for the same place meanwhile is newer, and stays.
   * @param {LayoutMap} map @param {string} place what they are of @param {any[]} columns @param {("u16"|"u32")[]} types @param {(...values:any[])=>void} take
   */
  async #decode(map, place, columns, types, take) {
    const turn = (map.turns.get(place) ?? 0) + 1;
    map.turns.set(place, turn);
    const letters = columns.reduce((sum, column) => sum + (column?.data?.length ?? 0), 0);
    if (letters <= MOST_DECODED || !workshop.isApart) return take(...columns.map((column, i) => decodeColumn(column, types[i])));
    /** @type {any[]} */
    const values = await workshop.ask("decode", { columns: columns.map((column, i) => ({ column, dtype: types[i] })) });
    if (map.turns.get(place) !== turn || (map !== this.map && map !== this.#next)) return;
    take(...values);
    if (map === this.map) this.#motion.changed();
    this.#succeedIfCovered();
    workshop.tell();
  }

  /** @param {LayoutMap} map @param {any} event */
  #add(map, event) {
    if (map === this.map) this.#motion.changed();
    switch (event.type) {
      case "layout.nodes": return this.#place(map, event);
      case "layout.links":
        this.#decode(map, `links ${event.level}`, [event.from, event.to], ["u32", "u32"], (from, to) => map.links.set(event.level, { from, to }));
        return;
      case "layout.cells":
        map.cells = {
          x: decodeUnits(event.x), y: decodeUnits(event.y), size: decodeColumn(event.size, "u32"),
          start: decodeColumn(event.start, "u32"), px: decodeUnits(event.px), py: decodeUnits(event.py),
        };
        return;
      case "layout.density":
        this.#decode(map, "density", [event.density], ["u16"], (cells) => {
          map.density = { side: event.side, most: event.most, from: event.from, cells };
          map.settled += 1;
        });
        return;
      case "layout.added":
        map.added = { count: event.count, node: decodeColumn(event.node, "u32") };
        return;
      case "layout.moved":
        map.moved = { count: event.count, node: decodeColumn(event.node, "u32"), x: decodeUnits(event.fromX), y: decodeUnits(event.fromY) };
        return;
      case "layout.removed":
        map.removed = { count: event.count, x: decodeUnits(event.x), y: decodeUnits(event.y) };
        return;
      case "layout.quality":
        map.quality = event;
        return;
      case "layout.misplaced":
        map.misplaced = { of: event.of ?? map.total, node: decodeColumn(event.node, "u32"), stretch: decodeColumn(event.stretch, "f32") };
        return;
      case "layout.progress":
        map.progress = event.total > 0 ? event.done / event.total : 0;
        return;
      case "layout.finished":
        if (event.revision !== undefined && event.revision !== map.revision) return;
        map.finished = true;
        map.progress = null;
        return;
    }
  }

  /** @param {LayoutMap} map @param {any} event */
  #place(map, event) {
    const { nodeX, nodeY, goalX, goalY, nodeLevel, shown } = map;
    const node = decodeColumn(event.node, "u32");
    const x = decodeUnits(event.x);
    const y = decodeUnits(event.y);
    const level = event.level ?? 0;
    // Chunks of a sample may hold other nodes when they come again, and a node may be in another one then.
    const chunk = shown && event.sample ? takeChunk(map, `${level}/${event.chunk}`, node) : ALWAYS;
    for (let i = 0; i < node.length; i += 1) {
      const n = node[i];
      if (n >= map.total) continue;
      if (shown ? shown[n] === 0 : nodeX[n] !== nodeX[n]) {
        nodeX[n] = x[i];
        nodeY[n] = y[i];
        map.placed += 1;
        map.hasGrown = true;
      } else if (goalX[n] !== x[i] || goalY[n] !== y[i]) map.hasMoved = true;
      goalX[n] = x[i];
      goalY[n] = y[i];
      nodeLevel[n] = level;
      if (shown) shown[n] = chunk;
    }
  }
}

/**
 * Puts a chunk of a sample in the place of the one before of its key, whose nodes it hides.
 * @param {LayoutMap} map @param {string} key @param {Uint32Array} node
 * @returns {number} its number
 */
function takeChunk(map, key, node) {
  const shown = /** @type {Uint16Array} */ (map.shown);
  const before = map.chunks.get(key);
  const number = before?.number ?? map.chunks.size + 1;
  map.chunks.set(key, { number, node });
  for (const n of before?.node ?? []) {
    if (shown[n] !== number) continue;
    shown[n] = 0;
    map.placed -= 1;
    map.hasGrown = true;
  }
  return number;
}

/** @typedef {{count:number,node:Uint32Array}} Listed the first of so many nodes */
/** @typedef {{x:Float32Array,y:Float32Array,size:Uint32Array,start:Uint32Array,px:Float32Array,py:Float32Array}} Cells */
/**
 * The map of an index, as it is drawn.
 * @typedef {object} LayoutMap
 * @property {"hnsw"|"ivf"|"flat"} structure
 * @property {number|null} revision null when a daemon before this one counted it
 * @property {number} [previous]
 * @property {number} levels
 * @property {string} method
 * @property {number} total nodes
 * @property {Float32Array} nodeX where nodes are drawn, 0 … 1, NaN for those that have no place
 * @property {Float32Array} nodeY
 * @property {Float32Array} goalX where they are on their way to
 * @property {Float32Array} goalY
 * @property {Uint8Array} nodeLevel
 * @property {Uint16Array|null} shown of a map that is not whole, by node the number of the chunk it is drawn for, 0 for those that it does not draw itself
 * @property {Map<string,{number:number,node:Uint32Array}>} chunks of its sample, by LEVEL/CHUNK
 * @property {number} placed nodes that are drawn
 * @property {Map<number,{from:Uint32Array,to:Uint32Array}>} links by level
 * @property {Cells|null} cells
 * @property {{side:number,most:number,from:number,cells:Uint16Array}|null} density
 * @property {any} quality
 * @property {{of:number,node:Uint32Array,stretch:Float32Array}|null} misplaced
 * @property {boolean} finished
 * @property {number|null} progress
 * @property {Listed|null} added against the revision before
 * @property {Listed&{x:Float32Array,y:Float32Array}|null} moved
 * @property {{count:number,x:Float32Array,y:Float32Array}|null} removed
 * @property {boolean} follows that was the map shown until now
 * @property {number} version rises with each change of what is drawn
 * @property {number} settled rises with each change of the places at rest
 * @property {number} grown rises when other nodes are drawn
 * @property {number} known rises when places of nodes that are not drawn became known
 * @property {Map<string,number>} turns by what came: how often it came
 * @property {boolean} hasGrown since it was last drawn
 * @property {boolean} hasMoved likewise
 * @property {{time:number}|null} marks of `follows`, `time` 0 … 1
 */

/**
 * @param {any} event `layout.started`
 * @returns {LayoutMap}
 */
function emptyMap(event) {
  const total = event.nodes;
  const levels = Array.isArray(event.levels) ? event.levels.length : event.levels ?? 1;
  const places = () => new Float32Array(total).fill(NaN);
  const nodeX = places();
  const nodeY = places();
  const isEased = total <= MOST_EASED;
  return {
    structure: event.structure, revision: event.revision, previous: event.previous, levels: Math.max(1, levels), method: event.method ?? "",
    total, nodeX, nodeY, goalX: isEased ? places() : nodeX, goalY: isEased ? places() : nodeY, nodeLevel: new Uint8Array(total),
    shown: event.whole === false ? new Uint16Array(total) : null, chunks: new Map(),
    placed: 0, links: new Map(), cells: null, density: null, quality: null, misplaced: null, finished: false, progress: null,
    added: null, moved: null, removed: null, follows: false, version: 1, settled: 1, grown: 1, known: 0, turns: new Map(),
    hasGrown: false, hasMoved: false, marks: null,
  };
}

const isCovered = (/** @type {LayoutMap} */ map) => map.finished || (map.shown ? map.density !== null && map.placed > 0 : map.placed >= map.total);
