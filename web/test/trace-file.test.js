import assert from "node:assert/strict";
import { test } from "node:test";
import { MapBuilder } from "../map-builder.js";
import { SearchList } from "../search-list.js";
import { nodesOf, traceFile } from "../sharing/trace-file.js";
import { readTrace, TraceFileError } from "../sharing/read-trace.js";

const NONE = 0xffffffff;

const header = { algorithm: "hnswlib", k: 2, efSearch: 4, nprobe: 0, bare: true, largerIsNearer: false, transformed: false, stages: [{ name: "search", nodes: "vectors", algorithm: "hnswlib", k: 2, efSearch: 4 }] };
const summary = {
  name: "photos", library: "hnswlib", kind: "HNSW", structure: "hnsw", metric: "l2", metricGuessed: false, largerIsNearer: false, dimension: 8, count: 4, deleted: 0, settled: true, searchable: true,
  revision: 3, bytes: 100, defaults: { k: 5 }, hasMedia: true, hasCaptions: true, columns: [], queries: 0, warnings: [], levels: [4, 1], entryPoint: 0, M: 6, efConstruction: 30,
};
const answer = {
  search: "s7", index: "photos", revision: 3, started: { type: "search.started", search: "s7", index: "photos", revision: 3, at: 5, followed: true, label: 2, source: "bench", header },
  columns: { kind: [0, 1, 3, 1, 2, 9], flags: [0, 0, 0, 0, 0, 0], layer: [1, 1, 0, 0, 0, 0], from: [NONE, 0, NONE, 1, 1, NONE], to: [0, 1, 1, 2, 3, 0], distance: [9, 4, 4, 1, 16, null] },
  events: 6, results: [{ label: 12, node: 2, distance: 1 }, { label: 11, node: 1, distance: 4 }], microseconds: 30, complete: true, truncated: false, place: { x: 100, y: 65535, spread: 50 },
  recall: { recall: 0.5, k: 2, exact: [{ label: 12, node: 2, distance: 1 }, { label: 13, node: 3, distance: 2 }], missed: [{ label: 13, node: 3, distance: 2 }], over: "stored" },
};

function made() {
  const searches = new SearchList();
  const search = searches.fill(answer);
  const builder = new MapBuilder();
  builder.apply([
    { type: "layout.started", revision: 3, structure: "hnsw", nodes: 4, levels: 2, cells: 0, whole: true, method: "links" },
    { type: "layout.nodes", level: 1, chunk: 0, node: [0], x: [0], y: [65535] }, { type: "layout.nodes", level: 0, chunk: 0, node: [1, 2, 3], x: [1, 2, 40000], y: [4, 5, 6] },
    { type: "layout.links", level: 0, from: [0, 1], to: [1, 2] }, { type: "layout.finished", revision: 3 },
  ]);
  const items = [{ label: 12, node: 2, caption: "a <b>", media: "data:image/png;base64,AAAA" }, { label: 11, node: 1, media: "media/photos/1.jpg" }];
  return { search, map: builder.map, file: traceFile({ summary, map: builder.map, search, items, at: 99 }) };
}

test("a search comes back from its file as it was", () => {
  const { search, map, file } = made();
  const read = readTrace(JSON.stringify(file));
  const again = new SearchList().fill(read.trace);
  for (const field of ["kind", "layer", "from", "to", "distance"]) assert.deepEqual([...again.columns[field]], [...search.columns[field].subarray(0, search.length)], field);
  assert.deepEqual([again.results, again.recall, again.complete, again.place], [search.results, search.recall, true, search.place]);
  assert.deepEqual(again.replay.at(4, 6).results, search.replay.at(4, 6).results);
  const builder = new MapBuilder();
  builder.apply(read.layout);
  assert.deepEqual([builder.map.finished, [...builder.map.goalX], [...builder.map.nodeLevel], [...builder.map.links.get(0).to]], [true, [...map.goalX], [...map.nodeLevel], [1, 2]]);
  assert.deepEqual([read.index.name, read.index.searchable, read.index.revision], ["photos", false, 3]);
});

test("a file points to no picture that it does not bring along", () => {
  const { items } = readTrace(JSON.stringify(made().file));
  assert.deepEqual(items.map(({ media }) => media), ["data:image/png;base64,AAAA", undefined]);
});

