import assert from "node:assert/strict";
import { test } from "node:test";
import { MapBuilder } from "../map-builder.js";
import { SearchList } from "../search-list.js";
import { SearchLog } from "../search-log.js";
import { Store } from "../store.js";

const header = { algorithm: "faissFlat", k: 1, efSearch: 0, nprobe: 0, bare: true, largerIsNearer: false, stages: [] };
const started = (search, more = {}) => ({ type: "search.started", search, index: "a", revision: 1, followed: true, header, ...more });
const columns = (count) => {
  const fill = (value) => Array(count).fill(value);
  return { kind: fill(2), flags: fill(0), layer: fill(-1), from: fill(0xffffffff), to: Array.from({ length: count }, (_, i) => i), distance: fill(1) };
};
const steps = (search, first, count) => ({ type: "search.steps", search, first, ...columns(count) });
const finished = (search, events) => ({ type: "search.finished", search, events, results: [{ label: 1, node: 0, distance: 1 }], microseconds: 5, truncated: false });

test("a search grows with its steps and is complete when all are there", () => {
  const list = new SearchList();
  list.apply(started("s1"));
  list.apply(steps("s1", 0, 3));
  const search = list.apply(steps("s1", 3, 4));
  assert.deepEqual([search.length, search.complete, search.gap], [7, false, false]);
  list.apply(steps("s1", 3, 4));
  assert.equal(search.length, 7);
  list.apply(finished("s1", 7));
  assert.deepEqual([search.complete, search.replay.at(7, 7).evaluated], [true, 7]);
});

test("lost steps leave a gap that the trace fills", () => {
  const list = new SearchList();
  list.apply(started("s1"));
  list.apply(steps("s1", 0, 3));
  const search = list.apply(steps("s1", 5, 2));
  assert.deepEqual([search.length, search.gap], [3, true]);
  list.apply(finished("s1", 7));
  assert.equal(search.complete, false);
  list.fill({ search: "s1", columns: columns(7), results: [], microseconds: 5, truncated: false });
  assert.deepEqual([search.length, search.gap, search.complete], [7, false, true]);
  assert.equal(search.replay.at(7, 7).evaluated, 7);
});

test("a search whose steps do not come is filled when it is looked at", () => {
  const list = new SearchList();
  const search = list.apply(started("s1", { followed: false }));
  list.apply(finished("s1", 4));
  assert.deepEqual([search.gap, search.complete], [true, false]);
  list.fill({ search: "s1", columns: columns(4), results: [], microseconds: 5 });
  assert.deepEqual([search.gap, search.complete], [false, true]);
});

test("searches and their steps are bounded, but the one that is looked at stays", () => {
  const list = new SearchList({ most: 3, mostSteps: 1000 });
  list.pinned = "s1";
  for (let i = 1; i <= 6; i += 1) {
    list.apply(started(`s${i}`));
    list.apply(steps(`s${i}`, 0, 400));
    list.apply(finished(`s${i}`, 400));
  }
  assert.deepEqual(list.all.map((search) => search.id), ["s6", "s5", "s1"]);
  assert.equal(list.get("s1").length, 400);
  list.apply(started("s7"));
  const given = list.get("s5") ?? list.get("s6");
  assert.ok(given.length === 400 || given.gap, "what was given up can be fetched again");
});

test("also searches that run on, or hold nothing but results, are bounded", () => {
  const list = new SearchList({ most: 100, mostSteps: 2000 });
  for (let i = 1; i <= 5; i += 1) {
    list.apply(started(`s${i}`));
    list.apply(steps(`s${i}`, 0, 900));
  }
  list.apply(started("s6"));
  assert.deepEqual(list.all.map((search) => search.length), [0, 900, 900, 0, 0, 0]);
  list.apply(steps("s1", 900, 5));
  assert.deepEqual([list.get("s1").length, list.get("s1").gap], [0, true]);
  const many = Array.from({ length: 200 }, (_, node) => ({ label: node, node, distance: node }));
  for (let i = 4; i <= 6; i += 1) list.apply({ ...finished(`s${i}`, 0), results: many });
  assert.equal(list.get("s4"), null);
  assert.equal(list.get("s6").results.length, 200);
});

test("steps of unknown searches are passed over", () => {
  const list = new SearchList();
  assert.equal(list.apply(steps("s9", 0, 3)), null);
  assert.equal(list.apply(finished("s9", 3)), null);
});

test("places that a search met are kept with it, and those of its whole trace replace them", () => {
  const list = new SearchList();
  list.apply(started("s1"));
  const search = list.apply({ ...steps("s1", 0, 3), placedNode: [7], placedX: [65535], placedY: [0] });
  assert.deepEqual(search.placed.map(({ node, x, y }) => [...node, ...x, ...y]), [[7, 1, 0]]);
  list.fill({ search: "s1", columns: { ...columns(3), placedNode: [7, 8], placedX: [0, 1], placedY: [0, 1] } });
  assert.deepEqual(search.placed.map(({ node }) => [...node]), [[7, 8]]);
});

const start = (revision, nodes) => ({ type: "layout.started", revision, structure: "hnsw", nodes, levels: 2, cells: 0, method: "pca" });
const place = (level, node, x) => ({ type: "layout.nodes", level, chunk: 0, node: [node], x: [x], y: [0] });

