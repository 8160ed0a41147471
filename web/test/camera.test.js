import assert from "node:assert/strict";
import { test } from "node:test";
import { centredOn, flown, Glide, MAX_SCALE, withinSight, zoomed } from "../render/camera.js";
import { EASES, Pace } from "../render/pace.js";

const at = ({ scale, x, y }, p) => ({ x: p.x * scale + x, y: p.y * scale + y });
const near = (a, b, by = 1e-6) => assert.ok(Math.abs(a - b) < by, `${a}, not ${b}`);

test("what is under the pointer stays there while the map is zoomed", () => {
  const camera = { scale: 2, x: -100, y: 30 };
  const under = { x: (300 - camera.x) / 2, y: (200 - camera.y) / 2 };
  const after = at(zoomed(camera, 1.7, 300, 200), under);
  near(after.x, 300);
  near(after.y, 200);
  assert.equal(zoomed(camera, 1e9, 0, 0).scale, MAX_SCALE);
  assert.equal(zoomed(camera, 0, 0, 0).scale, 1);
});

test("half of the view stays filled", () => {
  assert.deepEqual(withinSight({ scale: 1, x: 5000, y: -5000 }, 800, 600), { scale: 1, x: 400, y: -300 });
  assert.deepEqual(withinSight({ scale: 4, x: -9999, y: 10 }, 800, 600), { scale: 4, x: -2800, y: 10 });
});

test("a flight begins here, ends there, and moves what it goes to steadily towards the middle", () => {
  const from = { scale: 1, x: 0, y: 0 };
  const point = { x: 600, y: 150 };
  const to = centredOn(point, 8, 800, 600);
  assert.deepEqual(flown(from, to, 0), from);
  assert.deepEqual(flown(from, to, 1), to);
  let far = Math.hypot(point.x - 400, point.y - 300);
  for (let time = 0.1; time <= 1; time += 0.1) {
    const p = at(flown(from, to, time), point);
    const away = Math.hypot(p.x - 400, p.y - 300);
    assert.ok(away <= far + 1e-6, `${time}: ${away} after ${far}`);
    far = away;
  }
  const level = flown({ scale: 3, x: 0, y: 0 }, { scale: 3, x: -300, y: 60 }, 0.5);
  near(level.scale, 3);
  near(level.x, -300 * (1 - 0.5 ** 3));
});

test("a thrown map slows down by two thirds in 200 ms and then stands", () => {
  const glide = new Glide();
  for (let time = 0; time <= 100; time += 10) glide.follow(time, 0, time);
  glide.release(100);
  assert.ok(glide.isMoving);
  const first = glide.advance(300).x;
  near(first, 200 * (1 - Math.exp(-1)), 0.01);
  let [total, time] = [first, 300];
  while (glide.isMoving) total += glide.advance((time += 16)).x;
  assert.ok(time < 1100 && total < 200 && total > 190, `${time} ${total}`);
});

test("a hand that rests before it lets go, or never moved, throws nothing", () => {
  const glide = new Glide();
  glide.follow(0, 0, 0);
  glide.follow(50, 0, 20);
  glide.release(400);
  assert.equal(glide.isMoving, false);
  glide.follow(5, 5, 500);
  glide.release(500);
  assert.equal(glide.isMoving, false);
});

/** A pace whose frames take a given time. */
function paced(took) {
  const frames = [];
  const eases = [];
  let now = 0;
  let draws = 0;
  const pace = new Pace({ draw: () => { draws += 1; now += took(draws); }, onEase: (ease) => eases.push(ease), request: (callback) => frames.push(callback), now: () => now });
  return { pace, eases, draws: () => draws, run: () => frames.splice(0).forEach((frame) => frame()) };
}

test("a frame is drawn once however often it is asked for, and none when nobody asks", () => {
  const { pace, draws, run } = paced(() => 1);
  run();
  assert.equal(pace.frames, 0);
  pace.ask();
  pace.ask();
  run();
  run();
  assert.deepEqual([pace.frames, draws()], [1, 1]);
});

test("where frames are slow, glow, every second frame and WebGL are left out, in that order", () => {
  const { pace, eases, run } = paced(() => 90);
  for (let i = 0; i < 60; i += 1) {
    pace.ask();
    run();
  }
  assert.deepEqual(eases, [1, 2, 3]);
  assert.equal(EASES[pace.ease], "drawn by the processor");
});

test("a slow frame now and then changes nothing", () => {
  const { pace, eases, run } = paced((draw) => (draw % 3 ? 200 : 5));
  for (let i = 0; i < 60; i += 1) {
    pace.ask();
    run();
  }
  assert.deepEqual(eases, []);
});
