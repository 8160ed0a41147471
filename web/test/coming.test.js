import assert from "node:assert/strict";
import { test } from "node:test";
import { Coming } from "../coming.js";

/** Code whose loading ends as it is told, and the times that were waited. */
function coming(...ends) {
  const told = { loads: 0, waits: [], changes: [], again: /** @type {()=>void} */ (() => {}) };
  const it = new Coming({
    load: () => {
      told.loads += 1;
      return ends.shift() === "fails" ? Promise.reject(new TypeError("no answer")) : Promise.resolve("the code");
    },
    onChange: () => told.changes.push(it.hasFailed),
    wait: (callback, milliseconds) => {
      told.waits.push(milliseconds);
      told.again = callback;
      return told.waits.length;
    },
    forget: () => {},
  });
  return { it, told };
}

const settled = () => new Promise((resolve) => { setImmediate(resolve); });

test("what waits for code is done in its order when the code is there, and it is loaded once", async () => {
  const { it, told } = coming();
  const done = [];
  it.whenThere((code) => done.push(`first with ${code}`));
  it.whenThere(() => done.push("second"));
  it.send();
  assert.deepEqual([done, told.loads], [[], 1]);
  await settled();
  assert.deepEqual(done, ["first with the code", "second"]);
  assert.deepEqual(told.changes, []);
});

test("code that can't be loaded is said and tried again, less and less often, and nothing that waits is lost", async (t) => {
  t.mock.method(console, "error", () => {});
  const { it, told } = coming("fails", "fails", "comes");
  const done = [];
  it.whenThere(() => done.push("done"));
  await settled();
  assert.deepEqual([told.changes, told.waits], [[true], [1000]]);
  told.again();
  await settled();
  assert.deepEqual([told.changes, told.waits, done], [[true], [1000, 2000], []]);
  // Somebody wants it before the time is up.
  it.send();
  await settled();
  assert.deepEqual([told.changes, told.loads, done], [[true, false], 3, ["done"]]);
});
