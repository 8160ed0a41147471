import assert from "node:assert/strict";
import { test } from "node:test";
import { figureTexts, spokenFigures } from "../live/figures.js";
import { Listing, rowTexts, sourcesOf } from "../live/listing.js";
import { Minute } from "../live/minute.js";
import { Picks, SLOTS } from "../live/picks.js";
import { sourceSlots, stackOf } from "../live/stack.js";
import { placeTags } from "../live/tags.js";
import { BestLine } from "../live/walk.js";
import { SearchList } from "../search-list.js";

const header = { algorithm: "faissFlat", k: 10, efSearch: 64, nprobe: 0, bare: true, largerIsNearer: false, stages: [] };
const NONE = 0xffffffff;

/** A list with searches whose steps all came at once. */
function filled(list, from, to, { followed = true, count = 100, ends = true, source = "a" } = {}) {
  for (let i = from; i <= to; i += 1) {
    const search = `s${i}`;
    list.apply({ type: "search.started", search, index: "a", revision: 1, followed, header, source });
    const fill = (value) => Array(count).fill(value);
    if (followed) {
      list.apply({
        type: "search.steps", search, first: 0, kind: fill(1), flags: fill(0), layer: fill(-1), from: fill(NONE), to: fill(0).map((_, at) => at), distance: fill(0).map((_, at) => count - at),
      });
    }
    list.apply({ type: "search.place", search, x: 1000, y: 1000, spread: 0 });
    if (ends) list.apply({ type: "search.finished", search, events: count, results: [{ label: 1, node: 0, distance: 1 }], counters: { distances: count }, microseconds: 420 });
  }
  return list;
}

const ids = (picks) => picks.slots.map((pick) => pick?.search.id ?? null);

/** Runs the clock until all is at rest, as the page does. */
function rest(picks, now, isReduced = false) {
  let changes = 0;
  for (;;) {
    const before = picks.shown.map(({ walk }) => walk.cursor);
    const wait = picks.advance(now, isReduced);
    changes += picks.shown.filter(({ walk }, i) => walk.cursor !== before[i]).length;
    if (wait === null) return { now, changes };
    assert.ok(wait >= 31);
    now += wait;
  }
}

test("the newest six are animated, each in a slot of its own, the others are dots for a moment", () => {
  const picks = new Picks();
  picks.look(filled(new SearchList(), 1, 10).all, 0);
  assert.deepEqual(ids(picks), ["s5", "s6", "s7", "s8", "s9", "s10"]);
  assert.deepEqual(picks.dots.map(({ search }) => search.id), ["s1", "s2", "s3", "s4"]);
  picks.advance(10, false);
  assert.equal(picks.dots.length, 4);
  picks.advance(411, false);
  assert.equal(picks.dots.length, 0);
  assert.equal(picks.dotted, 4);
});

test("a search whose steps all come at once plays for two to four seconds, with at most 240 changes of marks in a second in all", () => {
  for (const count of [10, 300, 2000, 50_000]) {
    const picks = new Picks();
    picks.look(filled(new SearchList({ mostSteps: 1e7 }), 1, 26, { count }).all, 0);
    const { now, changes } = rest(picks, 0);
    assert.ok(now >= (count === 10 ? 450 : 1950) && now < 4200, `${count} steps in ${now} ms`);
    assert.ok(picks.shown.every(({ walk, ended }) => walk.cursor === count && ended !== null));
    // A dot comes and goes.
    assert.ok((changes + 2 * 20) / (now / 1000) <= 240, `${changes} changes in ${now} ms`);
    assert.equal(picks.isStale(picks.shown.map(({ search }) => search)), false);
  }
});

test("one that is shown is seen to its end, and for two seconds; then the newest takes the place of the one that rests longest", () => {
  const list = filled(new SearchList(), 1, 6);
  const picks = new Picks();
  picks.look(list.all, 0);
  filled(list, 7, 7);
  picks.look(list.all, 1000);
  picks.advance(1000, false);
  assert.deepEqual(ids(picks), ["s1", "s2", "s3", "s4", "s5", "s6"]);
  assert.deepEqual(picks.dots.map(({ search }) => search.id), ["s7"]);
  const { now } = rest(picks, 1031);
  filled(list, 8, 9);
  picks.look(list.all, now + 600);
  assert.deepEqual(ids(picks), ["s8", "s9", "s3", "s4", "s5", "s6"]);
});

