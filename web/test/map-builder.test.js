import assert from "node:assert/strict";
import { test } from "node:test";
import { changeText, mapProgress, misplacedText, qualityText } from "../format.js";
import { MapBuilder } from "../map-builder.js";

const SIDE = 65535;
const start = (revision, nodes, more = {}) => ({ type: "layout.started", revision, structure: "hnsw", nodes, levels: 2, cells: 0, method: "graph", whole: true, ...more });
const place = (level, node, x, more = {}) => ({ type: "layout.nodes", level, chunk: 0, node, x, y: x.map(() => 0), ...more });
const finished = (revision) => ({ type: "layout.finished", revision });
const near = (column, values) => values.forEach((value, i) => assert.ok(Math.abs(column[i] - value) < 1e-4 || (value !== value && column[i] !== column[i]), `${i}: ${column[i]}, not ${value}`));

/** Takes a builder through time until all is at rest. @returns {number} the time then */
const rest = (builder, now, isReduced = false) => {
  let frames = 0;
  for (let wait = builder.advance(now, isReduced); wait !== null; wait = builder.advance(now, isReduced)) {
    now += Math.max(16, wait);
    assert.ok((frames += 1) < 500, "it never rests");
  }
  return now;
};

test("a chunk that is sent again moves its nodes, and they ease to their new places", () => {
  const builder = new MapBuilder();
  builder.apply([start(1, 2), place(0, [0, 1], [0, 0])]);
  const now = rest(builder, 1000);
  const { map } = builder;
  const before = map.version;
  builder.apply([place(0, [0, 1], [SIDE, 0])]);
  builder.advance(now, false);
  near(map.nodeX, [0, 0]);
  assert.equal(builder.advance(now + 60, false), 0);
  assert.ok(map.nodeX[0] > 0.1 && map.nodeX[0] < 0.99, String(map.nodeX[0]));
  assert.ok(map.version > before);
  assert.equal(builder.advance(now + 500, false), null);
  near(map.nodeX, [1, 0]);
});

test("nodes that come for the first time, or when nothing may move, are there at once", () => {
  const builder = new MapBuilder();
  builder.apply([start(1, 3), place(1, [2], [SIDE])]);
  assert.equal(builder.advance(0, false), null);
  near(builder.map.nodeX, [NaN, NaN, 1]);
  const { settled } = builder.map;
  builder.apply([place(1, [2], [0])]);
  assert.equal(builder.advance(1, true), null);
  near(builder.map.nodeX, [NaN, NaN, 0]);
  assert.ok(builder.map.settled > settled);
});

test("a node that comes while others are on their way has its place, too", () => {
  const builder = new MapBuilder();
  builder.apply([start(1, 2), place(1, [1], [0])]);
  builder.advance(0, false);
  builder.apply([place(1, [1], [SIDE])]);
  builder.advance(10, false);
  builder.apply([place(0, [0], [SIDE])]);
  builder.advance(20, false);
  builder.advance(40, false);
  assert.equal(builder.map.nodeX[0], 1);
  rest(builder, 60);
  near(builder.map.nodeX, [1, 1]);
});

test("drafts of a large map are drawn 15 times a second at most", () => {
  const builder = new MapBuilder();
  builder.apply([start(1, 60_000), place(0, [0], [0])]);
  assert.equal(builder.advance(1000, false), null);
  const { version } = builder.map;
  builder.apply([place(0, [1], [0])]);
  const wait = builder.advance(1010, false);
  assert.ok(wait > 50 && wait < 67, String(wait));
  assert.equal(builder.map.version, version);
  assert.equal(builder.advance(1010 + wait, false), null);
  assert.ok(builder.map.version > version);
});

test("the old map stays until the next revision's covers everything; what moved travels from where it was", () => {
  const builder = new MapBuilder();
  builder.apply([start(1, 2), place(0, [0, 1], [0, SIDE]), finished(1)]);
  const now = rest(builder, 0);
  const old = builder.map;
  builder.apply([start(2, 3, { previous: 1 }), place(1, [2], [0])]);
  assert.equal(builder.map, old);
  near(old.nodeX, [0, 1]);
  builder.apply([
    place(0, [0, 1], [SIDE, 0]),
    { type: "layout.added", revision: 2, count: 1, node: [2] },
    { type: "layout.moved", revision: 2, count: 1, node: [0], fromX: [SIDE], fromY: [SIDE] },
    { type: "layout.removed", revision: 2, count: 0, x: [], y: [] },
  ]);
  const { map } = builder;
  assert.deepEqual([map.revision, map.follows, map.placed], [2, true, 3]);
  assert.ok(map.version > old.version);
  builder.advance(now, false);
  near(map.nodeY, [1, 0, 0]);
  builder.advance(now + 300, false);
  assert.ok(map.nodeY[0] > 0 && map.nodeY[0] < 0.5);
  assert.ok(map.marks.time > 0.1 && map.marks.time < 0.3);
  assert.ok(rest(builder, now + 300) - now <= 2000);
  near(map.nodeY, [0, 0, 0]);
  assert.equal(map.marks, null);
  assert.equal(changeText(map), "revision 2: 1 added, 1 moved");
});

