import assert from "node:assert/strict";
import { test } from "node:test";
import { Kind } from "../replay/kinds.js";
import { boundariesOf, boundaryFrom, wholeExpansion } from "../steps.js";
import { golden } from "./golden.js";

test("a graph's expansions end before the next node's links are read, and its layers begin when they are entered", () => {
  const search = golden("hnswlib_deep");
  const { kind, layer } = search.columns;
  const { expansions, parts, length } = boundariesOf(search);
  assert.equal(length, search.length);
  assert.deepEqual(expansions.filter((at) => at < length).map((at) => kind[at]).filter((one) => one === Kind.keep || one === Kind.reject), []);
  assert.equal(expansions.at(-1), length);
  assert.ok(expansions.filter((at) => kind[at] === Kind.expand).length > 3);
  const entered = [...kind.keys()].filter((i) => kind[i] === Kind.enter);
  assert.deepEqual(parts, entered.map((i) => i + 1));
  assert.deepEqual(entered.map((i) => layer[i]), [...new Set(entered.map((i) => layer[i]))].sort((a, b) => b - a), "from the top down");
});

test("a scan's parts are its centroids and its cells", () => {
  const search = golden("faiss_ivf_l2");
  const { kind } = search.columns;
  const { parts, expansions } = boundariesOf(search);
  const opened = [...kind.keys()].filter((i) => kind[i] === Kind.open).map((i) => i + 1);
  assert.equal(parts[0], 1);
  for (const at of opened) assert.ok(parts.includes(at), `${at}`);
  for (const at of opened) assert.ok(expansions.includes(at - 1), `${at}`);
});

test("every golden trace can be walked through by expansions and by parts, there and back", () => {
  for (const name of golden.names) {
    const search = golden(name);
    for (const list of Object.values(boundariesOf(search)).filter(Array.isArray)) {
      assert.deepEqual(list, [...list].sort((a, b) => a - b));
      assert.equal(new Set(list).size, list.length, `${name}: none twice`);
      let cursor = 0;
      let count = 0;
      for (; cursor < search.length; count += 1) {
        const next = boundaryFrom(list, cursor, 1, search.length);
        assert.ok(next > cursor, `${name} ${cursor}`);
        cursor = next;
      }
      for (; cursor > 0; count -= 1) cursor = boundaryFrom(list, cursor, -1, search.length);
      assert.equal(count, 0, name);
    }
  }
});

test("from a place in between, one goes to the boundaries on either side", () => {
  assert.deepEqual([boundaryFrom([3, 7, 9], 5, 1, 9), boundaryFrom([3, 7, 9], 5, -1, 9), boundaryFrom([3, 7, 9], 3, -1, 9), boundaryFrom([3, 7], 7, 1, 9)], [7, 3, 0, 9]);
  assert.deepEqual([boundaryFrom([], 5, 1, 9), boundaryFrom([], 5, -1, 9), boundaryFrom([3, 7, 9], 0, 2, 9)], [9, 0, 7]);
});

test("a graph is shown by whole expansions, a scan step by step", () => {
  const boundaries = { length: 9, expansions: [3, 7, 9], parts: [] };
  const graph = Int16Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0);
  assert.deepEqual([2, 3, 5, 8].map((at) => wholeExpansion(boundaries, at, graph)), [2, 3, 3, 7]);
  assert.equal(wholeExpansion(boundaries, 5, graph.fill(-1)), 5);
});

test("an empty trace has no boundaries", () => {
  const none = { kind: new Uint8Array(0), flags: new Uint8Array(0), layer: new Int16Array(0), from: new Uint32Array(0), to: new Uint32Array(0), distance: new Float32Array(0) };
  assert.deepEqual(boundariesOf({ header: { algorithm: "hnswlib" }, columns: none, length: 0 }), { length: 0, expansions: [], parts: [] });
});
