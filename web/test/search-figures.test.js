import assert from "node:assert/strict";
import { test } from "node:test";
import { Kind } from "../replay.js";
import { compareCodes } from "../codes.js";
import { ringSoundings } from "../scenes/isobaths.js";
import { presentExpansion } from "../scenes/expansion.js";
import { stripPlaces } from "../scenes/probe-strip.js";
import { cellExtremes, distancesOf, foundAt, layerTable, percent, probesOf, recallFigure } from "../search-figures.js";
import { golden } from "./golden.js";

test("the table of layers has every layer from the top down, and marks the present one", () => {
  const search = golden("hnswlib_deep");
  const top = search.columns.layer[0];
  const levels = Array.from({ length: top + 1 }, (_, layer) => 300 - layer);
  const begun = layerTable(levels, search.replay.at(1));
  assert.deepEqual(begun.map((row) => row.layer), levels.map((_, i) => top - i));
  assert.deepEqual([begun[0].nodes, begun[top].nodes], [300 - top, 300]);
  assert.deepEqual([begun.findIndex((row) => row.isNow), begun[top].distances, begun[top].best], [0, null, null]);
  const end = layerTable(levels, search.replay.at(search.length));
  assert.equal(end.findIndex((row) => row.isNow), top);
  assert.equal(end.reduce((sum, row) => sum + (row.distances ?? 0), 0), search.header.counters.distances);
  assert.deepEqual(layerTable(undefined, null), []);
  assert.equal(layerTable([5], null)[0].hops, null);
});

test("the strip has the cells in their order, what was read of each, and where results were", () => {
  const search = golden("faiss_ivf_l2");
  const { kind, to } = search.columns;
  const results = search.results.map((hit) => hit.node);
  const probes = probesOf(search, search.length, results);
  assert.deepEqual(probes.map((probe) => probe.cell), search.replay.at(search.length).litCells);
  assert.equal(probes.reduce((sum, probe) => sum + probe.size, 0), distancesOf(search.replay.at(search.length)).vectors);
  assert.equal(probes.reduce((sum, probe) => sum + probe.found.length, 0), results.length);
  for (const probe of probes) {
    assert.equal(probe.read, probe.size);
    const nodes = [];
    for (let i = probe.at + 1; i < search.length && (kind[i] === Kind.keep || kind[i] === Kind.reject); i += 1) nodes.push(to[i]);
    assert.deepEqual(probe.found.map((part) => nodes[Math.floor(part * nodes.length)]).sort(), nodes.filter((node) => results.includes(node)).sort());
  }
  const half = probesOf(search, probes[1].at + 3, results);
  assert.deepEqual([half[0].read, half[1].read, half[2]?.read ?? 0], [half[0].size, 2, 0]);
});

test("while a search comes in, a cell is as wide as its list will be", () => {
  const search = golden("faiss_ivf_l2");
  const [first] = probesOf(search, search.length, []);
  const cut = { ...search, length: first.at + 2, complete: false };
  assert.deepEqual(probesOf(cut, cut.length, [], { [first.cell]: 77 }).map(({ size, read }) => [size, read]), [[77, 1]]);
});

test("a summary's cells are as wide as what was counted in them", () => {
  const search = golden("faiss_ivf_summary");
  const sizes = search.replay.at(search.length).perCell.map((row) => row.size);
  assert.deepEqual(probesOf(search, search.length, []).map((probe) => probe.size), sizes);
});

test("the strip is filled, in proportion, however many cells there are", () => {
  for (const count of [1, 6, 5000]) {
    const probes = Array.from({ length: count }, (_, i) => ({ cell: i, order: i + 1, at: i, size: 10 * (i % 3), read: 0, found: [] }));
    const places = stripPlaces(probes, 600);
    const end = places[count - 1];
    assert.ok(Math.abs(end.x + end.width - 600) < 4 && places.every(({ width }) => width > 0), `${count}`);
  }
  const [a, b] = stripPlaces([10, 30].map((size, i) => ({ cell: i, order: 1, at: 0, size, read: 0, found: [] })), 600);
  assert.ok(b.width / a.width > 2.9);
  assert.deepEqual(stripPlaces([], 600), []);
});

test("the largest and the smallest cell are named, empty ones are counted", () => {
  assert.deepEqual(cellExtremes([4, 0, 9, 2, 0]), { largest: 2, smallest: 3, empty: 2 });
  assert.deepEqual(cellExtremes([]), { largest: -1, smallest: -1, empty: 0 });
  assert.deepEqual(cellExtremes(new Uint32Array(3)), { largest: -1, smallest: -1, empty: 3 });
});

