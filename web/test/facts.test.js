import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeColumn } from "../columns.js";
import { FactFinder } from "../detail/facts.js";

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A finder with a daemon that answers from a table; what it lacks is an unknown method. */
function finding(answers) {
  const asked = [];
  let changes = 0;
  const finder = new FactFinder({
    request: async (method, params) => {
      asked.push([method, params]);
      if (method in answers) return typeof answers[method] === "function" ? answers[method](params) : answers[method];
      throw Object.assign(new Error("there is no method"), { code: -32601 });
    },
    decode: (column) => decodeColumn(column, "f32"), onChange: () => { changes += 1; },
  });
  return { finder, asked, changes: () => changes };
}

test("a node's place, links and vector come part by part", async () => {
  const floats = Buffer.from(Float32Array.of(3, 4).buffer).toString("base64");
  const { finder, changes } = finding({
    "index.node": { node: 5, label: 5, level: 1, deleted: true, links: [[1, 2], [3]] },
    "index.vector": { vector: { dtype: "f32", data: floats }, norm: 5, exact: false },
    "index.distances": ({ from }) => ({ distances: [from.node === 9 ? 2.5 : 7] }),
  });
  finder.find("photos", 5);
  await settle();
  const { place, layers, vector } = finder.facts;
  assert.deepEqual(place, { level: 1, deleted: true, cell: null });
  assert.deepEqual(layers?.map((layer) => layer.nodes), [[3], [1, 2]]);
  assert.deepEqual([[...vector?.values ?? []], vector?.norm, vector?.exact], [[3, 4], 5, false]);
  finder.measure("photos", 5, { label: 40 }, 9);
  await settle();
  assert.deepEqual([finder.facts.toQuery, finder.facts.toOther], [7, 2.5]);
  assert.equal(changes(), 4);
});

test("a daemon that does not know the vector's request tells the rest, and is not asked again", async () => {
  const { finder, asked } = finding({ "index.node": { node: 5, label: 5, cell: 2 }, "index.cell": { cell: 2, size: 40, nodes: [4, 5, 6] } });
  for (const node of [5, 6]) {
    finder.find("photos", node);
    await settle();
    assert.equal(finder.facts.vector, null);
  }
  assert.deepEqual(finder.facts.layers, [{ title: "beside it in cell 2, in the order of the list", nodes: [4, 5], more: 37 }]);
  assert.equal(asked.filter(([method]) => method === "index.vector").length, 1);
});

test("answers about an earlier node are dropped", async () => {
  const waiting = [];
  const { finder } = finding({ "index.node": (params) => new Promise((resolve) => waiting.push(() => resolve({ node: params.node, level: params.node, deleted: false, links: [] }))) });
  finder.find("photos", 1);
  finder.find("photos", 2);
  waiting[1]();
  await settle();
  waiting[0]();
  await settle();
  assert.equal(finder.facts.place?.level, 2);
  finder.stop();
});

test("a node that the daemon refuses says why", async () => {
  const { finder } = finding({ "index.node": () => { throw Object.assign(new Error('"photos" has no node 9'), { code: -32002 }); } });
  finder.find("photos", 9);
  await settle();
  assert.equal(finder.facts.fault, '"photos" has no node 9');
});