test("who waits comes in when a place is free, the newest first, or not at all", () => {
  const list = filled(new SearchList(), 1, 6, { count: 20 });
  const picks = new Picks();
  picks.look(list.all, 0);
  rest(picks, 0);
  filled(list, 7, 13, { count: 20 });
  picks.look(list.all, 1400);
  for (let now = 1400; now < 2600; now += 31) picks.advance(now, false);
  assert.deepEqual(ids(picks).sort(), ["s10", "s11", "s12", "s13", "s8", "s9"]);
  filled(list, 14, 14, { count: 20 });
  picks.look(list.all, 2650);
  for (let now = 2650; now < 4200; now += 31) picks.advance(now, false);
  assert.ok(!ids(picks).includes("s14") || picks.of(list.get("s14")));
});

test("the choice is the same for the same searches at the same times", () => {
  const run = () => {
    const [list, picks] = [new SearchList(), new Picks()];
    const seen = [];
    for (let i = 0; i < 60; i += 1) {
      filled(list, i * 3 + 1, i * 3 + 3, { followed: i % 2 === 0, count: 30 + (i % 7) * 40 });
      picks.look(list.all, i * 170);
      picks.advance(i * 170, false);
      seen.push(ids(picks).join());
      assert.ok(picks.shown.length <= SLOTS && new Set(picks.shown.map(({ slot }) => slot)).size === picks.shown.length);
    }
    return seen;
  };
  assert.deepEqual(run(), run());
});

test("searches without steps are never animated, nor are those that had gone by when the view was opened", () => {
  const picks = new Picks();
  const list = filled(new SearchList(), 1, 4, { followed: false });
  picks.look(list.all, 0);
  assert.deepEqual([picks.shown.length, picks.dots.length], [0, 4]);
  const later = new Picks();
  filled(list, 5, 8);
  later.look(list.all, 0, true);
  assert.deepEqual(later.shown.map(({ walk, ended }) => [walk.cursor, ended]), Array(4).fill([100, 0]));
  assert.deepEqual([later.dots.length, later.isStale(list.all)], [0, false]);
});

test("with reduced motion a walk is drawn whole; a search that goes on is followed as its steps arrive", () => {
  const picks = new Picks();
  const list = filled(new SearchList(), 1, 1, { ends: false });
  picks.look(list.all, 0);
  picks.advance(0, true);
  assert.deepEqual([picks.shown[0].walk.cursor, picks.shown[0].ended], [100, null]);
  assert.equal(picks.isStale(list.all), false);
  list.apply({ type: "search.finished", search: "s1", events: 100, results: [], microseconds: 1 });
  assert.equal(picks.isStale(list.all), true);
  assert.equal(picks.advance(50, true), null);
  assert.equal(picks.shown[0].ended, 50);
});

test("the list keeps still while somebody looks, and says how many are newer", () => {
  const list = filled(new SearchList({ most: 20 }), 1, 5);
  filled(list, 6, 7, { source: "b" });
  const listing = new Listing();
  const isOnMap = (search) => search.id === "s3";
  const shown = (isStill) => {
    const { rows, newer, moreNewer } = listing.rows(list.all, isOnMap, isStill);
    return [rows.map(({ id }) => id).join(" "), newer, moreNewer];
  };
  assert.deepEqual(shown(false), ["s3 s7 s6 s5 s4 s2 s1", 0, false]);
  assert.deepEqual(shown(true), ["s3 s7 s6 s5 s4 s2 s1", 0, false]);
  filled(list, 8, 10, { source: "b" });
  assert.deepEqual(shown(true), ["s3 s7 s6 s5 s4 s2 s1", 3, false]);
  listing.source = "a";
  assert.deepEqual(shown(true), ["s3 s5 s4 s2 s1", 0, false]);
  listing.source = null;
  filled(list, 11, 40);
  assert.deepEqual(shown(true), ["s3 s7 s6 s5 s4 s2 s1", 20, true]);
  assert.equal(shown(false)[0].split(" ").length, 20);
  assert.deepEqual(sourcesOf(list.all, new Map([["c", 1]])), ["a", "c"]);
});

