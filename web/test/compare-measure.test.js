import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { bestCurve, costAt, cursorAt, Measurement, pointAt, recallCurve } from "../compare/measure.js";
import { Replay } from "../replay.js";

const folder = new URL("../../Tests/Golden/traces/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".json"));

/** A recorded search as the page holds it, whose truth is its own answer but for one vector that it never met. */
function golden(name, truth) {
  const trace = JSON.parse(readFileSync(new URL(name, folder), "utf8"));
  const { kind, flags, layer, from, to, distance } = trace.columns;
  const columns = {
    kind: Uint8Array.from(kind), flags: Uint8Array.from(flags), layer: Int16Array.from(layer),
    from: Uint32Array.from(from), to: Uint32Array.from(to), distance: Float32Array.from(distance, (value) => value ?? NaN),
  };
  const unmet = { ...trace.results[0], label: 9e6, node: 4e6 };
  const exact = truth?.(trace.results) ?? [unmet, ...trace.results.slice(0, -1)];
  const met = new Set(trace.results.map((hit) => hit.node));
  const missed = exact.filter((hit) => !met.has(hit.node));
  const share = exact.length ? 1 - missed.length / exact.length : 1;
  return {
    header: trace, columns, length: kind.length, results: trace.results, counters: trace.counters, microseconds: 1000,
    recall: { exact, missed, share, k: exact.length, unavailable: null },
  };
}

for (const name of names) {
  const search = golden(name);
  const { recall, length } = search;

  test(`${name}: the curves end at the search's own counters and recall`, () => {
    for (const [clock, end] of /** @type {const} */ ([["distances", search.counters.distances], ["steps", length], ["time", 1000]])) {
      const curve = recallCurve(search, recall, clock);
      assert.deepEqual(curve[0], { cost: 0, value: 0, cursor: 0 });
      assert.deepEqual(curve.at(-1), { cost: end, value: recall.share, cursor: length });
      for (let i = 1; i < curve.length; i += 1) assert.ok(curve[i].cost >= curve[i - 1].cost);
    }
  });

  test(`${name}: at each cursor as many true neighbours are in hand as the replay says`, () => {
    const measured = new Measurement(search, recall);
    measured.advance(() => true);
    if (measured.summarisedFrom !== null) return;
    const replay = new Replay(search.header, search.columns);
    const wanted = new Set(recall.exact.map((hit) => hit.node));
    const isLooked = search.header.stages.every((stage) => stage.algorithm !== "faissRefine");
    for (let cursor = 0; cursor <= length; cursor += isLooked ? 7 : length) {
      const state = replay.at(cursor);
      const hits = state.results.slice(0, search.header.k).filter((hit) => wanted.has(hit.node)).length;
      // Replay counts no ties.
      if (!name.includes("ties")) assert.equal(pointAt(measured.found.map((one) => ({ ...one, cost: one.cursor })), cursor)?.value, hits, `cursor ${cursor}`);
      assert.equal(measured.distances[cursor], state.evaluated);
    }
    if (isLooked && search.header.algorithm !== "annoy") assert.equal(bestCurve(measured, "steps").at(-1)?.value ?? NaN, replay.at(length).best);
  });
}

test("a measurement goes on where it stopped, in slices", () => {
  const search = golden("hnswlib_l2.json");
  const whole = new Measurement(search, search.recall);
  whole.advance(() => true);
  const sliced = new Measurement(search, search.recall);
  let slices = 0;
  while (!sliced.isDone) {
    let turns = 1;
    sliced.advance(() => turns-- > 0);
    slices += 1;
  }
  assert.ok(slices >= 1);
  assert.deepEqual(sliced.found, whole.found);
  assert.deepEqual(sliced.distances, whole.distances);
});

test("the clock says which step a cost belongs to", () => {
  const search = golden("faiss_ivf_l2.json");
  const measured = new Measurement(search, search.recall);
  measured.advance(() => true);
  for (const clock of /** @type {const} */ (["distances", "steps", "time"])) {
    for (const cursor of [0, 1, 40, search.length]) {
      const at = cursorAt(measured, clock, costAt(measured, clock, cursor));
      assert.ok(at >= cursor && costAt(measured, clock, at) === costAt(measured, clock, cursor), `${clock} ${cursor}`);
    }
    assert.equal(cursorAt(measured, clock, Infinity), search.length);
  }
});

test("any of several at the last distance counts", () => {
  const search = golden("hnswlib_ties.json", (results) => {
    const last = results.at(-1);
    return [...results.slice(0, -1), { ...last, node: 4e6, label: 9e6 }];
  });
  const curve = recallCurve(search, search.recall, "steps");
  assert.equal(curve.at(-2)?.value, 1);
});

test("a search without truth has no curve, and one of nothing is complete", () => {
  const search = golden("hnswlib_l2.json", () => []);
  assert.deepEqual(recallCurve(search, { ...search.recall, unavailable: "no vectors" }, "steps"), []);
  assert.deepEqual(recallCurve(search, null, "steps"), []);
  assert.ok(recallCurve(search, search.recall, "steps").every((point) => point.value === 1));
});

test("a long scan is measured in little time", () => {
  const steps = 200_000;
  const columns = {
    kind: new Uint8Array(steps).fill(2), flags: new Uint8Array(steps), layer: new Int16Array(steps).fill(-1),
    from: new Uint32Array(steps), to: Uint32Array.from({ length: steps }, (_, i) => i), distance: Float32Array.from({ length: steps }, (_, i) => 1 + i),
  };
  for (let i = 0; i < 50; i += 1) columns.kind[i] = 1;
  const header = { algorithm: "faissFlat", k: 10, efSearch: 0, nprobe: 0, bare: true, largerIsNearer: false };
  const exact = Array.from({ length: 10 }, (_, node) => ({ label: node, node, distance: node + 1 }));
  const search = { header, columns, length: steps, results: exact, microseconds: 1, recall: { exact, missed: [], share: 1, k: 10, unavailable: null } };
  const began = performance.now();
  const curve = recallCurve(search, search.recall, "distances");
  assert.deepEqual(curve.at(-1), { cost: steps, value: 1, cursor: steps });
  assert.ok(performance.now() - began < 2000);
});
