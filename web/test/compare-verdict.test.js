import assert from "node:assert/strict";
import { test } from "node:test";
import { fromText, toText } from "../compare/link.js";
import { neighbours, recallText, sameMetric, times, verdict } from "../compare/verdict.js";

const hits = (...labels) => labels.map((label, i) => ({ label, node: 100 + label, distance: i }));

/** @param {number[]} truth @param {number[]} found */
function side(name, truth, found, distances, metric = "l2") {
  const exact = hits(...truth);
  const missed = exact.filter((hit) => !found.includes(hit.label));
  return {
    name, summary: { metric, largerIsNearer: metric === "ip" },
    search: {
      header: { k: truth.length }, results: hits(...found), counters: { distances },
      recall: { exact, missed, share: 1 - missed.length / truth.length, k: truth.length, unavailable: null },
    },
  };
}

const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

test("two searches of the same recall are told apart by their cost", () => {
  const a = side("A", ten, [1, 2, 3, 4, 5, 6, 7, 8, 9, 11], 611);
  const b = side("B", ten, [1, 2, 3, 4, 5, 6, 8, 9, 10, 12], 2210);
  assert.deepEqual(verdict(a, b), ["8 of 10 shared.", "A reached the same recall with 3.6× fewer distances."]);
  const { isShared, lists } = neighbours(a, b);
  assert.ok(isShared);
  assert.deepEqual(lists[0].map((row) => row.fates.join(" ")).slice(6), ["found missed", "found found", "found found", "missed found"]);
});

test("the better one's price is said, and equal prices are", () => {
  assert.equal(verdict(side("A", ten, ten, 900), side("B", ten, ten.slice(2), 300))[1], "A reached recall 1.00 against .80, with 3.0× more distances.");
  assert.equal(verdict(side("A", ten, ten.slice(5), 900), side("B", ten, ten, 300))[1], "B reached recall 1.00 against .50, with 3.0× fewer distances.");
  assert.equal(verdict(side("A", ten, ten, 300), side("B", ten, ten, 310))[1], "Both reached the same recall with about as many distances.");
  assert.equal(verdict(side("A", ten, [], 300), side("B", ten, [], 900))[1], "Neither found a true neighbour. A computed 3.0× fewer distances than B.");
  assert.equal(verdict(side("A", ten, ten, 0), side("B", ten, ten.slice(1), 900))[1], "A reached recall 1.00 against .90, with ∞× fewer distances.");
});

test("two truths are said to be two", () => {
  const a = side("A", [1, 2, 3], [1, 2, 3], 10);
  const b = side("B", [1, 2, 4], [1, 4, 3], 20, "ip");
  assert.deepEqual(verdict(a, b), [
    "1 found by both.",
    "The two have different true neighbours (A: squared L2, B: inner product): 2 are in both lists, and each search is measured against its own.",
    "A reached recall 1.00 against .67, with 2.0× fewer distances.",
  ]);
  const { isShared, lists } = neighbours(a, b);
  assert.ok(!isShared);
  assert.deepEqual(lists.map((list) => list.map((row) => row.fates)), [
    [["found", "found"], ["found", "missed"], ["found", "extra"]],
    [["found", "found"], ["found", "missed"], ["none", "found"]],
  ]);
});

test("of different k the longer truth is shown, and the recalls are not compared", () => {
  const a = side("A", [1, 2, 3], [1, 2, 9], 10);
  const b = side("B", [1, 2, 3, 4], [1, 2, 3, 4], 10);
  assert.deepEqual(neighbours(a, b).lists[0].map((row) => row.fates), [["found", "found"], ["found", "found"], ["missed", "found"], ["beyond", "found"]]);
  assert.deepEqual(verdict(a, b), ["2 of 3 shared.", "A asked for 3 and B for 4: their recalls are not one measure.", "Both computed about as many distances."]);
});

test("an unknown truth is no recall", () => {
  const a = side("A", ten, ten, 300);
  const b = side("B", ten, ten, 900);
  b.search.recall = /** @type {any} */ ({ unavailable: "the file holds no vectors" });
  assert.deepEqual(verdict(a, b), ["How much B found of the true neighbours is not known: the file holds no vectors.", "A computed 3.0× fewer distances than B."]);
  b.search.recall = /** @type {any} */ (null);
  assert.equal(verdict(a, b)[0], "How much B found of the true neighbours is not known, as nobody looked for them.");
});

test("an empty truth is found by both", () => {
  const none = { ...side("A", [1], [1], 4) };
  none.search = { ...none.search, results: [], recall: { exact: [], missed: [], share: 1, k: 0, unavailable: null } };
  assert.deepEqual(verdict(none, { ...none, name: "B" }), ["0 of 0 shared.", "Both reached the same recall with about as many distances."]);
});

test("labels that are texts match, and metrics count by direction too", () => {
  const a = side("A", [1, 2], [1, 2], 3);
  const b = side("B", [1, 2], [1, 2], 3);
  b.search.recall.exact = b.search.recall.exact.map((hit) => ({ ...hit, label: /** @type {any} */ (String(hit.label)) }));
  assert.ok(neighbours(a, b).isShared);
  assert.ok(sameMetric({ metric: "ip", largerIsNearer: true }, { metric: "ip", largerIsNearer: true }));
  assert.ok(!sameMetric({ metric: "ip", largerIsNearer: true }, { metric: "ip", largerIsNearer: false }));
  assert.ok(!sameMetric(null, { metric: "ip" }));
  assert.equal(times(3.617), "3.6×");
  assert.equal(times(48.2), "48×");
  assert.equal(recallText(1), "1.00");
});

test("a link holds the whole comparison, whatever names it has", () => {
  const sides = /** @type {any} */ ([
    { index: "a!b~c %", stored: null, k: "10", efSearch: "32", nprobe: "", searchK: "", filter: "label < 3 ~ \"é!\"" },
    { index: "ivf", stored: "s17", k: "5", efSearch: "", nprobe: "8", searchK: "", filter: "" },
  ]);
  const link = { label: "9007199254740993", clock: "time", sides };
  const text = toText(link);
  assert.deepEqual(fromText(text), link);
  assert.equal(toText({ label: "40", clock: "distances", sides: [{ ...sides[1], stored: null }, sides[1]] }), "40!ivf~k5~n8!ivf~k5~n8~ts17!distances");
  assert.equal(fromText("nothing"), null);
  assert.deepEqual(fromText("!%E0~k1!b!x")?.sides[0].index, null);
});
