import assert from "node:assert/strict";
import { test } from "node:test";
import { Player } from "../player.js";
import { Kind } from "../replay/kinds.js";
import { golden } from "./golden.js";

/** A player whose frames come when they are told to. @param {{hidden?:boolean,reduced?:boolean}} [set] */
function playerOf(set = {}) {
  let waiting = null;
  let resting = null;
  let time = 1000;
  const player = new Player({
    onMove() {}, now: () => time, wait: (callback) => ((resting = callback), 1), forget: () => (resting = null), request: (callback) => ((waiting = callback), 1), cancel: () => (waiting = null),
    isHidden: () => set.hidden ?? false, isReduced: () => set.reduced ?? false,
  });
  const frames = (count, milliseconds = 16) => {
    for (let i = 0; i < count && waiting; i += 1) {
      const callback = waiting;
      waiting = null;
      callback((time += milliseconds));
    }
  };
  const rest = () => {
    const callback = resting;
    resting = null;
    callback?.();
  };
  return { player, frames, rest, isIdle: () => waiting === null && resting === null, pass: (milliseconds) => (time += milliseconds) };
}

test("a short search takes a few seconds and then stands still", () => {
  const { player, frames, isIdle } = playerOf();
  player.load(86, true);
  assert.equal(player.cursor, 1);
  frames(60);
  assert.ok(player.cursor > 10 && player.cursor < 40, `${player.cursor}`);
  frames(400);
  assert.deepEqual([player.cursor, player.playing, isIdle()], [86, false, true]);
});

test("steps that arrive are followed, and the end is not taken for granted", () => {
  const { player, frames, isIdle } = playerOf();
  player.load(0, false);
  assert.deepEqual([player.cursor, player.playing, isIdle()], [0, true, true]);
  player.grow(20, false);
  assert.equal(player.cursor, 1);
  frames(1000);
  assert.deepEqual([player.cursor, player.playing, isIdle()], [20, true, true]);
  player.grow(30, true);
  frames(1000);
  assert.deepEqual([player.cursor, player.playing], [30, false]);
});

test("seeking and stepping stop the play and stay within the trace", () => {
  const { player, isIdle } = playerOf();
  player.load(50, true);
  player.seek(30);
  assert.deepEqual([player.cursor, player.playing, isIdle()], [30, false, true]);
  player.step(-1);
  assert.equal(player.cursor, 29);
  player.step(-100);
  assert.equal(player.cursor, 0);
  player.seek(1e9);
  assert.equal(player.cursor, 50);
  player.play();
  assert.deepEqual([player.cursor, player.playing], [0, true]);
});

test("speed changes the pace", () => {
  const distances = [1, 4].map((speed) => {
    const { player, frames } = playerOf();
    player.speed = speed;
    player.load(1000, true);
    frames(50);
    return player.cursor;
  });
  assert.ok(distances[1] > 3 * distances[0], `${distances}`);
});

test("a hidden tab does nothing, and goes on where it was when it is seen again", () => {
  const set = { hidden: false };
  const { player, frames, isIdle } = playerOf(set);
  player.load(100, true);
  frames(20);
  const { cursor } = player;
  set.hidden = true;
  player.visibilityChanged();
  assert.equal(isIdle(), true);
  set.hidden = false;
  player.visibilityChanged();
  frames(1, 60_000);
  assert.equal(player.cursor, cursor);
  frames(1000);
  assert.equal(player.cursor, 100);
});

test("with reduced motion the end is shown at once, while it grows too", () => {
  const { player, isIdle } = playerOf({ reduced: true });
  player.load(10, false);
  player.grow(40, false);
  assert.equal(player.cursor, 40);
  player.grow(60, true);
  assert.deepEqual([player.cursor, player.playing, isIdle()], [60, false, true]);
  player.seek(5);
  assert.equal(player.cursor, 5);
});

test("a search of any length plays in four to eight seconds", () => {
  for (const length of [60, 1000, 4000, 400_000]) {
    const { player, frames, isIdle } = playerOf();
    player.load(length, true);
    let seconds = 0;
    for (; !isIdle(); seconds += 0.016) frames(1);
    assert.ok(seconds > 3.8 && seconds < 8.2, `${length}: ${seconds}`);
  }
});

test("more steps than can be told apart are shown by whole expansions", () => {
  const { player, frames, isIdle } = playerOf();
  const search = golden("hnswlib_deep");
  player.speed = 4;
  player.load(search.length, true, true, search);
  assert.ok(player.pace > 60);
  const seen = new Set();
  while (!isIdle()) {
    frames(1);
    seen.add(player.cursor);
  }
  const { expansions } = player.boundaries;
  assert.deepEqual([...seen].filter((cursor) => cursor !== 1 && !expansions.includes(cursor)), []);
  assert.equal(player.cursor, search.length);
});

test("one steps by expansions and by layers, and stays within the trace", () => {
  const { player } = playerOf();
  const search = golden("hnswlib_deep");
  const { kind } = search.columns;
  player.load(search.length, true, false, search);
  player.stepPart(-1);
  assert.equal(kind[player.cursor - 1], Kind.enter);
  player.stepExpansion(1);
  assert.equal(kind[player.cursor], Kind.expand);
  player.stepExpansion(1);
  const { cursor } = player;
  player.stepExpansion(-1);
  player.stepExpansion(1);
  assert.deepEqual([player.cursor, player.playing], [cursor, false]);
  player.seek(0);
  player.stepPart(1);
  assert.equal(player.cursor, 1);
  for (let i = 0; i < 100; i += 1) player.stepPart(1);
  assert.equal(player.cursor, search.length);
});

test("a search that is repeated rests at its end and begins anew, until it is paused", () => {
  const { player, frames, rest, isIdle } = playerOf();
  player.setLoops(true);
  player.load(20, true);
  frames(1000);
  assert.deepEqual([player.cursor, player.playing, isIdle()], [20, true, false]);
  rest();
  assert.deepEqual([player.cursor, player.playing], [0, true]);
  frames(1000);
  player.pause();
  assert.deepEqual([player.cursor, isIdle()], [20, true]);
});

test("with reduced motion nothing repeats and nothing arrives", () => {
  const { player, isIdle } = playerOf({ reduced: true });
  const search = golden("hnswlib_l2");
  player.setLoops(true);
  player.load(search.length, true, true, search);
  assert.deepEqual([player.cursor, player.playing, isIdle()], [search.length, false, true]);
  player.seek(0);
  player.stepPart(1);
  assert.deepEqual([player.isMoving, player.age(0)], [false, Infinity]);
});

test("what a step brings arrives for a moment, and then nothing moves", () => {
  const { player, pass } = playerOf();
  const search = golden("hnswlib_l2");
  player.load(search.length, true, false, search);
  assert.equal(player.isMoving, false);
  player.seek(0);
  player.step(1);
  pass(40);
  assert.deepEqual([player.isMoving, player.age(0), player.age(1)], [true, 40, Infinity]);
  pass(1000);
  assert.deepEqual([player.isMoving, player.age(0)], [false, Infinity]);
  player.step(-1);
  assert.equal(player.isMoving, false);
});
