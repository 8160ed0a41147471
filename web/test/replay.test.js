import assert from "node:assert/strict";
import { test } from "node:test";
import { Replay, replayAt } from "../replay.js";
import { Kind, NONE } from "../replay/kinds.js";

const none = NaN;
/** @param {[number,number,number,number,number,number?][]} rows kind, layer, from, to, distance, flags */
function columnsOf(rows) {
  return {
    kind: Uint8Array.from(rows, (r) => r[0]), layer: Int16Array.from(rows, (r) => r[1]),
    from: Uint32Array.from(rows, (r) => r[2]), to: Uint32Array.from(rows, (r) => r[3]),
    distance: Float32Array.from(rows, (r) => r[4]), flags: Uint8Array.from(rows, (r) => r[5] ?? 0),
  };
}

const graph = { algorithm: "hnswlib", k: 1, efSearch: 2, nprobe: 0, bare: true, largerIsNearer: false };
const descent = columnsOf([
  [Kind.enter, 1, NONE, 7, 9],
  [Kind.expand, 1, NONE, 7, 9], [Kind.keep, 1, 7, 3, 5], [Kind.reject, 1, 7, 4, 6],
  [Kind.expand, 1, NONE, 3, 5], [Kind.reject, 1, 3, 7, 9],
  [Kind.descend, 1, NONE, 3, 5],
  [Kind.enter, 0, NONE, 3, 5],
  [Kind.expand, 0, NONE, 3, 5], [Kind.keep, 0, 3, 1, 4], [Kind.keep, 0, 3, 2, 3], [Kind.reject, 0, 3, 8, 8],
  [Kind.expand, 0, NONE, 2, 3],
  [Kind.stop, 0, 1, 1, 4],
]);

test("a graph search is followed down its layers", () => {
  const replay = new Replay(graph, descent);
  const scanning = replay.at(4);
  assert.equal(scanning.layer, 1);
  assert.equal(scanning.current, 3);
  assert.deepEqual([...(scanning.visited.get(1) ?? [])], [7, 3, 4]);
  const end = replay.at(descent.kind.length);
  assert.equal(end.stopReason, "bound");
  assert.deepEqual(end.results, [{ node: 2, distance: 3 }, { node: 1, distance: 4 }]);
  assert.deepEqual(end.candidates, [{ node: 1, distance: 4 }]);
  assert.deepEqual(end.route, [{ layer: 1, node: 7 }, { layer: 1, node: 3 }, { layer: 0, node: 3 }, { layer: 0, node: 2 }]);
  assert.deepEqual(end.perLayer, [
    { layer: 1, nodes: 3, distances: 4, hops: 2, best: 5 }, { layer: 0, nodes: 4, distances: 4, hops: 2, best: 3 },
  ]);
  assert.equal(end.best, 3);
});

test("what a filter leaves out of a cell is not measured", () => {
  const ivf = { algorithm: "faissIVF", k: 2, efSearch: 0, nprobe: 1, bare: false, largerIsNearer: false };
  const scan = columnsOf([
    [Kind.rank, -1, NONE, 0, 1], [Kind.open, -1, NONE, 0, 1],
    [Kind.reject, -1, 0, 5, none, 128], [Kind.keep, -1, 0, 6, 4], [Kind.reject, -1, 0, 7, none, 128],
    [Kind.stop, -1, NONE, 2, none],
  ]);
  const end = new Replay(ivf, scan).at(scan.kind.length);
  assert.equal(end.evaluated, 2);
  assert.deepEqual(end.results, [{ node: 6, distance: 4 }]);
  assert.equal(end.leftOut, 2);
  assert.deepEqual(end.perCell, [{ cell: 0, order: 1, distance: 1, size: 3, computed: 1, kept: 1 }]);
});

test("a deleted entry is expanded without a distance and is no result", () => {
  const columns = columnsOf([
    [Kind.enter, 0, NONE, 5, none, 0x80], [Kind.expand, 0, NONE, 5, none],
    [Kind.keep, 0, 5, 6, 2, 0x80], [Kind.keep, 0, 5, 1, 4],
  ]);
  const state = replayAt({ ...graph, bare: false }, columns, 4);
  assert.deepEqual(state.results, [{ node: 1, distance: 4 }]);
  assert.deepEqual(state.candidates.map((c) => c.node), [6, 1]);
  // hnswlib computes the entry point's distance before it finds it deleted.
  assert.equal(state.evaluated, 3);
});

test("an IVF search ranks, opens and keeps", () => {
  const columns = columnsOf([
    [Kind.enter, -1, NONE, NONE, none], [Kind.rank, -1, NONE, 0, 3], [Kind.rank, -1, NONE, 1, 2],
    [Kind.open, -1, NONE, 1, 2], [Kind.keep, -1, 1, 10, 5], [Kind.reject, -1, 1, 11, 6], [Kind.keep, -1, 1, 12, 1],
    [Kind.open, -1, NONE, 0, 3], [Kind.stop, -1, NONE, 2, none],
  ]);
  const ivf = { ...graph, algorithm: "faissIVF", efSearch: 0, nprobe: 2 };
  const end = replayAt(ivf, columns, 9);
  assert.deepEqual(end.litCells, [1, 0]);
  assert.deepEqual([...end.ranks], [[0, 3], [1, 2]]);
  assert.deepEqual(end.results, [{ node: 12, distance: 1 }]);
  assert.deepEqual(end.perCell, [
    { cell: 1, order: 1, distance: 2, size: 3, computed: 3, kept: 2 }, { cell: 0, order: 2, distance: 3, size: 0, computed: 0, kept: 0 },
  ]);
  const products = replayAt({ ...ivf, largerIsNearer: true }, columns, 5);
  assert.deepEqual(products.results, [{ node: 10, distance: 5 }]);
  assert.equal(products.best, 5);
});

test("going back gives what going forward gave, over many checkpoints and growing columns", () => {
  const rows = [[Kind.enter, 0, NONE, 0, 1000]];
  let seed = 1;
  for (let i = 1; i < 3000; i += 1) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    rows.push([i % 3 ? Kind.keep : Kind.reject, 0, 0, i, seed % 997]);
  }
  const columns = columnsOf(/** @type {any} */ (rows));
  const header = { ...graph, k: 10, efSearch: 50 };
  const replay = new Replay(header, columnsOf(/** @type {any} */ (rows.slice(0, 100))));
  assert.equal(replay.at(3000).cursor, 100);
  replay.columns = columns;
  replay.at(3000);
  for (const cursor of [2999, 1500, 512, 511, 513, 0, 1024, 3000]) {
    assert.deepEqual(replay.at(cursor), replayAt(header, columns, cursor), `cursor ${cursor}`);
  }
});
