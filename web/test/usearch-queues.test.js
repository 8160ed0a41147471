import assert from "node:assert/strict";
import { test } from "node:test";
import { queuesOf } from "../replay/queues.js";

const usearch = (efSearch) => queuesOf({ algorithm: "usearch", efSearch, k: 1 }, false);

const nodes = (entries) => entries.map((entry) => entry.node);

test("of equal distances the one that came last stands first", () => {
  const queues = usearch(3);
  for (const [node, key] of [[1, 2], [2, 1], [3, 2]]) assert.deepEqual(queues.keep(node, key, true), []);
  assert.deepEqual(nodes(queues.results), [2, 3, 1]);
  assert.deepEqual(queues.keep(4, 1, true), [["results", 1]]);
  assert.deepEqual(nodes(queues.results), [4, 2, 3]);
});

test("what may not be a result is a candidate only", () => {
  const queues = usearch(2);
  queues.enter(7, 0.5, false);
  assert.deepEqual(nodes(queues.results), []);
  assert.deepEqual(nodes(queues.candidates), [7]);
  assert.ok(queues.take(7));
  assert.ok(!queues.take(7));
});

test("equal candidates leave in the order of usearch's heap", () => {
  const queues = usearch(9);
  for (const node of [1, 2, 3, 4, 5]) queues.keep(node, 1, false);
  // The last element takes the place of the first, and stays there as no child is nearer.
  for (const node of [1, 5, 4, 3, 2]) assert.ok(queues.take(node), `${node} is not on top`);
  assert.deepEqual(nodes(queues.candidates), []);
});

test("a copy goes its own way", () => {
  const queues = usearch(2);
  queues.keep(1, 1, true);
  const copy = queues.clone();
  copy.keep(2, 0, true);
  assert.deepEqual(nodes(queues.results), [1]);
  assert.deepEqual(nodes(copy.results), [2, 1]);
});