test("the nodes of a search are those that it measured, found and missed", () => {
  assert.deepEqual([...nodesOf(made().search)].sort(), [0, 1, 2, 3]);
});

test("of a map that is too large a file holds what the search met and an even part, and says so", () => {
  const { search } = made();
  const total = 20_000;
  const builder = new MapBuilder();
  builder.apply([{ type: "layout.started", revision: 3, structure: "hnsw", nodes: total, levels: 1, cells: 0, whole: true, method: "links" },
    { type: "layout.nodes", level: 0, chunk: 0, node: Array.from({ length: total }, (_, i) => i), x: Array(total).fill(7), y: Array(total).fill(7) }]);
  const again = new MapBuilder();
  again.apply(readTrace(JSON.stringify(traceFile({ summary, map: builder.map, search, items: [], at: 0 }))).layout);
  assert.ok(again.map.placed >= 5000 && again.map.placed <= 5004, String(again.map.placed));
  assert.ok(again.map.goalX[3] >= 0 && again.map.goalX[5] !== again.map.goalX[5]);
  assert.match(again.map.method, /the file holds a part/);
});

for (const [name, source, said] of /** @type {[string,string,RegExp][]} */ ([
  ["nothing", "", /is no JSON/], ["a picture", "\u0089PNG", /is no JSON/], ["other JSON", "[1,2]", /no trace of annscope/],
  ["a later version", '{"annscope":"trace","version":2}', /version 2; this page reads version 1/],
  ["nothing in it", '{"annscope":"trace","version":1}', /index is no object/],
])) test(`${name} is refused with the reason`, () => assert.throws(() => readTrace(source), (error) => error instanceof TraceFileError && said.test(error.message)));

for (const [name, spoil, said] of /** @type {[string,(file:any)=>void,RegExp][]} */ ([
  ["a map of more nodes than fit", (file) => (file.layout[0].nodes = 4e9), /layout.nodes is no whole number/],
  ["columns of unlike length", (file) => (file.trace.columns.to = [1]), /trace.columns.to has 1 rows of 6/],
  ["an unknown kind of step", (file) => (file.trace.columns.kind = [0, 1, 3, 1, 2, 77]), /step 6 is of no kind/],
  ["a stage that is not there", (file) => (file.trace.columns.flags = [5, 0, 0, 0, 0, 0]), /step 1 is of no kind/],
  ["a queue that no memory holds", (file) => (file.trace.started.header.stages[0].efSearch = 1e9), /efSearch is no whole number/],
  ["a broken column", (file) => (file.trace.columns.distance = { dtype: "f32", data: "!!" }), /can’t be shown/],
  ["an odd number of bytes", (file) => (file.trace.columns.distance = { dtype: "f32", data: "AAA=" }), /can’t be shown/],
  ["results without nodes", (file) => (file.trace.results = [{ label: 1 }]), /trace.results.node/],
])) {
  test(`${name} is refused with the reason`, () => {
    const file = JSON.parse(JSON.stringify(made().file));
    spoil(file);
    assert.throws(() => readTrace(JSON.stringify(file)), (error) => error instanceof TraceFileError && said.test(error.message));
  });
}

test("a file with any byte another is read or refused, and nothing else", () => {
  const whole = JSON.stringify(made().file);
  let seed = 7;
  const random = (below) => {
    seed = (seed * 1664525 + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  let taken = 0;
  for (let i = 0; i < 3000; i += 1) {
    const at = random(whole.length);
    const spoiled = i % 3 === 0 ? whole.slice(0, at) : `${whole.slice(0, at)}${'0123456789-e.{}[]",:nA'[random(22)]}${whole.slice(at + 1)}`;
    try {
      const file = readTrace(spoiled);
      const search = new SearchList().fill(file.trace);
      search.replay.at(3, search.length);
      new MapBuilder().apply(file.layout);
      taken += 1;
    } catch (error) {
      assert.ok(error instanceof TraceFileError, `${/** @type {Error} */ (error).stack}\n${spoiled.slice(Math.max(0, at - 40), at + 40)}`);
    }
  }
  assert.ok(taken > 100, `${taken} were read`);
});

