import assert from "node:assert/strict";
import { test } from "node:test";
import { MapBuilder } from "../map-builder.js";
import { Drawings } from "../render/drawing.js";
import { TASKS } from "../render/tasks.js";
import { workshop } from "../render/workshop.js";

/** What the worker was asked for, to be answered by the test. */
const asked = [];
const worker = { onmessage: null, onerror: null, postMessage: (message) => asked.push(message) };
workshop.hire = () => worker;
const answer = ({ id, task, message }) => worker.onmessage({ data: { id, result: TASKS[task](message) } });
const settle = () => new Promise((resolve) => setImmediate(resolve));

const base64 = (values) => ({ dtype: "u32", data: Buffer.from(values.buffer).toString("base64") });
const start = (revision, more = {}) => ({ type: "layout.started", revision, structure: "hnsw", nodes: 4, levels: 2, method: "graph", whole: true, ...more });
const links = (count, value) => ({ type: "layout.links", level: 0, from: base64(new Uint32Array(count).fill(value)), to: base64(new Uint32Array(count).fill(value + 1)) });

test("large columns are decoded elsewhere, and of two the later one stays", async () => {
  const builder = new MapBuilder();
  let heard = 0;
  workshop.hearers.add(() => (heard += 1));
  builder.apply([start(1), links(60_000, 1)]);
  builder.apply([links(60_000, 2)]);
  assert.deepEqual([asked.length, builder.map.links.size], [2, 0]);
  answer(asked[1]);
  await settle();
  answer(asked[0]);
  await settle();
  assert.deepEqual([builder.map.links.get(0).from[59_999], builder.map.links.get(0).to.length, heard], [2, 60_000, 1]);
});

test("small columns are there at once, and what comes for a map that is gone is let go of", async () => {
  const builder = new MapBuilder();
  builder.apply([start(1), links(60_000, 1)]);
  const late = asked.at(-1);
  builder.apply([start(2), links(3, 7)]);
  assert.deepEqual([...builder.map.links.get(0).from], [7, 7, 7]);
  answer(late);
  await settle();
  assert.deepEqual([...builder.map.links.get(0).from], [7, 7, 7]);
});

test("the processor draws where WebGL2 is not to be had, or not wanted", () => {
  globalThis.document = /** @type {any} */ ({ createElement: () => ({}) });
  const wanted = [];
  const open = (context) => () => ({ getContext: (kind, { failIfMajorPerformanceCaveat }) => {
    wanted.push([kind, failIfMajorPerformanceCaveat]);
    return context();
  }, addEventListener() {} });
  for (const context of [() => null, () => { throw new Error("no driver"); }, () => ({})]) {
    const drawings = new Drawings({ choice: () => null, open: open(context) });
    assert.equal(drawings.name, null);
    assert.equal(drawings.current.name, "canvas2d");
    assert.equal(drawings.fallBack(), false);
    assert.equal(drawings.generation, 0);
  }
  assert.deepEqual(wanted, [["webgl2", true], ["webgl2", true], ["webgl2", true]]);
  const asks = new Drawings({ choice: () => "webgl2", open: open(() => null) });
  assert.deepEqual([asks.current.name, wanted.at(-1)], ["canvas2d", ["webgl2", false]]);
  assert.equal(new Drawings({ choice: () => "canvas", open: () => assert.fail("nobody asked for it") }).current.name, "canvas2d");
});

test("where frames are slow, glow goes first and WebGL2 last", () => {
  const drawings = new Drawings({ choice: () => "canvas" });
  assert.equal(drawings.glows, true);
  drawings.ease(1);
  assert.equal(drawings.glows, false);
  drawings.ease(3);
  assert.equal(drawings.current.name, "canvas2d");
});
