import { readdirSync, readFileSync } from "node:fs";
import { Replay } from "../replay.js";

const folder = new URL("../../Tests/Golden/traces/", import.meta.url);

/** A recorded search as the page holds it. @param {string} name of the file without ".json" @returns {any} */
export function golden(name) {
  const header = JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8"));
  const { kind, flags, layer, from, to, distance } = header.columns;
  const columns = {
    kind: Uint8Array.from(kind), flags: Uint8Array.from(flags), layer: Int16Array.from(layer), from: Uint32Array.from(from), to: Uint32Array.from(to),
    distance: Float32Array.from(distance, (value) => value ?? NaN),
  };
  return { id: name, header, columns, length: kind.length, complete: true, results: header.results, recall: null, microseconds: null, replay: new Replay(header, columns) };
}

golden.names = readdirSync(folder).filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -5));
