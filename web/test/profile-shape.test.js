import assert from "node:assert/strict";
import { test } from "node:test";
import { Kind, stagesOf } from "../replay.js";
import { depthIn, gatherDots, profileShape, sectionAt } from "../scenes/profile-shape.js";
import { golden } from "./golden.js";

test("centroids and vectors, codes and what is ranked again have scales of their own", () => {
  for (const name of ["faiss_ivf_l2", "faiss_refine_k4", "faiss_ivf_ip"]) {
    const { header, columns, length, ...search } = golden(name);
    const { scales, runs } = profileShape({ header, columns, length, ...search }, length);
    stagesOf(header).forEach((_, stage) => {
      const own = [...columns.distance].filter((d, i) => columns.flags[i] === stage && d === d && columns.kind[i] !== Kind.stop);
      assert.deepEqual([scales[stage].low, scales[stage].high], own.length ? [Math.min(...own), Math.max(...own)] : [0, 1], `${name} ${stage}`);
    });
    assert.ok(runs.length >= 2);
    assert.deepEqual([runs[0].from, runs.at(-1)?.to], [0, length]);
    runs.slice(1).forEach((run, i) => assert.equal(run.from, runs[i].to));
  }
});

test("the line is the best so far of its stage, and ends with the nearest result", () => {
  const search = golden("hnswlib_l2");
  const { best } = profileShape(search, search.length);
  for (let i = 1; i < best.length; i += 1) assert.ok(!(best[i] > best[i - 1]));
  assert.equal(best[search.length - 1], Math.fround(search.results[0].distance));
});

test("where larger is nearer the line rises, and larger is drawn deeper", () => {
  const search = golden("faiss_flat_ip");
  const { best, scales } = profileShape(search, search.length);
  for (let i = 1; i < best.length; i += 1) assert.ok(!(best[i] < best[i - 1]));
  assert.equal(depthIn(scales[0], scales[0].high), 1);
  assert.equal(depthIn({ low: 2, high: 6, larger: false }, 2), 1);
  assert.equal(depthIn({ low: 2, high: 2, larger: false }, 2), 0);
  assert.equal(depthIn({ low: 0, high: 16, larger: false, isSquared: true }, 4), 0.5);
  assert.equal(depthIn({ low: -1e-7, high: 4, larger: false, isSquared: true }, -1e-7), 1);
});

test("squares are drawn by their roots, other distances as they are", () => {
  const isSquared = (name, metric) => profileShape(golden(name), golden(name).length, metric).scales.map((scale) => scale.isSquared);
  assert.deepEqual(isSquared("hnswlib_l2", "l2"), [true]);
  assert.deepEqual(isSquared("hnswlib_l2", "l1"), [false]);
  assert.deepEqual(isSquared("hnswlib_l2"), [false]);
  assert.deepEqual(isSquared("faiss_ivf_l2", "l2"), [true, true]);
  assert.ok(isSquared("faiss_flat_ip", "ip").every((one) => !one));
});

test("layers and cells are named, and a cursor is in one of them", () => {
  const graph = profileShape(golden("hnswlib_deep"), golden("hnswlib_deep").length).sections;
  assert.equal(graph.at(-1)?.text, "layer 0");
  assert.equal(graph[0].text, `layer ${graph.length - 1}`);
  assert.deepEqual([sectionAt(graph, 0), sectionAt(graph, 1), sectionAt(graph, graph[1].at), sectionAt(graph, graph[1].at + 1)], [0, 0, 0, 1]);
  const cells = profileShape(golden("faiss_ivf_l2"), golden("faiss_ivf_l2").length).sections;
  assert.equal(cells[0].text, "coarse");
  assert.ok(cells.some(({ text }) => text === "cell 1") && cells.some(({ text }) => text === "2"));
});

test("a summary's line ends where distances are only counted", () => {
  const search = golden("hnswlib_summary");
  const { best, summarisedFrom } = profileShape(search, search.length);
  assert.equal(search.columns.kind[summarisedFrom], Kind.tally);
  assert.ok(best.slice(summarisedFrom).every((value) => value !== value));
});

test("few dots are drawn where they are, many stand for all of their pixel", () => {
  const few = gatherDots(0, 100, (i) => i % 2 === 0, (i) => i / 7, (i) => i / 3);
  assert.deepEqual([few.x.length, few.steps, few.most, few.x[1]], [50, 50, 1, 2 / 7]);
  const many = gatherDots(0, 100_000, () => true, (i) => i / 200, (i) => (i * 7919) % 40);
  assert.equal(many.steps, 100_000);
  assert.ok(many.x.length <= 501 * 40 && many.most > 1);
  const pixels = new Set(many.x.map((x, i) => `${x},${many.y[i]}`));
  assert.equal(pixels.size, many.x.length, "no two on a pixel");
  for (let i = 0; i < 100_000; i += 997) assert.ok(pixels.has(`${Math.round(i / 200)},${(i * 7919) % 40}`), "none is left out");
});
