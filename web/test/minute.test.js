import assert from "node:assert/strict";
import { test } from "node:test";
import { revisionText } from "../live/marks.js";
import { Minute, SECONDS } from "../live/minute.js";
import { OTHERS, UNNAMED } from "../live/second.js";

const lcg = (seed) => () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32;
const BEGIN = 1_700_000_000_000;
const started = (search, at, source) => ({ type: "search.started", search, at, source });
const finished = (search, distances, microseconds) => ({ type: "search.finished", search, counters: { distances }, microseconds });
const counted = (at, rows) => ({
  type: "search.counted", first: 1, count: rows.length, at, sources: ["a", "b"], search: rows.map((_, i) => i), source: rows.map(({ source }) => ["a", "b", undefined].indexOf(source)).map((i) => (i === 2 ? 65535 : i)),
  k: rows.map(() => 10), ef: rows.map(() => 0), distances: rows.map((row) => row.distances), microseconds: rows.map((row) => row.microseconds),
  recall: rows.map((row) => row.recall ?? null), outcome: rows.map((row) => (row.failed ? 2 : 0)),
});

test("random events: the minute and its figures are those of a plain list of searches", () => {
  const random = lcg(7);
  const minute = new Minute();
  const lag = 123456;
  /** @type {any[]} */
  const model = [];
  let at = BEGIN;
  let number = 0;
  for (let turn = 0; turn < 3000; turn += 1) {
    at += Math.floor(random() * 120);
    if (random() < 0.002) at += 90_000;
    const local = at + lag;
    const row = () => ({
      at: Math.floor(at / 1000), source: ["a", "b", undefined][Math.floor(random() * 3)], distances: Math.floor(random() * 5000),
      microseconds: 1 + Math.floor(random() * 90000), recall: random() < 0.5 ? Math.fround(random()) : undefined, failed: random() < 0.1, ended: true,
    });
    if (random() < 0.4) {
      const rows = Array.from({ length: 1 + Math.floor(random() * 30) }, row);
      minute.take(counted(at, rows), local);
      model.push(...rows);
    } else {
      const one = row();
      const id = `s${(number += 1)}`;
      minute.take(started(id, at, one.source), local);
      one.ended = random() < 0.9;
      if (one.ended) {
        if (one.failed) minute.take({ type: "search.failed", search: id }, local);
        else {
          minute.take(finished(id, one.distances, one.microseconds), local);
          if (one.recall !== undefined) minute.take({ type: "search.recall", search: id, recall: one.recall, k: 10 }, local);
        }
      }
      model.push(one);
    }
    if (turn % 50 !== 0) continue;
    const last = Math.floor(at / 1000);
    const inside = model.filter((one) => one.at >= last - SECONDS);
    const ended = inside.filter((one) => one.ended && !one.failed);
    const measured = ended.filter((one) => one.recall !== undefined);
    const told = minute.figures(local);
    assert.equal(told.count, inside.length);
    assert.equal(told.failed, inside.filter((one) => one.ended && one.failed).length);
    assert.equal(told.measured, measured.length);
    const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
    if (measured.length) assert.ok(Math.abs(told.recall - mean(measured.map((one) => one.recall))) < 1e-6);
    if (ended.length) {
      assert.ok(Math.abs(told.distances - mean(ended.map((one) => one.distances))) < 1e-6);
      const times = ended.map((one) => one.microseconds).sort((a, b) => a - b);
      const p95 = times[Math.ceil(times.length * 0.95) - 1];
      assert.ok(Math.abs(told.p95 / p95 - 1) < 0.03, `${told.p95} for ${p95}`);
    }
    const seconds = minute.seconds(local);
    assert.equal(seconds.length, SECONDS);
    seconds.forEach((second, i) => {
      const rows = model.filter((one) => one.at === last - SECONDS + i);
      assert.equal(second?.count ?? 0, rows.length);
      for (const name of ["a", "b"]) assert.equal(second?.sources.get(name) ?? 0, rows.filter((one) => one.source === name).length);
      assert.equal(second?.sources.get(UNNAMED) ?? 0, rows.filter((one) => one.source === undefined).length);
    });
  }
  assert.equal(minute.total, model.length);
});