test("who may see nothing move gets the next revision at once, and its words", () => {
  const builder = new MapBuilder();
  builder.apply([start(1, 1), place(0, [0], [0]), finished(1)]);
  builder.advance(0, true);
  builder.apply([
    start(2, 1, { previous: 1 }), { type: "layout.moved", revision: 2, count: 1, node: [0], fromX: [0], fromY: [0] }, place(0, [0], [SIDE])]);
  assert.equal(builder.advance(5, true), null);
  assert.deepEqual([builder.map.nodeX[0], builder.map.marks], [1, null]);
});

test("a newcomer's map has what the revision changed, but nothing moves for it", () => {
  const builder = new MapBuilder();
  builder.apply([
    { type: "layout.added", revision: 3, count: 20, node: [0] }, place(0, [0], [SIDE]), start(3, 1, { previous: 2 }),
    { type: "layout.moved", revision: 3, count: 1, node: [0], fromX: [0], fromY: [0] }, finished(3)], true);
  assert.equal(builder.advance(0, false), null);
  assert.equal(builder.map.nodeX[0], 1);
  assert.equal(builder.map.follows, false);
});

test("an empty revision follows one with nodes", () => {
  const builder = new MapBuilder();
  builder.apply([start(1, 1), place(0, [0], [0])]);
  builder.apply([start(2, 0, { previous: 1 }), finished(2)]);
  assert.equal(builder.map.revision, 2);
});

test("a map that is not whole has its density, a sample, and places of others without drawing them", () => {
  const builder = new MapBuilder();
  builder.apply([
    start(1, 4, { whole: false }), { type: "layout.density", side: 2, most: 9, from: 4, density: [0, SIDE, 1, 2] }, place(0, [1], [SIDE], { sample: true })]);
  const { map } = builder;
  assert.deepEqual([...map.density.cells], [0, SIDE, 1, 2]);
  assert.deepEqual([...map.shown].map(Boolean), [false, true, false, false]);
  const met = { node: Uint32Array.of(0, 1, 9), x: Float32Array.of(0.5, 0.5, 0.5), y: Float32Array.of(0, 0, 0), level: Uint8Array.of(1, 1, 1), on: null };
  builder.know(met);
  near(map.nodeX, [0.5, 1, NaN, NaN]);
  assert.deepEqual([map.placed, map.shown[0], map.nodeLevel[0]], [1, 0, 1]);
  // Once it belongs to the sample it is drawn, and counted.
  builder.apply([place(0, [0], [0], { chunk: 1, sample: true })]);
  rest(builder, 0);
  assert.deepEqual([map.placed, map.shown[0] > 0, map.nodeX[0]], [2, true, 0]);
});

test("a chunk of a sample that comes with other nodes takes the earlier ones away", () => {
  const builder = new MapBuilder();
  const sample = (chunk, node) => place(0, node, node.map(() => 0), { chunk, sample: true });
  builder.apply([start(1, 9, { whole: false }), place(1, [8], [0]), sample(0, [0, 1]), sample(1, [2])]);
  const shown = () => [...builder.map.shown].flatMap((chunk, node) => (chunk > 0 ? [node] : []));
  assert.deepEqual(shown(), [0, 1, 2, 8]);
  // Node 1 has gone from the first chunk to the second, whichever comes first.
  builder.apply([sample(1, [1, 3]), sample(0, [0])]);
  assert.deepEqual(shown(), [0, 1, 3, 8]);
  builder.apply([sample(0, [4, 1]), sample(1, [])]);
  assert.deepEqual([shown(), builder.map.placed], [[1, 4, 8], 3]);
});

test("samples of several levels have chunks of the same number, which leave each other alone", () => {
  const builder = new MapBuilder();
  const sample = (level, node) => place(level, node, node.map(() => 0), { sample: true });
  builder.apply([start(1, 9, { whole: false }), sample(1, [5]), sample(0, [0, 1])]);
  const shown = () => [...builder.map.shown].flatMap((chunk, node) => (chunk > 0 ? [node] : []));
  assert.deepEqual([shown(), builder.map.placed], [[0, 1, 5], 3]);
  builder.apply([sample(1, [6])]);
  assert.deepEqual([shown(), builder.map.placed], [[0, 1, 6], 3]);
});

test("a map that is begun again by the same name goes on, unless it is no longer whole", () => {
  const builder = new MapBuilder();
  builder.apply([start(1, 2), place(0, [0], [0])]);
  const { map } = builder;
  builder.apply([start(1, 2, { method: "refined" })]);
  assert.deepEqual([builder.map === map, map.method], [true, "refined"]);
  builder.apply([start(1, 2, { whole: false })]);
  assert.notEqual(builder.map, map);
});

