import assert from "node:assert/strict";
import { test } from "node:test";
import { contoursOf, ringsAt, SHARES } from "../render/contours.js";
import { Allowance } from "../render/allowance.js";
import { MOST_THIN, nodesFrom, thinned } from "../render/order.js";
import { rasterDots, rasterLinks } from "../render/raster.js";
import { buffersOf, TASKS } from "../render/tasks.js";
import { Workshop } from "../render/workshop.js";
import { settledOf } from "../render/settled.js";

const plate = (width, height) => ({ width, height, pixels: new Int32Array(width * height) });
const at = (width, height = width) => ({ ox: 0, oy: 0, ux: width, uy: 0, vx: 0, vy: height });
/** Red, green, blue, alpha. */
const bytes = (pixel) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255, pixel >>> 24];
/** The ink of a plate and its middle. */
function inkOf({ width, pixels }) {
  let [ink, x, y] = [0, 0, 0];
  pixels.forEach((pixel, i) => {
    const part = (pixel >>> 24) / 255;
    ink += part;
    x += part * ((i % width) + 0.5);
    y += part * (Math.floor(i / width) + 0.5);
  });
  return { ink, x: x / ink, y: y / ink };
}

test("a dot is where it belongs, as large as it should be, and of its colour", () => {
  for (const [x, y, size] of [[0.3, 0.4, 0.8], [0.3333, 0.4177, 2.4], [0.301, 0.399, 5]]) {
    const p = plate(100, 100);
    rasterDots(p, { x: Float32Array.of(0.9, x), y: Float32Array.of(0.9, y) }, Uint32Array.of(0, 1), 1, 2, at(100), { color: "#102030", alpha: 0.5, size });
    const seen = inkOf(p);
    assert.ok(Math.abs(seen.ink / 0.5 - Math.PI * size ** 2) < Math.PI * size ** 2 * 0.15 + 0.4, `${seen.ink}`);
    assert.ok(Math.abs(seen.x - x * 100) < 0.2 && Math.abs(seen.y - y * 100) < 0.2, `${seen.x}, ${seen.y}`);
    for (const pixel of p.pixels) if (pixel) assert.deepEqual(bytes(pixel).slice(0, 3), [16, 32, 48]);
  }
});

test("dots without a place or out of sight are none", () => {
  const p = plate(50, 50);
  rasterDots(p, { x: Float32Array.of(NaN, -0.5, 1.2), y: Float32Array.of(0.1, 0.5, 0.5) }, Uint32Array.of(0, 1, 2), 0, 3, at(50), { color: "#ffffff", alpha: 1, size: 2 });
  assert.equal(inkOf(p).ink, 0);
});

test("a link has the ink of its length and width, whichever way it goes", () => {
  const places = { x: Float32Array.of(0.1, 0.9, 0.2, 0.3, NaN), y: Float32Array.of(0.2, 0.4, 0.9, 0.1, 0.5) };
  for (const [a, b] of [[0, 1], [1, 0], [2, 3], [3, 2]]) {
    const p = plate(200, 200);
    rasterLinks(p, places, { from: Uint32Array.of(a, a), to: Uint32Array.of(b, 4) }, 1, 0, 2, at(200), { color: "#ff0000", alpha: 1, size: 1 });
    const far = Math.hypot(places.x[a] - places.x[b], places.y[a] - places.y[b]) * 200;
    const seen = inkOf(p);
    assert.ok(Math.abs(seen.ink - far) < far * 0.06, `${seen.ink}, not ${far}`);
    assert.ok(Math.abs(seen.x - (places.x[a] + places.x[b]) * 100) < 1);
  }
});

test("links out of sight take no time and leave no ink", () => {
  const p = plate(20, 20);
  rasterLinks(p, { x: Float32Array.of(-1e6, 1e6), y: Float32Array.of(3, 3) }, { from: Uint32Array.of(0), to: Uint32Array.of(1) }, 1, 0, 1, at(20), { color: "#ff0000", alpha: 1, size: 1 });
  assert.equal(inkOf(p).ink, 0);
});

