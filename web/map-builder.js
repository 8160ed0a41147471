import { decodeColumn } from "./columns.js";

const SPAN = 65535;
const toUnit = (column) => Float32Array.from(decodeColumn(column, "u16"), (value) => value / SPAN);

/**
 * Assembles the map of one index from the events of its `layout` stream. A map is filled in place while its layout
 * arrives; a new revision starts a new map.
 */
export class MapBuilder {
  /** @type {any} what the scenes draw; null before the first layout */
  map = null;

  /** @param {any[]} events of one message @returns {boolean} whether the map changed */
  apply(events) {
    // A snapshot is a set of keys in no promised order, but nothing can be placed before there is a map.
    const first = events.filter((event) => event.type === "layout.started");
    const rest = events.filter((event) => event.type !== "layout.started");
    for (const event of first) this.#start(event);
    if (!this.map) return false;
    for (const event of rest) this.#add(event);
    return events.length > 0;
  }

  #start(event) {
    const { map } = this;
    const count = event.nodes;
    const levels = Array.isArray(event.levels) ? event.levels.length : event.levels ?? 1;
    if (map && map.revision === event.revision && map.nodeX.length === count) return;
    this.map = {
      structure: event.structure, revision: event.revision, levels: Math.max(1, levels), method: event.method ?? "",
      nodeX: new Float32Array(count).fill(NaN), nodeY: new Float32Array(count).fill(NaN), nodeLevel: new Uint8Array(count),
      links: new Map(), cells: null, finished: false, done: 0, total: count,
    };
  }

  #add(event) {
    const { map } = this;
    switch (event.type) {
      case "layout.nodes": return this.#place(event);
      case "layout.links":
        map.links.set(event.level, { from: decodeColumn(event.from, "u32"), to: decodeColumn(event.to, "u32") });
        return;
      case "layout.cells":
        map.cells = this.#cells(event);
        return;
      case "layout.progress":
        map.done = event.done;
        map.total = event.total;
        return;
      case "layout.finished":
        if (event.revision === undefined || event.revision === map.revision) map.finished = true;
        return;
    }
  }

  #place(event) {
    const { nodeX, nodeY, nodeLevel } = this.map;
    const node = decodeColumn(event.node, "u32");
    const x = toUnit(event.x);
    const y = toUnit(event.y);
    for (let i = 0; i < node.length; i += 1) {
      if (node[i] >= nodeX.length) continue;
      nodeX[node[i]] = x[i];
      nodeY[node[i]] = y[i];
      nodeLevel[node[i]] = event.level ?? 0;
    }
  }

  /** Cells are sent in the order of their columns; the scenes look them up by their number. */
  #cells(event) {
    const cell = decodeColumn(event.cell, "u32");
    const sent = { x: toUnit(event.x), y: toUnit(event.y), size: decodeColumn(event.size, "u32"), start: decodeColumn(event.start, "u32") };
    const px = toUnit(event.px);
    const py = toUnit(event.py);
    if (cell.every((number, i) => number === i)) return { ...sent, px, py };
    const count = cell.reduce((most, number) => Math.max(most, number + 1), 0);
    const rows = new Map(Array.from(cell, (number, i) => [number, i]));
    const out = {
      x: new Float32Array(count).fill(NaN), y: new Float32Array(count).fill(NaN), size: new Uint32Array(count),
      start: new Uint32Array(count + 1), px: new Float32Array(px.length), py: new Float32Array(py.length),
    };
    let corner = 0;
    for (let number = 0; number < count; number += 1) {
      out.start[number] = corner;
      const row = rows.get(number);
      if (row === undefined) continue;
      out.x[number] = sent.x[row];
      out.y[number] = sent.y[row];
      out.size[number] = sent.size[row];
      for (let i = sent.start[row]; i < sent.start[row + 1]; i += 1, corner += 1) {
        out.px[corner] = px[i];
        out.py[corner] = py[i];
      }
    }
    out.start[count] = corner;
    return out;
  }
}