test("a minute after the last search nothing is left", () => {
  const minute = new Minute();
  assert.equal(minute.isEmpty(BEGIN), true);
  minute.take(started("s1", BEGIN, "a"), BEGIN);
  assert.equal(minute.isEmpty(BEGIN + 59_000), false);
  assert.equal(minute.isEmpty(BEGIN + 61_000), true);
  assert.deepEqual([minute.figures(BEGIN + 61_000).count, minute.figures(BEGIN + 61_000).rate], [0, 0]);
  assert.ok(Number.isNaN(minute.figures(BEGIN + 61_000).p95));
});

test("searches that come late after a reconnect stand in the second in which they began", () => {
  const minute = new Minute();
  minute.take(started("s1", BEGIN, "a"), BEGIN + 5);
  for (let i = 1; i <= 10; i += 1) minute.take(started(`s${i + 1}`, BEGIN + i * 1000, "a"), BEGIN + 10_050);
  assert.equal(minute.now(BEGIN + 10_050), BEGIN + 10_045);
  assert.deepEqual(minute.seconds(BEGIN + 11_005).slice(-11).map((second) => second?.count), Array(11).fill(1));
  minute.take(started("s20", BEGIN - 100_000, "a"), BEGIN + 10_060);
  assert.equal(minute.figures(BEGIN + 10_060).count, 11);
});

test("a clock that was put back is followed when a minute of events says so", () => {
  const minute = new Minute();
  minute.take(started("s1", BEGIN, "a"), BEGIN);
  for (let second = 1; second < 200; second += 1) minute.take(started(`s${second}`, BEGIN + second * 1000 - 3_600_000, "a"), BEGIN + second * 1000);
  const local = BEGIN + 199_000;
  assert.equal(minute.now(local), local - 3_600_000);
  assert.ok(minute.figures(local).count > 50);
});

test("memory is bounded: sources, marks and searches without an end", () => {
  const minute = new Minute();
  for (let i = 0; i < 5000; i += 1) minute.take(started(`s${i}`, BEGIN, `source ${i}${"x".repeat(500)}`), BEGIN);
  const [second] = minute.seconds(BEGIN + 1000).slice(-1);
  assert.equal(second?.sources.size, 33);
  assert.equal(second?.sources.get(OTHERS), 5000 - 32);
  assert.ok([...(second?.sources.keys() ?? [])].every((name) => name.length <= 80));
  assert.equal(minute.sources(BEGIN + 1000, 5).length, 5);
  for (let i = 0; i < 100; i += 1) minute.mark("r", BEGIN, i);
  assert.equal(minute.marks(BEGIN).length, 20);
});

test("what is another in an index is marked, first by its counts, then as the map tells it", () => {
  const minute = new Minute();
  minute.take(started("s1", BEGIN, "a"), BEGIN);
  minute.mark(revisionText({ revision: 418, count: 13400 }, { count: 1000 }), BEGIN + 30_000, 418);
  assert.deepEqual(minute.marks(BEGIN + 60_000).map(({ text, place }) => [text, place]), [["r418: 12\u202f400 vectors added", 0.5]]);
  minute.tellOf({ type: "layout.added", revision: 418, count: 12401 });
  minute.tellOf({ type: "layout.removed", revision: 418, count: 1 });
  minute.tellOf({ type: "layout.removed", revision: 417, count: 9 });
  assert.equal(minute.marks(BEGIN + 60_000)[0].text, "r418: 12\u202f401 vectors added, 1 vector removed");
  assert.equal(revisionText({ revision: 2, count: 5 }, { count: 8 }), "r2: 3 vectors removed");
  assert.equal(revisionText({ revision: 2, count: 5 }, { count: 5 }), "r2: still 5 vectors");
  minute.mark("some events were lost", BEGIN + 50_000);
  assert.equal(minute.marks(BEGIN + 91_500).length, 1);
});