test("ink over other ink mixes as paint does", () => {
  const p = plate(9, 9);
  const places = { x: Float32Array.of(0.5), y: Float32Array.of(0.5) };
  rasterDots(p, places, Uint32Array.of(0), 0, 1, at(9), { color: "#ff0000", alpha: 0.5, size: 3 });
  rasterDots(p, places, Uint32Array.of(0), 0, 1, at(9), { color: "#0000ff", alpha: 0.5, size: 3 });
  const [red, green, blue, alpha] = bytes(p.pixels[4 * 9 + 4]);
  assert.ok(Math.abs(red - 85) < 4 && green === 0 && Math.abs(blue - 170) < 4 && Math.abs(alpha - 191) < 3, String([red, green, blue, alpha]));
});

const mapOf = (total, level = () => 0) => ({
  total, grown: 1, settled: 1, shown: null, density: null, nodeX: Float32Array.from({ length: total }, (_, i) => (i % 1000) / 1000),
  nodeY: Float32Array.from({ length: total }, (_, i) => Math.floor(i / 1000) / 1000), nodeLevel: Uint8Array.from({ length: total }, (_, i) => level(i)),
});

test("each node is in the order once, and its beginning is an even part of all", () => {
  for (const total of [1, 63, 64, 5000, 300_000]) {
    const order = nodesFrom(mapOf(total), 0);
    assert.equal(new Set(order).size, total);
    const first = order.slice(0, Math.min(MOST_THIN, total >> 1));
    if (first.length < 1000) continue;
    const mean = first.reduce((sum, node) => sum + node, 0) / first.length;
    assert.ok(Math.abs(mean / total - 0.5) < 0.02, `${mean / total}`);
  }
});

test("the order is of the level, of what is shown, and made anew when others are", () => {
  const map = mapOf(100, (i) => (i % 10 === 0 ? 2 : 0));
  map.nodeX[20] = NaN;
  assert.deepEqual([...nodesFrom(map, 1)].sort((a, b) => a - b), [0, 10, 30, 40, 50, 60, 70, 80, 90]);
  assert.equal(nodesFrom(map, 1), nodesFrom(map, 1));
  map.shown = new Uint16Array(100).fill(0, 0, 50).fill(3, 50);
  map.grown += 1;
  assert.deepEqual([...nodesFrom(map, 1)].sort((a, b) => a - b), [50, 60, 70, 80, 90]);
});

test("the marks of a frame are as many as it has time for, and change seldom", () => {
  const allowance = new Allowance();
  const { marks } = allowance;
  allowance.learn(10, 50);
  allowance.learn(marks, 8);
  assert.equal(allowance.marks, marks);
  allowance.learn(marks, 13);
  assert.equal(allowance.marks, marks / 2);
  for (let i = 0; i < 20; i += 1) allowance.learn(5000, 100);
  assert.equal(allowance.marks, 3000);
  for (let i = 0; i < 20; i += 1) allowance.learn(2000, 0.1);
  assert.equal(allowance.marks, 48_000);
});

test("small sets are whole when large ones are thinned", () => {
  assert.deepEqual(thinned([1_000_000, 10, 60_000], 20_000), [9995, 10, 9995]);
  assert.deepEqual(thinned([5, 6], 20), [5, 6]);
  assert.deepEqual(thinned([], 20), []);
});

test("a ring goes round what is above the value, and is closed at the border", () => {
  const field = new Float32Array(16);
  [5, 6].forEach((i) => (field[i] = 2));
  const one = ringsAt(field, 4, 1);
  assert.equal(one.start.length, 2);
  const xs = one.points.filter((_, i) => i % 2 === 0);
  assert.ok(Math.min(...xs) >= 0.125 && Math.max(...xs) <= 0.875);
  const all = ringsAt(new Float32Array(16).fill(2), 4, 1);
  assert.equal(all.start.length, 2);
  assert.ok(all.points.every((value) => value >= 0 && value <= 1));
  assert.equal(ringsAt(new Float32Array(16), 4, 1).start.length, 1);
});

test("two heaps that touch at a corner are one, and a hole has a ring of its own", () => {
  const corner = ringsAt(Float32Array.of(2, 0, 0, 2), 2, 1);
  assert.equal(corner.start.length, 2);
  const hole = new Float32Array(25).fill(2);
  hole[12] = 0;
  const { points, start } = ringsAt(hole, 5, 1);
  assert.equal(start.length, 3);
  // One goes round the other way.
  const turns = [0, 1].map((ring) => {
    let area = 0;
    for (let i = start[ring]; i < start[ring + 1]; i += 1) {
      const next = i + 1 < start[ring + 1] ? i + 1 : start[ring];
      area += points[2 * i] * points[2 * next + 1] - points[2 * next] * points[2 * i + 1];
    }
    return Math.sign(area);
  });
  assert.equal(turns[0] * turns[1], -1);
});

