import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Runner, SOURCE } from "../query/runner.js";

/** A runner with a daemon that answers when it is told to. */
function running() {
  const log = { asked: [], taken: [], cancelled: [], failed: [] };
  const runner = new Runner({
    ask: (query) => new Promise((resolve, reject) => log.asked.push({ query, resolve, reject })),
    take: (answer) => { log.taken.push(answer); }, cancel: async (id) => { log.cancelled.push(id); }, fail: (error) => log.failed.push(error.message),
  });
  const begin = (id, query, source = SOURCE) => runner.began({ id, started: { source, label: query.label, filter: query.filter && { where: query.filter } }, header: { k: query.k } });
  return { runner, log, begin };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("a search that was asked for is this page's own, others' are not", async () => {
  const { runner, log, begin } = running();
  const query = { label: 40, k: 5 };
  const done = runner.run(query);
  assert.equal(begin("s1", query, "detector"), null);
  assert.equal(begin("s2", { label: 41, k: 5 }), null);
  assert.equal(begin("s3", { label: 40, k: 6 }), null);
  assert.equal(begin("s4", query), "own");
  assert.equal(begin("s5", query), null);
  log.asked[0].resolve({ search: "s4" });
  await done;
  assert.deepEqual(log.taken, [{ search: "s4" }]);
});

test("changes are waited out, then one search runs", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { runner, log } = running();
  for (let k = 1; k <= 10; k += 1) {
    runner.runSoon(() => ({ label: 1, k }));
    context.mock.timers.tick(100);
  }
  assert.equal(log.asked.length, 0);
  context.mock.timers.tick(200);
  assert.deepEqual(log.asked.map(({ query }) => query.k), [10]);
  runner.runSoon(() => null);
  context.mock.timers.tick(300);
  assert.equal(log.asked.length, 1);
});

test("one is in flight: an older one is called off, and the newest follows when that is answered", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { runner, log, begin } = running();
  runner.run({ label: 1, k: 1 });
  assert.equal(begin("s1", { label: 1, k: 1 }), "own");
  for (const k of [2, 3]) {
    runner.runSoon(() => ({ label: 1, k }));
    context.mock.timers.tick(250);
  }
  assert.deepEqual(log.cancelled, ["s1"]);
  assert.equal(log.asked.length, 1);
  log.asked[0].resolve({ search: "s1", stopped: "cancelled" });
  await settle();
  assert.deepEqual(log.taken, []);
  assert.deepEqual(log.asked.map(({ query }) => query.k), [1, 3]);
  log.asked[1].resolve({ search: "s2" });
  await settle();
  assert.deepEqual(log.taken, [{ search: "s2" }]);
});

test("one that has not begun is called off when it begins", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { runner, log, begin } = running();
  runner.run({ label: 1, k: 1 });
  runner.runSoon(() => ({ label: 1, k: 2 }));
  context.mock.timers.tick(250);
  assert.deepEqual(log.cancelled, []);
  assert.equal(begin("s7", { label: 1, k: 1 }), "stale");
  assert.deepEqual(log.cancelled, ["s7"]);
  log.asked[0].reject(new Error("the connection was lost"));
  await settle();
  assert.deepEqual(log.failed, []);
  assert.equal(log.asked.length, 2);
  log.asked[1].reject(new Error("no such label"));
  await settle();
  assert.deepEqual(log.failed, ["no such label"]);
});

test("what was to follow is forgotten when something else is searched for", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { runner, log } = running();
  runner.runSoon(() => ({ label: 1, k: 2 }));
  runner.run({ label: 9 });
  context.mock.timers.tick(500);
  assert.deepEqual(log.asked.map(({ query }) => query.label), [9]);
  mock.reset();
});
