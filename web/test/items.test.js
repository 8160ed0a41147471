import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Items } from "../items.js";

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("what a recording tells of an item counts, also after it was asked for in vain", async (t) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => mock.timers.reset());
  const asked = [];
  let changes = 0;
  const items = new Items({
    request: async (method, params) => {
      asked.push(params.nodes);
      return { revision: 2, items: [], missing: [] };
    },
    onChange: () => { changes += 1; },
  });
  items.use("a", 2);
  assert.equal(items.node(7), null);
  mock.timers.tick(20);
  await settle();
  assert.equal(items.node(7), null);
  assert.deepEqual(asked, [[7]]);
  const before = changes;
  items.know({ index: "b", revision: 2, items: [{ node: 7, label: 1, caption: "of another index" }] });
  assert.equal(items.node(7), null);
  assert.equal(changes, before);
  items.know({ index: "a", revision: 2, items: [{ node: 7, label: 40, caption: "a dog" }] });
  assert.equal(items.node(7)?.caption, "a dog");
  assert.equal(items.label(40)?.caption, "a dog");
  assert.equal(changes, before + 1);
  items.know({ index: "a", revision: 1, items: [{ node: 8, label: 41, caption: "of another revision" }] });
  assert.equal(items.node(8), null);
});