test("recall is told when it is known", () => {
  const recall = { share: 0.9, k: 10, over: "stored", unavailable: null };
  assert.deepEqual(recallFigure({ recall, complete: true }), { figure: "0.90", name: "recall@10" });
  assert.deepEqual(recallFigure({ recall: { ...recall, over: "decoded" }, complete: true }), { figure: "0.90", name: "recall@10 by codes" });
  assert.equal(recallFigure({ recall: null, complete: true }).figure, "–");
  assert.equal(percent(1, 0), "100 %");
  assert.equal(percent(88, 2600), "3.4 %");
});

test("codes are compared with what they were ranked again by", () => {
  const search = golden("faiss_refine_k4");
  const compared = /** @type {any} */ (compareCodes(search, true));
  const end = search.replay.at(search.length);
  assert.equal(compared.total, end.rescored);
  assert.deepEqual(compared.points.map((point) => point.node), end.stages[0].results.map((hit) => hit.node).slice(0, compared.total), "in the order of the codes");
  assert.equal(compared.points.filter((point) => point.is === "result").length, search.results.length);
  for (const { node, exact } of compared.points.filter((point) => point.is === "result")) assert.equal(exact, Math.fround(search.results.find((hit) => hit.node === node).distance));
  const first = end.stages[0].results.slice(0, search.header.k).map((hit) => hit.node);
  assert.equal(compared.kept, search.results.filter((hit) => first.includes(hit.node)).length);
});

test("where no true distances are known it says so, and of exact vectors nothing", () => {
  const codes = golden("faiss_ivf_pq");
  assert.match(/** @type {any} */ (compareCodes(codes, true)).unknown, /codes alone/);
  assert.equal(compareCodes(golden("hnswlib_l2"), false), null);
});

test("true neighbours whose vectors are stored are compared as well", () => {
  const search = golden("faiss_ivf_pq");
  const { kind, flags, to } = search.columns;
  const met = [...kind.keys()].filter((i) => kind[i] === Kind.reject && search.header.stages[flags[i]].nodes === "vectors").map((i) => to[i]).slice(0, 3);
  const recall = { over: "stored", unavailable: null, exact: met.map((node) => ({ node, distance: 1 })), missed: met.map((node) => ({ node, distance: 1 })) };
  const compared = /** @type {any} */ (compareCodes({ ...search, recall }, true));
  assert.deepEqual(compared.points.map((point) => point.is), ["missed", "missed", "missed"]);
});

test("a ring's sounding is the median of what was measured near it", () => {
  const measured = [[0.1, 5], [0.1, 9], [0.11, 7], [0.3, 20], [0.31, 21]].map(([radius, distance]) => ({ radius, distance }));
  assert.deepEqual(ringSoundings([0.1, 0.3, 0.9], measured), [7, null, null]);
});

test("the links that are being followed are those of the node that was expanded last", () => {
  const search = golden("hnswlib_l2");
  const { kind, from } = search.columns;
  const at = search.length - 1 - [...kind].reverse().findIndex((one) => one === Kind.keep);
  const present = presentExpansion(search.columns, at + 1);
  assert.ok(present && present.steps.length > 0 && present.steps.every((step) => from[step] === present.node));
  assert.equal(presentExpansion(search.columns, 1), null);
  assert.equal(presentExpansion(search.columns, search.length), null);
});

test("what left the queues is remembered, there and back", () => {
  const search = golden("hnswlib_l2");
  const left = [];
  for (let cursor = 1; cursor <= search.length; cursor += 1) {
    const state = search.replay.at(cursor);
    left.push(...state.evicted.filter((one) => one.cause === "displaced").map((one) => one.node));
    assert.deepEqual(state.left, left);
  }
  assert.ok(left.length > 0);
  assert.deepEqual(search.replay.at(0).left, []);
  assert.deepEqual(search.replay.at(search.length).left, left);
});

test("each result has the step that found it, and none before that", () => {
  for (const name of ["hnswlib_deep", "faiss_ivf_l2"]) {
    const search = golden(name);
    const { kind, to, distance } = search.columns;
    const nodes = search.results.map((hit) => hit.node);
    const steps = foundAt(search, search.length, nodes);
    assert.deepEqual([...steps.keys()].sort((a, b) => a - b), [...nodes].sort((a, b) => a - b));
    for (const hit of search.results) {
      const step = steps.get(hit.node);
      assert.equal(to[step - 1], hit.node);
      assert.ok(kind[step - 1] === Kind.keep || kind[step - 1] === Kind.enter);
      assert.ok(Math.abs(distance[step - 1] - hit.distance) <= 1e-4 * Math.abs(hit.distance) + 1e-6);
      assert.ok((foundAt(search, step - 1, [hit.node]).get(hit.node) ?? 0) < step);
    }
    assert.equal(foundAt(search, 0, nodes).size, 0);
  }
});