test("a list that was empty when it was held still counts what came", () => {
  const list = new SearchList();
  const listing = new Listing();
  listing.rows(list.all, () => false, true);
  assert.equal(listing.rows(filled(list, 1, 3).all, () => false, true).newer, 3);
});

test("a row says what is known, and that the rest is not", () => {
  const list = filled(new SearchList(), 1, 1, { ends: false });
  const search = list.get("s1");
  const line = new BestLine(header);
  line.advance(search.columns, search.length);
  const running = rowTexts(search, line);
  assert.deepEqual([running.source, running.distances, running.time, running.recallText, running.state], ["a, ef 64, k 10", 100, "…", "…", "running"]);
  list.apply({ type: "search.finished", search: "s1", events: 100, results: [], counters: { distances: 101 }, microseconds: 420, stopped: "deadline" });
  list.apply({ type: "search.recall", search: "s1", unavailable: "the file holds no vectors" });
  const done = rowTexts(search, line);
  assert.deepEqual([done.distances, done.time, done.recallText, done.recall, done.state, done.why], [101, "420 µs", "–", null, "deadline", "the file holds no vectors"]);
  list.apply({ type: "search.failed", search: "s1", message: "file changed" });
  assert.deepEqual([rowTexts(search, line).time, rowTexts(search, line).why], ["failed", "file changed"]);
});

test("sources keep their shapes; the others are together", () => {
  const names = (...all) => all.map((name) => ({ name }));
  const first = sourceSlots([], names("a", "b", "c"));
  assert.deepEqual(first, ["a", "b", "c"]);
  assert.deepEqual(sourceSlots(first, names("c", "d", "a")), ["a", "d", "c"]);
  assert.deepEqual(sourceSlots(first, names("b")), [null, "b", null]);
  assert.deepEqual(stackOf({ count: 9, sources: new Map([["b", 4], ["z", 5]]) }, [null, "b"]), { bySlot: [0, 4], others: 5 });
});

test("the figures say of how many they are", () => {
  const minute = new Minute();
  const none = figureTexts(minute.figures(0), { animated: 0, of: 0 });
  assert.deepEqual(none.map(({ value, unit }) => [value, unit]), [["0", "/s"], ["–", ""], ["–", ""], ["–", "µs"], ["0", "of 0"]]);
  const figures = { rate: 42, count: 2520, ended: 2520, failed: 0, measured: 118, recall: 0.9421, k: 10, distances: 1284.2, p95: 1906 };
  const texts = figureTexts(figures, { animated: 6, of: 42 });
  assert.deepEqual(texts.map(({ value, unit, text }) => `${value} ${unit} ${text}`), [
    "42 /s searches", "0.942  mean recall@10, 118 of 2\u202f520 measured", "1\u202f284  distances per search", "1.9 ms p95 latency", "6 of 42 animated; the rest counted",
  ]);
  assert.equal(spokenFigures(figures), "42 searches a second, recall 0.94");
});

test("names on the map do not lie on one another, and stay inside", () => {
  const places = placeTags([{ x: 100, y: 100 }, { x: 102, y: 101 }, { x: 399, y: 5 }, null, { x: 500, y: 20 }], 400, 300);
  assert.deepEqual([places[3], places[4]], [null, null]);
  const shown = /** @type {{x:number,y:number}[]} */ (places.filter(Boolean));
  shown.forEach((a, i) => {
    assert.ok(a.x >= 4 && a.y >= 4 && a.x + 62 <= 400 && a.y + 26 <= 300);
    for (const b of shown.slice(i + 1)) assert.ok(Math.abs(a.x - b.x) > 62 || Math.abs(a.y - b.y) > 26);
  });
});
