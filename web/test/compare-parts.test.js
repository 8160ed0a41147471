import assert from "node:assert/strict";
import { test } from "node:test";
import { Ladder, rungs } from "../compare/ladder.js";
import { scales, stepPath, ticks } from "../compare/plot.js";
import { effortOf, mostEffort, Rival, siblingOf } from "../compare/rival.js";

const hnsw = { name: "h", library: "hnswlib", structure: "hnsw", metric: "l2", dimension: 8, count: 1000, searchable: true, columns: ["a"], defaults: { k: 5, efSearch: 10 }, revision: 2 };
const ivf = { ...hnsw, name: "i", library: "faiss", structure: "ivf", nlist: 100, columns: [], defaults: { k: 5, nprobe: 1 } };
const limits = { maxEfSearch: 100_000, maxNprobe: 1_000_000, maxSearchK: 10_000_000 };

test("an index is asked only for what it has a use for", () => {
  assert.equal(effortOf(hnsw), "efSearch");
  assert.equal(effortOf(ivf), "nprobe");
  assert.equal(effortOf({ ...hnsw, library: "annoy" }), "searchK");
  assert.equal(effortOf({ structure: "flat" }), null);
  assert.equal(effortOf(null), null);
  assert.equal(mostEffort(ivf, limits), 100);
  assert.equal(mostEffort(hnsw, limits), 1000);
  const rival = new Rival("A", 0);
  rival.use(ivf);
  assert.deepEqual(rival.fields, { k: "5", efSearch: "", nprobe: "6", searchK: "", filter: "" });
  Object.assign(rival.fields, { efSearch: "30", filter: "a = 1" });
  assert.deepEqual(rival.parameters(ivf), { k: 5, nprobe: 6 });
  assert.deepEqual(rival.parameters(hnsw), { k: 5, efSearch: 30, filter: "a = 1" });
  rival.fields.k = "1.5";
  assert.equal(rival.parameters(hnsw), "k must be a whole number from 1.");
});

test("a likely rival holds the same vectors in another structure", () => {
  const flat = { ...hnsw, name: "f", structure: "flat" };
  const small = { ...ivf, name: "s", count: 10 };
  const unit = { ...ivf, name: "u", metric: "ip" };
  assert.equal(siblingOf(hnsw, [hnsw, small, unit, ivf, flat]).name, "i");
  assert.equal(siblingOf(hnsw, [hnsw, small, unit]).name, "u");
  assert.equal(siblingOf(hnsw, [hnsw, small]), null);
});

test("a ladder doubles, ends at the most, and has eight rungs", () => {
  assert.deepEqual(rungs(hnsw, 5, limits), [8, 16, 32, 64, 128, 256, 512, 1000]);
  assert.deepEqual(rungs(hnsw, 20, limits), [32, 64, 128, 256, 512, 1000]);
  assert.deepEqual(rungs(ivf, 20, limits), [1, 2, 4, 8, 16, 32, 64, 100]);
  assert.deepEqual(rungs({ ...ivf, nlist: 1_000_000 }, 20, limits), [1, 2, 4, 8, 16, 32, 64, 128]);
  assert.deepEqual(rungs({ ...hnsw, count: 1 }, 1, limits), [1]);
  assert.deepEqual(rungs({ structure: "flat" }, 1, limits), []);
});

/** @param {(parameters:any)=>Promise<any>} search */
function contestWith(search) {
  const rivals = [new Rival("A", 0), new Rival("B", 1)];
  rivals[1].use(hnsw);
  return /** @type {any} */ ({ rivals, query: { label: 1 }, app: { connection: { hello: { limits } } }, summaryOf: () => hnsw, obstacleTo: () => "", changed: () => {}, search: (_, parameters) => search(parameters) });
}

test("a ladder is climbed one search after the other, and ends where one fails", async () => {
  /** @type {any[]} */
  const asked = [];
  const ladder = new Ladder(contestWith(async (parameters) => {
    asked.push(parameters);
    if (parameters.efSearch > 16) throw new Error("too much is waiting");
    return { counters: { distances: parameters.efSearch * 10 }, recall: { recall: 0.5 }, microseconds: 7 };
  }));
  await ladder.climb();
  assert.deepEqual(asked.map((one) => one.efSearch), [8, 16, 32]);
  assert.deepEqual(asked[0], { k: 5, efSearch: 8, trace: "none" });
  assert.deepEqual(ladder.points, [{ value: 8, distances: 80, recall: 0.5, microseconds: 7 }, { value: 16, distances: 160, recall: 0.5, microseconds: 7 }]);
  assert.equal(ladder.message, "Too much is waiting.");
  assert.equal(ladder.isBusy, false);
});

test("of another k the points of a ladder mean nothing", async () => {
  const contest = contestWith(async () => ({ counters: { distances: 1 }, recall: { recall: 1 }, microseconds: 1 }));
  const ladder = new Ladder(contest);
  await ladder.climb();
  ladder.keep();
  assert.equal(ladder.points.length, 8);
  contest.rivals[1].fields.k = "9";
  ladder.keep();
  assert.equal(ladder.points.length, 0);
});

test("a line holds its value until the next, and the nearest is on top", () => {
  const at = scales({ width: 140, height: 138, mostX: 100, leastY: 0, mostY: 1 });
  assert.deepEqual([at.x(0), at.x(100), at.y(0), at.y(1)], [40, 124, 116, 16]);
  assert.equal(stepPath([{ cost: 0, value: 0, cursor: 0 }, { cost: 50, value: 1, cursor: 3 }], at), "M40.0 116.0H82.0V16.0");
  assert.equal(scales({ width: 140, height: 138, mostX: 0, leastY: 2, mostY: 9, turned: true }).y(2), 16);
  assert.equal(scales({ width: 140, height: 138, mostX: 0, leastY: 2, mostY: 2 }).x(5), 40);
  assert.deepEqual(ticks(229, 4), [0, 100, 200]);
  assert.deepEqual(ticks(0, 4), [0]);
  assert.deepEqual(ticks(1000, 4), [0, 500, 1000]);
});