test("contours hold their shares of the nodes", () => {
  const total = 4000;
  const x = new Float32Array(total);
  const y = new Float32Array(total);
  let seed = 1;
  const next = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (let i = 0; i < total; i += 1) {
    const [far, angle] = [0.12 * Math.sqrt(-2 * Math.log(next())), next() * 2 * Math.PI];
    [x[i], y[i]] = [Math.min(1, Math.max(0, 0.5 + far * Math.cos(angle))), Math.min(1, Math.max(0, 0.5 + far * Math.sin(angle)))];
  }
  const { side, margin, field, levels } = contoursOf({ total, x, y, density: null });
  const at = (place) => Math.floor(place * (side - 2 * margin)) + margin;
  assert.deepEqual(levels.map(({ share }) => share), [...SHARES]);
  assert.ok(Math.abs(field.reduce((sum, value) => sum + value, 0) - total) < total * 0.02);
  for (const { share, value } of levels) {
    let inside = 0;
    for (let i = 0; i < total; i += 1) inside += field[at(y[i]) * side + at(x[i])] >= value ? 1 : 0;
    assert.ok(Math.abs(inside / total - share) < 0.06, `${inside / total}, not ${share}`);
  }
});

test("an index without places, and one with a single node, have contours, too", () => {
  assert.deepEqual(contoursOf({ total: 0, x: new Float32Array(0), y: new Float32Array(0), density: null }).levels, []);
  assert.deepEqual(contoursOf({ total: 2, x: Float32Array.of(NaN, NaN), y: Float32Array.of(NaN, NaN), density: null }).levels, []);
  assert.equal(contoursOf({ total: 1, x: Float32Array.of(0.5), y: Float32Array.of(0.5), density: null }).levels.length, SHARES.length);
});

test("the daemon's own counts are taken where there are some", () => {
  const cells = new Uint16Array(64 * 64);
  cells[20 * 64 + 40] = 65535;
  const { side, margin, field } = contoursOf({ total: 20_000, x: new Float32Array(0), y: new Float32Array(0), density: { side: 64, most: 900, cells } });
  assert.equal(side - 2 * margin, 64);
  assert.equal(field.indexOf(Math.max(...field)), (20 + margin) * side + 40 + margin);
});

/** A worker that answers in a microtask, or fails. */
const worker = (fails) => {
  const own = { onmessage: null, onerror: null, asked: 0, postMessage: (message) => {
    own.asked += 1;
    queueMicrotask(() => (fails ? own.onerror() : own.onmessage({ data: { id: message.id, result: TASKS[message.task](message.message) } })));
  } };
  return own;
};

test("the workshop's results are the same from a worker, without one, and from one that failed", async () => {
  const message = { columns: [{ column: { dtype: "u16", data: "AQACAA==" }, dtype: "u16" }] };
  for (const [hire, isApart] of [[() => null, false], [() => worker(false), true], [() => worker(true), false], [() => { throw new Error("none"); }, false]]) {
    const shop = new Workshop(hire);
    assert.deepEqual([...(await shop.ask("decode", message))[0]], [1, 2]);
    assert.deepEqual([...(await shop.ask("decode", message))[0]], [1, 2]);
    assert.equal(shop.isApart, isApart);
  }
});

test("what a worker gives back changes hands", () => {
  const { grid, contours } = TASKS.settle({ total: 2, x: Float32Array.of(0.1, 0.9), y: Float32Array.of(0.1, 0.9), shown: null, density: null, hasGrid: false });
  assert.equal(buffersOf({ grid, contours }).length, 2 + 1 + 2 * contours.levels.length);
});

test("the grid finds what is near, and follows the map when it has settled", () => {
  const map = { ...mapOf(5000), goalX: null, goalY: null };
  [map.goalX, map.goalY] = [map.nodeX, map.nodeY];
  assert.equal(settledOf(map).grid.nearest(0.5, 0.002, 0.0004), 2500);
  assert.equal(settledOf(map).grid.nearest(0.5, 0.5, 0.01), -1);
  const before = settledOf(map);
  const { made } = before;
  map.goalX[7] = map.goalY[7] = 0.5;
  map.settled += 1;
  assert.equal(settledOf(map).grid.nearest(0.5, 0.5, 0.01), 7);
  assert.ok(settledOf(map).made > made);
});