test("a map is assembled in whatever order its snapshot comes, and anew with a new revision", () => {
  const builder = new MapBuilder();
  assert.equal(builder.apply([place(0, 0, 1)]), false);
  builder.apply([place(1, 1, 65535), start(1, 3), { type: "layout.links", level: 1, from: [0], to: [1] }], true);
  const first = builder.map;
  assert.deepEqual([...first.nodeX], [NaN, 1, NaN]);
  assert.deepEqual([...first.nodeLevel], [0, 1, 0]);
  builder.apply([start(1, 3), place(0, 2, 0)]);
  assert.equal(builder.map, first);
  builder.apply([{ type: "layout.finished", revision: 1 }]);
  assert.equal(first.finished, true);
  builder.apply([start(2, 5)]);
  assert.notEqual(builder.map, first);
  assert.deepEqual([builder.map.nodeX.length, builder.map.finished, builder.map.links.size], [5, false, 0]);
});

test("nodes beyond the map are passed over", () => {
  const builder = new MapBuilder();
  builder.apply([start(1, 2), place(0, 7, 65535)]);
  assert.deepEqual([...builder.map.nodeX], [NaN, NaN]);
});

test("the indexes follow their events, and a refused file keeps the old revision", () => {
  const store = new Store();
  store.setIndexes([{ name: "a", revision: 1 }, { name: "b", revision: 1 }]);
  store.applyIndex({ type: "index.failed", name: "a", error: { message: "cut short", offset: 96 }, keepsRevision: 1 });
  assert.equal(store.indexes.get("a").summary.revision, 1);
  assert.deepEqual(store.indexes.get("a").failure, { message: "cut short", offset: 96, keepsRevision: 1 });
  store.applyIndex({ type: "index.changed", index: { name: "a", revision: 2 } });
  assert.deepEqual([store.indexes.get("a").failure, store.indexes.get("a").summary.revision], [null, 2]);
  store.applyIndex({ type: "index.removed", name: "b" });
  assert.deepEqual([...store.indexes.keys()], ["a"]);
});

test("an index whose file broke with no earlier revision is nothing to look at, and its progress ends with it", () => {
  const store = new Store();
  store.applyIndex({ type: "index.loaded", index: { name: "large", revision: 1, settled: false } });
  store.applyIndex({ type: "index.progress", name: "large", phase: "checking", done: 5, total: 9 });
  assert.equal(store.indexes.get("large").progress.done, 5);
  store.applyIndex({ type: "index.failed", name: "large", error: { message: "written to" } });
  assert.deepEqual(
    [store.indexes.get("large").summary, store.indexes.get("large").progress, store.indexes.get("large").failure.message],
    [null, null, "written to"]);
  store.applyIndex({ type: "index.changed", index: { name: "large", revision: 2, settled: true } });
  store.applyIndex({ type: "index.progress", name: "large", phase: "checking", done: 1, total: 1 });
  assert.deepEqual([store.indexes.get("large").summary.revision, store.indexes.get("large").progress], [2, null]);
  // A newcomer may hear of the progress of an index that is gone.
  store.applyIndex({ type: "index.progress", name: "gone", phase: "checking", done: 1, total: 2 });
  assert.equal(store.indexes.has("gone"), false);
});

test("another index begins without map and searches; another daemon has neither the searches nor the revisions of the one before", () => {
  const store = new Store(new SearchLog());
  store.setIndexes([{ name: "a" }, { name: "b" }]);
  store.select("a");
  store.layout.apply([start(1, 2)]);
  store.searches.apply(started("s1"));
  store.outliveDaemon();
  assert.deepEqual([store.searches.all.length, store.map.total, store.map.revision], [0, 2, null]);
  store.searches.apply(started("s1"));
  store.select("b");
  assert.deepEqual([store.searches.all.length, store.map], [0, null]);
});

test("the minute is fed whichever view is shown, and told what the index and the stream went through", () => {
  const store = new Store(new SearchLog());
  store.setIndexes([{ name: "a", revision: 1, count: 5 }]);
  store.select("a");
  const at = performance.timeOrigin + performance.now();
  const search = store.log.apply({ ...started("s1"), at, source: "shop" });
  assert.deepEqual([search.ordinal, store.minute.total, store.minute.figures(at + 10).count], [1, 1, 1]);
  assert.equal(store.log.apply({ type: "search.finished", search: "s9" }), null);
  store.applyIndex({ type: "index.changed", index: { name: "a", revision: 1, count: 5, settled: true } });
  store.applyIndex({ type: "index.changed", index: { name: "b", revision: 2, count: 5 } });
  store.applyIndex({ type: "index.changed", index: { name: "a", revision: 2, count: 7 } });
  store.applyLayout([start(2, 7), { type: "layout.added", revision: 2, count: 3, node: [] }, { type: "layout.removed", revision: 2, count: 1, x: [], y: [] }]);
  store.log.lose();
  store.outliveDaemon();
  const texts = store.minute.marks(at + 1000).map(({ text }) => text);
  assert.deepEqual(texts, ["r2: 3 vectors added, 1 vector removed", "some events were lost", "the daemon was started anew"]);
  store.select(null);
  assert.equal(store.minute.total, 0);
});
