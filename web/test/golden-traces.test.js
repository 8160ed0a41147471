import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Kind, Replay, replayAt } from "../replay.js";

const folder = new URL("../../Tests/Golden/traces/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".json"));

/** A recorded search with its columns as the page holds them. */
function golden(name) {
  const trace = JSON.parse(readFileSync(new URL(name, folder), "utf8"));
  const { kind, flags, layer, from, to, distance } = trace.columns;
  const columns = {
    kind: Uint8Array.from(kind), flags: Uint8Array.from(flags), layer: Int16Array.from(layer),
    from: Uint32Array.from(from), to: Uint32Array.from(to),
    distance: Float32Array.from(distance, (value) => value ?? NaN),
  };
  return { trace, columns };
}

test("there are traces of both libraries", () => {
  assert.ok(names.some((name) => name.startsWith("hnswlib")) && names.some((name) => name.startsWith("faiss")));
});

for (const name of names) {
  const { trace, columns } = golden(name);
  const length = columns.kind.length;

  test(`${name}: the replayed results are the search's`, () => {
    const end = replayAt(trace, columns, length);
    const found = end.results.slice(0, trace.k);
    const wanted = trace.results.map((row) => Math.fround(row.distance));
    assert.deepEqual(found.map((row) => Math.fround(row.distance)), wanted);
    // Equal distances may change places: the library orders them by label, which a replay does not know.
    const isTied = new Set(wanted).size < wanted.length || end.results.length > trace.k;
    if (!isTied) assert.deepEqual(found.map((row) => row.node), trace.results.map((row) => row.node));
    assert.notEqual(end.stopReason, null);
  });

  test(`${name}: layers, cells and counts follow from the events`, () => {
    const end = replayAt(trace, columns, length);
    const opened = [...columns.to].filter((_, i) => columns.kind[i] === Kind.open);
    assert.deepEqual(end.litCells, opened);
    assert.equal(end.ranks.size, trace.counters.centroids);
    if (trace.algorithm === "hnswlib") {
      assert.equal(end.perLayer.reduce((sum, row) => sum + row.hops, 0), trace.counters.expansions);
    } else {
      assert.equal(end.evaluated, trace.counters.distances);
    }
  });

  test(`${name}: any cursor gives the same going forwards, going back and from the start`, () => {
    const replay = new Replay(trace, columns);
    const cursors = [0, 1, Math.floor(length / 3), Math.floor(length / 2), length - 1, length];
    const forwards = cursors.map((cursor) => structuredClone(replay.at(cursor)));
    const backwards = cursors.slice().reverse().map((cursor) => structuredClone(replay.at(cursor))).reverse();
    assert.deepEqual(backwards, forwards);
    assert.deepEqual(cursors.map((cursor) => structuredClone(replayAt(trace, columns, cursor))), forwards);
  });
}
