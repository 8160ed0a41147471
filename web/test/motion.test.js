import assert from "node:assert/strict";
import { test } from "node:test";
import { arrive, DROP, dropGrowth, edgeGrowth, lasting, Passage, ringGrowth, settleGrowth, STAGGER } from "../motion.js";
import { Kind } from "../replay/kinds.js";

/** The curve that the pictures were made with: cubic-bezier(.2, .7, .2, 1). @param {number} t */
function bezier(t) {
  let [low, high] = [0, 1];
  const at = (s, a, b) => 3 * (1 - s) ** 2 * s * a + 3 * (1 - s) * s * s * b + s ** 3;
  for (let i = 0; i < 40; i += 1) {
    const middle = (low + high) / 2;
    if (at(middle, 0.2, 0.2) < t) low = middle;
    else high = middle;
  }
  return at(low, 0.7, 1);
}

test("arrivals follow the agreed curve, and end", () => {
  for (let t = 0; t <= 1; t += 0.05) assert.ok(Math.abs(arrive(t) - bezier(t)) < 0.025, `${t}`);
  assert.deepEqual([arrive(-1), arrive(1), arrive(Infinity)], [0, 1, 1]);
});

test("what is at rest is drawn whole", () => {
  for (const grown of [edgeGrowth, ringGrowth, dropGrowth, (age) => settleGrowth(age, 9)]) assert.equal(grown(Infinity), 1);
  for (const grown of [edgeGrowth, dropGrowth]) assert.equal(grown(0), 0);
});

test("a ring closes in when its link has arrived, and results settle one after the other", () => {
  assert.equal(ringGrowth(100), 0);
  assert.ok(ringGrowth(150) > 0);
  assert.ok(settleGrowth(100, 0) > settleGrowth(100, 1));
  assert.equal(settleGrowth(STAGGER * 4, 4), 0);
});

const of = (kinds) => (step) => lasting(kinds[step], 5);

test("only steps that were just passed move, and only for a while", () => {
  const passage = new Passage();
  passage.go(3, 1000, true, of([Kind.enter, Kind.keep, Kind.reject]));
  assert.deepEqual([passage.age(0, 1100), passage.age(2, 1100), passage.age(3, 1100)], [100, 100, Infinity]);
  passage.go(4, 1200, true, of([0, 0, 0, Kind.keep]));
  assert.deepEqual([passage.age(0, 1250), passage.age(3, 1250)], [250, 50]);
  assert.equal(passage.isMoving(1000 + DROP - 1), true);
  assert.equal(passage.isMoving(1000 + DROP), false);
  assert.equal(passage.age(0, 1000 + DROP), Infinity);
});

test("nothing moves after a jump, a step back, or steps that bring nothing new", () => {
  const passage = new Passage();
  passage.go(10, 1000, false, of([]));
  assert.equal(passage.isMoving(1000), false);
  passage.go(200, 1000, true, () => DROP);
  assert.equal(passage.isMoving(1000), false, "too many at once");
  passage.go(201, 1000, true, () => DROP);
  assert.equal(passage.isMoving(1001), true);
  passage.go(190, 1001, true, () => DROP);
  assert.equal(passage.isMoving(1001), false);
  passage.go(191, 1001, true, () => lasting(Kind.expand, 5));
  assert.equal(passage.isMoving(1001), false);
});
