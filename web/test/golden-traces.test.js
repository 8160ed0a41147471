import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Replay, replayAt } from "../replay.js";
import { Kind } from "../replay/kinds.js";

const folder = new URL("../../Tests/Golden/traces/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".json"));

/** A recorded search with its columns as the page holds them. */
function golden(name) {
  const trace = JSON.parse(readFileSync(new URL(name, folder), "utf8"));
  const { kind, flags, layer, from, to, distance } = trace.columns;
  const columns = {
    kind: Uint8Array.from(kind), flags: Uint8Array.from(flags), layer: Int16Array.from(layer),
    from: Uint32Array.from(from), to: Uint32Array.from(to),
    distance: Float32Array.from(distance, (value) => value ?? NaN),
  };
  return { trace, columns };
}

const number = (value) => (value === null || Number.isNaN(value) ? null : Math.fround(value));
const nodes = (rows) => rows.map((row) => row.node);

/** A stage of a picture as the checkpoints have it. */
function pictured(stage) {
  return {
    layer: stage.layer, best: number(stage.best), distances: stage.evaluated, rescored: stage.rescored, leftOut: stage.leftOut,
    stop: stage.stopReason, candidates: nodes(stage.candidates), results: nodes(stage.results),
    route: stage.route.map((step) => [step.layer, step.node]),
    layers: stage.perLayer.map((row) => [row.layer, row.nodes, row.distances, row.hops, number(row.best)]),
    cells: stage.perCell.map((row) => [row.cell, row.size, row.computed, row.kept]),
    ranks: stage.ranks.size, summarised: stage.summarised,
  };
}

test("there are traces of both libraries and of every kind of search", () => {
  const algorithms = new Set(names.flatMap((name) => golden(name).trace.stages.map((stage) => stage.algorithm)));
  assert.deepEqual([...algorithms].sort(), ["annoy", "faissFlat", "faissHNSW", "faissIVF", "faissNSG", "faissRefine", "hnswlib", "hnswlibFlat", "usearch"]);
});

for (const name of names) {
  const { trace, columns } = golden(name);
  const length = columns.kind.length;
  const replay = new Replay(trace, columns);

  test(`${name}: every checkpoint is the reference's`, () => {
    for (const point of trace.checkpoints) {
      const picture = replay.at(point.cursor);
      assert.equal(picture.stage, point.stage);
      assert.deepEqual(picture.evicted.map((one) => [one.queue, one.node, one.cause]), point.left, `cursor ${point.cursor}`);
      picture.stages.forEach((stage, i) => {
        const wanted = { ...point.stages[i], best: number(point.stages[i].best) };
        wanted.layers = wanted.layers.map((row) => [...row.slice(0, 4), number(row[4])]);
        assert.deepEqual(pictured(stage), wanted, `cursor ${point.cursor}, stage ${i}`);
      });
    }
  });

  test(`${name}: the last step leaves the search's results`, () => {
    const end = replay.at(length);
    assert.notEqual(end.stopReason, null);
    assert.equal(end.evaluated, trace.counters.distances);
    assert.equal(end.rescored, trace.counters.rescored);
    if (end.summarised) return assert.deepEqual(end.results, []);
    const found = end.results.slice(0, trace.k);
    const wanted = trace.results.map((row) => Math.fround(row.distance));
    // Annoy ranks by squares, and hands over roots.
    if (trace.algorithm !== "annoy") assert.deepEqual(found.map((row) => Math.fround(row.distance)), wanted);
    // The library orders equal distances by labels, which a trace does not hold.
    assert.deepEqual(nodes(found).sort(), nodes(trace.results).sort());
    const isOfVectors = (i) => trace.stages[columns.flags[i] & 15].nodes === "vectors";
    const opened = [...columns.to].filter((_, i) => columns.kind[i] === Kind.open && isOfVectors(i));
    assert.deepEqual(end.litCells, opened);
  });

  test(`${name}: any cursor gives the same going forwards, going back and from the start`, () => {
    const cursors = [0, 1, Math.floor(length / 3), Math.floor(length / 2), length - 1, length];
    const forwards = cursors.map((cursor) => structuredClone(replay.at(cursor)));
    const backwards = cursors.slice().reverse().map((cursor) => structuredClone(replay.at(cursor))).reverse();
    assert.deepEqual(backwards, forwards);
    assert.deepEqual(cursors.map((cursor) => structuredClone(replayAt(trace, columns, cursor))), forwards);
  });

  test(`${name}: every step of the route is a link that was read`, () => {
    const links = new Set();
    for (let i = 0; i < length; i += 1) if (columns.kind[i] === Kind.keep) links.add(`${columns.layer[i]} ${columns.from[i]} ${columns.to[i]}`);
    for (let cursor = 0; cursor <= length; cursor += 1) {
      for (const { route, summarised } of replay.at(cursor).stages) {
        // A summary names the nodes of the route, not all links between them.
        if (summarised) continue;
        for (let i = 1; i < route.length; i += 1) {
          const [a, b] = [route[i - 1], route[i]];
          if (a.layer === b.layer) assert.ok(links.has(`${a.layer} ${a.node} ${b.node}`), `cursor ${cursor}`);
        }
      }
    }
  });
}

test("a trace of an unknown algorithm, or of stages that the header does not name, is followed as far as it can be", () => {
  const { trace, columns } = golden("faiss_hnsw.json");
  const odd = { ...trace, algorithm: "tomorrow's", stages: [{ name: "x", nodes: "things", algorithm: "tomorrow's", k: 5 }] };
  const end = replayAt(odd, columns, columns.kind.length);
  assert.deepEqual(nodes(end.results).slice(0, 5), nodes(trace.results));
  const { stages: _, ...bare } = odd;
  assert.equal(replayAt(bare, columns, 40).cursor, 40);
  const beyond = { ...columns, flags: columns.flags.map(() => 9) };
  assert.deepEqual(replayAt(odd, beyond, 40).results, []);
  assert.equal(replayAt(odd, { ...columns, kind: columns.kind.map(() => 200) }, 40).evaluated, 0);
});