test("after a restart of the daemon its map of the same revision is another, and the old one stays until that covers everything", () => {
  const builder = new MapBuilder();
  const quality = { type: "layout.quality", revision: 1, neighbours: 15 };
  builder.apply([start(1, 2), place(0, [0, 1], [0, 0]), { type: "layout.links", level: 0, from: [0], to: [1] }, quality, finished(1)]);
  const old = builder.map;
  builder.outlive();
  builder.apply([start(1, 2), place(1, [1], [SIDE])], true);
  assert.equal(builder.map, old);
  // The same daemon, connected to again, goes on with its map.
  builder.apply([start(1, 2, { method: "refined" }), place(0, [0], [SIDE])]);
  const { map } = builder;
  assert.deepEqual([map.method, map.finished, map.quality, map.links.size, map.follows], ["refined", false, null, 0, false]);
  near(map.nodeX, [1, 1]);
  assert.ok(map.version > old.version);
});

test("what a restarted daemon's second revision changed is not shown as a change of the map before the restart", () => {
  const builder = new MapBuilder();
  builder.apply([start(1, 1), place(0, [0], [0]), finished(1)]);
  builder.outlive();
  builder.apply([start(2, 1, { previous: 1 }), place(0, [0], [SIDE])]);
  assert.deepEqual([builder.map.revision, builder.map.follows], [2, false]);
});

test("a map that a restart cut off gives way to the next at once", () => {
  const builder = new MapBuilder();
  builder.apply([start(1, 2), place(0, [0], [0])]);
  builder.outlive();
  const { version } = builder.map;
  builder.apply([start(1, 2)]);
  assert.equal(builder.map.placed, 0);
  assert.ok(builder.map.version > version);
});

test("the progress of the next map is told on the old one", () => {
  const builder = new MapBuilder();
  builder.apply([start(1, 1), place(0, [0], [0]), { type: "layout.progress", done: 1, total: 2 }, finished(1)]);
  assert.equal(mapProgress(builder.map), null);
  builder.apply([{ type: "layout.progress", done: 1, total: 4 }]);
  assert.equal(mapProgress(builder.map), "next map: 25 %");
});

test("the places met are told to each map once, and to one that is whole not at all", () => {
  const met = { node: Uint32Array.of(0), x: Float32Array.of(0.5), y: Float32Array.of(0.5), on: null };
  const whole = new MapBuilder();
  whole.apply([start(1, 1)]);
  whole.know(met);
  assert.deepEqual([met.on, whole.map.nodeX[0]], [null, NaN]);
  const sampled = new MapBuilder();
  sampled.apply([start(1, 1, { whole: false })]);
  sampled.know(met);
  assert.equal(met.on, sampled.map);
});

test("quality, misplaced nodes and progress are told as they come", () => {
  const builder = new MapBuilder();
  builder.apply([start(1, 1000)]);
  assert.equal(mapProgress(builder.map), "map: in the making");
  builder.apply([
    { type: "layout.progress", done: 2, total: 5 }, { type: "layout.misplaced", revision: 1, count: 1, of: 300, node: [3], stretch: [3.1] },
    { type: "layout.quality", revision: 1, neighbours: 15, trustworthiness: 0.934, kept: 0.441, sampled: 300, among: 1000, nodes: 1000 }]);
  const { map } = builder;
  assert.equal(mapProgress(map), "map: 40 %");
  assert.equal(qualityText(map.quality), "trustworthiness .93, 44 % of the 15 nearest kept (300 of 1\u202f000 sampled)");
  assert.equal(qualityText({ ...map.quality, sampled: 1000 }), "trustworthiness .93, 44 % of the 15 nearest kept");
  assert.deepEqual([map.misplaced.node[0], map.misplaced.stretch[0]], [3, Math.fround(3.1)]);
  assert.equal(misplacedText(map), "mark what the projection misplaces among 300 sampled");
  assert.equal(misplacedText({ ...map, total: 300 }), "mark what the projection misplaces");
});

test("a layout that ended without a map leaves no progress beside the finished one", () => {
  const builder = new MapBuilder();
  builder.apply([start(1, 10), { type: "layout.finished", revision: 1 }, { type: "layout.progress", done: 2, total: 5 }]);
  assert.equal(mapProgress(builder.map), "next map: 40 %");
  builder.apply([{ type: "layout.progress", done: 1, total: 1 }]);
  assert.equal(mapProgress(builder.map), null);
});

test("what changed is told in words, also when it is nothing", () => {
  assert.equal(changeText(null), null);
  assert.equal(changeText({ revision: 3, added: null, moved: null, removed: null }), null);
  const count = (value) => ({ count: value });
  assert.equal(changeText({ revision: 3, added: count(20), moved: count(12), removed: count(5) }), "revision 3: 20 added, 12 moved, 5 removed");
  assert.equal(changeText({ revision: 4, added: count(0), moved: count(0), removed: count(0) }), "revision 4: every vector in its place");
});
