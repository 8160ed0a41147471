import assert from "node:assert/strict";
import { test } from "node:test";
import { LocalMap, ringsOf } from "../local-map.js";

const answer = { search: "s1", node: [4, 7, 2], x: [0.5, 0, -1], y: [0, 0.5, 0], query: { x: 0, y: 0, spread: 0 }, stress: 0.25 };
/** The same directions from (0.5, 0.5), but for node 2, which is far off. */
const map = { nodeX: Float32Array.of(NaN, NaN, 0.1, NaN, 0.6, NaN, NaN, 0.5), nodeY: Float32Array.of(NaN, NaN, 0.5, NaN, 0.5, NaN, NaN, 0.6) };
const place = { x: 0.5, y: 0.5 };

test("points start where the map has them and end where they belong", () => {
  const local = new LocalMap(answer);
  assert.equal(local.ease(1000, map, place, false), true);
  // Products 0.05 + 0.05 + 0.4 over squares 0.01 + 0.01 + 0.16: the scale is 2.78, and node 2 stands at the rim.
  assert.ok(Math.abs(local.x[0] - 0.278) < 0.001 && Math.abs(local.y[1] - 0.278) < 0.001);
  assert.ok(Math.abs(local.x[2] + 1) < 1e-6);
  assert.equal(local.ease(1300, map, place, false), true);
  assert.ok(local.x[0] > 0.278 && local.x[0] < 0.5);
  assert.equal(local.ease(1600, map, place, false), false);
  assert.deepEqual([...local.x, ...local.y], [0.5, 0, -1, 0, 0.5, 0]);
});

test("with reduced motion, or without a map, points are there at once", () => {
  for (const [one, isReduced] of [[map, true], [null, false]]) {
    const local = new LocalMap(answer);
    assert.equal(local.ease(0, one, place, isReduced), false);
    assert.deepEqual([...local.x], [0.5, 0, -1]);
  }
});

test("a node that the map does not have starts where it belongs", () => {
  const local = new LocalMap({ ...answer, node: [4, 7, 900] });
  local.ease(0, map, place, false);
  assert.deepEqual([local.x[2], local.y[2]], [-1, 0]);
});

test("it says how many it shows and how far they can be trusted", () => {
  assert.deepEqual(new LocalMap(answer).lines, ["local map of 3 candidates, projected (stress 0.25)", "farther from the query is drawn farther; rings are true distances"]);
  assert.deepEqual(new LocalMap({ ...answer, stress: undefined, sampled: true }).lines, [
    "local map of 3 nearest candidates, projected", "farther from the query is drawn farther; rings are true distances",
  ]);
});

test("rings stand at round distances, in proportion between what was measured", () => {
  assert.deepEqual(ringsOf([{ radius: 0.2, distance: 1 }, { radius: 0.4, distance: 3 }, { radius: 1, distance: 9 }]), [
    { distance: 2, radius: 0.30000000000000004 }, { distance: 4, radius: 0.5 }, { distance: 6, radius: 0.7 }, { distance: 8, radius: 0.9 },
  ]);
});

test("where larger is nearer the rings' distances fall outwards", () => {
  const rings = ringsOf([{ radius: 0, distance: 0.9 }, { radius: 1, distance: -0.1 }]);
  assert.deepEqual(rings.map(({ distance }) => distance), [0, 0.5]);
  assert.ok(rings[0].radius > rings[1].radius);
});

test("without two distances there are no rings", () => {
  assert.deepEqual(ringsOf([]), []);
  assert.deepEqual(ringsOf([{ radius: 0, distance: 1 }, { radius: 1, distance: 1 }]), []);
});

test("rings come from the measured vectors of the base layer alone", () => {
  const local = new LocalMap(answer);
  const columns = {
    kind: [0, 1, 2, 3, 1], flags: [0, 0, 0, 0, 0], layer: [1, 0, 0, 0, 0], from: [0, 0, 0, 0, 0], to: [4, 4, 2, 4, 7], distance: [99, 1, 3, NaN, 1],
  };
  const rings = local.rings({ header: { algorithm: "hnswlib", stages: [{ name: "graph", nodes: "vectors", algorithm: "hnswlib", k: 1 }] }, columns, length: 5 });
  assert.deepEqual(rings.map(({ distance }) => distance), [1.5, 2, 2.5]);
});
