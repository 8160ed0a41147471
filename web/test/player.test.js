import assert from "node:assert/strict";
import { test } from "node:test";
import { Player } from "../player.js";

/** A player whose frames come when they are told to. @param {{hidden?:boolean,reduced?:boolean}} [set] */
function playerOf(set = {}) {
  let waiting = null;
  let time = 1000;
  const player = new Player({
    onMove() {}, request: (callback) => ((waiting = callback), 1), cancel: () => (waiting = null),
    isHidden: () => set.hidden ?? false, isReduced: () => set.reduced ?? false,
  });
  const frames = (count, milliseconds = 16) => {
    for (let i = 0; i < count && waiting; i += 1) {
      const callback = waiting;
      waiting = null;
      callback((time += milliseconds));
    }
  };
  return { player, frames, isIdle: () => waiting === null };
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
