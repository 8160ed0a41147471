import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { sparkline } from "../live/listing.js";
import { BestLine, MOST_DOTS, Walk } from "../live/walk.js";
import { Replay } from "../replay.js";
import { NONE } from "../replay/kinds.js";

const folder = new URL("../../Tests/Golden/traces/", import.meta.url);
const golden = (name) => {
  const trace = JSON.parse(readFileSync(new URL(name, folder), "utf8"));
  const { kind, flags, layer, from, to, distance } = trace.columns;
  return {
    trace, columns: {
      kind: Uint8Array.from(kind), flags: Uint8Array.from(flags), layer: Int16Array.from(layer), from: Uint32Array.from(from), to: Uint32Array.from(to),
      distance: Float32Array.from(distance, (value) => value ?? NaN),
    },
  };
};

for (const name of readdirSync(folder).filter((one) => one.endsWith(".json"))) {
  test(`${name}: a walk that reads every step once is where the replay is`, () => {
    const { trace, columns } = golden(name);
    const replay = new Replay(trace, columns);
    const walk = new Walk(trace);
    const length = columns.kind.length;
    for (let cursor = 0; cursor <= length; cursor += Math.max(1, Math.floor(length / 37))) {
      walk.advance(columns, cursor);
      const picture = replay.at(cursor);
      // hnswlib and usearch compute the entry point's distance twice, which only the last count tells.
      assert.ok(Math.abs(walk.line.evaluated - picture.evaluated) <= 1, `cursor ${cursor}`);
      const cells = picture.stages.filter((stage) => !["centroids", "tree"].includes(stage.nodes)).flatMap((stage) => stage.perCell.map((row) => row.cell));
      assert.deepEqual(walk.cells, cells);
      if (picture.stages.length === 1 && picture.route.length > 0) {
        assert.deepEqual([...walk.route], picture.route.map((step) => step.node).filter((node, i, all) => node !== all[i - 1]), `cursor ${cursor}`);
      }
    }
  });
}

test("what is kept of a long search is bounded", () => {
  const count = 5000;
  const columns = {
    kind: new Uint8Array(count).fill(1), flags: new Uint8Array(count), layer: new Int16Array(count).fill(-1), from: new Uint32Array(count).fill(NONE),
    to: Uint32Array.from({ length: count }, (_, i) => i), distance: Float32Array.from({ length: count }, (_, i) => count - i),
  };
  const walk = new Walk({ algorithm: "faissFlat", k: 1, largerIsNearer: false });
  walk.advance(columns, count + 10);
  assert.deepEqual([walk.cursor, walk.measured, walk.nodes.length, walk.nearest, walk.line.best], [count, count, MOST_DOTS, count - 1, 1]);
  assert.ok(walk.line.points.length <= 64);
  assert.deepEqual(walk.line.points.at(-1), { at: count, distance: 1 });
});

test("the line of the best distance falls from the first to the last, and the rest is told apart", () => {
  const line = new BestLine({ algorithm: "faissFlat", k: 1, largerIsNearer: false });
  assert.equal(sparkline(line, 0, 90, 30, false), null);
  line.points = [{ at: 1, distance: 4 }, { at: 3, distance: 2 }, { at: 5, distance: 0 }];
  line.evaluated = 9;
  const whole = sparkline(line, 9, 90, 30, false);
  assert.deepEqual([whole?.played, whole?.rest], ["M1.5 2.0H23.3V15.0H45.0V28.0H88.5", ""]);
  const half = sparkline(line, 4, 90, 30, false);
  assert.deepEqual([half?.played, half?.rest, half?.y], ["M1.5 2.0H23.3V15.0H34.1", "M34.1 15.0H45.0V28.0H88.5", 15]);
  // Larger is nearer: it falls as well.
  line.points = [{ at: 1, distance: 0 }, { at: 3, distance: 2 }];
  assert.equal(sparkline(line, 9, 90, 30, true)?.played, "M1.5 2.0H23.3V28.0H88.5");
});
