import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeColumn, decodeSteps, decodeUnits, emptySteps, putSteps, STEP_FIELDS } from "../columns.js";

/** @param {ArrayBufferView} values */
const packed = (dtype, values) => ({ dtype, data: Buffer.from(values.buffer).toString("base64") });

test("a JSON array and its base64 are the same column", () => {
  const values = Float32Array.of(0.1, -3.5, NaN);
  assert.deepEqual(decodeColumn(packed("f32", values), "f32"), values);
  assert.deepEqual(decodeColumn([0.1, -3.5, null], "f32"), values);
  const nodes = Uint32Array.of(0, 70_000, 0xffffffff);
  assert.deepEqual(decodeColumn(packed("u32", nodes), "u32"), decodeColumn([...nodes], "u32"));
  assert.deepEqual(decodeColumn([-1, 3], "i16"), Int16Array.of(-1, 3));
});

test("a column of another width is converted, one of no known type or broken length refused", () => {
  assert.deepEqual(decodeColumn(packed("u16", Uint16Array.of(1, 65535)), "u32"), Uint32Array.of(1, 65535));
  assert.deepEqual(decodeColumn(undefined, "u8"), new Uint8Array(0));
  assert.throws(() => decodeColumn({ dtype: "f64", data: "" }, "f32"), RangeError);
  assert.throws(() => decodeColumn({ dtype: "u32", data: btoa("abc") }, "u32"), RangeError);
});

test("columns grow by doubling and keep what they hold", () => {
  const steps = (first, count) => decodeSteps(Object.fromEntries(
    Object.keys(STEP_FIELDS).map((field) => [field, Array.from({ length: count }, (_, i) => (first + i) % 100)])));
  let columns = putSteps(emptySteps(0), steps(0, 200), 0);
  const room = columns.kind.length;
  assert.ok(room >= 200);
  columns = putSteps(columns, steps(200, room), 200);
  assert.equal(columns.kind.length, 2 * room);
  for (const field of Object.keys(STEP_FIELDS)) {
    for (const at of [0, 199, 200, 200 + room - 1]) assert.equal(columns[field][at], at % 100, `${field} ${at}`);
  }
  const same = putSteps(columns, steps(5, 2), 5);
  assert.equal(same, columns);
});

test("map units are parts of the map's side", () => {
  assert.deepEqual([...decodeUnits([0, 65535])], [0, 1]);
  assert.deepEqual(decodeUnits(packed("u16", Uint16Array.of(32768))), Float32Array.of(32768 / 65535));
});
