import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { nearestAmong } from "../scenes/grid.js";
import { Tiles, tilesOver } from "../tiles.js";

test("tiles are 256 to 512 pixels wide, and cover what is in sight", () => {
  assert.deepEqual(tilesOver({ x0: 0, y0: 0, x1: 1, y1: 1 }, 700, 1), []);
  assert.deepEqual(tilesOver({ x0: 0.3, y0: 0.3, x1: 0.6, y1: 0.4 }, 1100, 1), ["2/1/1", "2/2/1"]);
  assert.deepEqual(tilesOver({ x0: -1, y0: -1, x1: 0.1, y1: 0.01 }, 1100, 1), ["2/0/0"]);
  assert.equal(tilesOver({ x0: 0.5, y0: 0.5, x1: 0.5, y1: 0.5 }, 1e9, 1)[0].split("/")[0], "12");
});

test("where more than 24 would be needed they are coarser, and at the map's own zoom there are none", () => {
  const names = tilesOver({ x0: 0, y0: 0, x1: 1, y1: 1 }, 2100, 1);
  assert.deepEqual([names.length, names[0]], [16, "2/0/0"]);
  assert.deepEqual(tilesOver({ x0: 0, y0: 0, x1: 1, y1: 1 }, 2100, 2), []);
});

/** Tiles over a connection that only notes what is followed. */
function followed() {
  const streams = new Map();
  const connection = { subscribe: (name, receive) => streams.set(name, receive), unsubscribe: (name) => streams.delete(name) };
  const tiles = new Tiles(connection, () => {});
  const send = (name, revision, node = [1]) => streams.get(`layout/a/tiles/${name}`)({
    events: [{ type: "layout.tile", revision, total: 1, node, x: node.map(() => 65535), y: node.map(() => 0), level: node.map(() => 0) }] });
  tiles.use("a");
  return { tiles, streams, send };
}

test("tiles are followed when the camera rests, and let go when they are out of sight", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { tiles, streams, send } = followed();
  tiles.see(["2/0/0", "2/1/0"]);
  mock.timers.tick(100);
  tiles.see(["2/1/0", "2/2/0"]);
  mock.timers.tick(100);
  assert.deepEqual([...streams.keys()], []);
  mock.timers.tick(20);
  assert.deepEqual([...streams.keys()], ["layout/a/tiles/2/1/0", "layout/a/tiles/2/2/0"]);
  send("2/1/0", 1);
  assert.deepEqual(tiles.inSight(1).map((tile) => [...tile.node, ...tile.x]), [[1, 1]]);
  assert.deepEqual(tiles.inSight(2), []);
  tiles.see(["2/2/0"]);
  mock.timers.tick(120);
  assert.deepEqual([...streams.keys()], ["layout/a/tiles/2/2/0"]);
  // What is kept is there again at once.
  tiles.see(["2/1/0"]);
  assert.equal(tiles.inSight(1).length, 1);
  mock.timers.reset();
});

test("a tile that was refused is asked for again when the map changes or the camera moves, and not before", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { tiles, streams } = followed();
  const refuse = (name) => streams.get(`layout/a/tiles/${name}`)({ error: new Error("no such index") });
  tiles.see(["2/0/0", "2/1/0"]);
  mock.timers.tick(120);
  refuse("2/0/0");
  tiles.see(["2/0/0", "2/1/0"]);
  mock.timers.tick(10_000);
  assert.deepEqual([[...streams.keys()], tiles.followed], [["layout/a/tiles/2/1/0"], 1]);
  tiles.retry();
  assert.equal(streams.size, 2);
  refuse("2/0/0");
  tiles.see(["2/0/0"]);
  mock.timers.tick(120);
  assert.deepEqual([...streams.keys()], ["layout/a/tiles/2/0/0"]);
  mock.timers.reset();
});

test("a coarser tile stands in for finer ones, once", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { tiles, send } = followed();
  tiles.see(["2/1/1"]);
  mock.timers.tick(120);
  send("2/1/1", 1, [4]);
  tiles.see(["3/2/2", "3/3/3", "3/4/4"]);
  mock.timers.tick(120);
  assert.deepEqual(tiles.inSight(1).map((tile) => tile.node[0]), [4]);
  send("3/2/2", 1, [5]);
  assert.deepEqual(tiles.inSight(1).map((tile) => tile.node[0]), [5, 4]);
  mock.timers.reset();
});

test("at most 64 tiles are kept, those seen last", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { tiles, send } = followed();
  const names = Array.from({ length: 70 }, (_, i) => `7/${i}/0`);
  for (const name of names) {
    tiles.see([name]);
    mock.timers.tick(120);
    send(name, 1);
  }
  tiles.see(names);
  assert.equal(tiles.inSight(1).length, 64);
  tiles.see(names.slice(0, 6));
  assert.equal(tiles.inSight(1).length, 0);
  mock.timers.reset();
});

test("another index begins without tiles", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { tiles, streams, send } = followed();
  tiles.see(["2/0/0"]);
  mock.timers.tick(120);
  send("2/0/0", 1);
  tiles.use("b");
  assert.equal(streams.size, 0);
  tiles.see(["2/0/0"]);
  assert.deepEqual(tiles.inSight(1), []);
  mock.timers.tick(120);
  assert.deepEqual([...streams.keys()], ["layout/b/tiles/2/0/0"]);
  mock.timers.reset();
});

test("a node of a tile is found by where it is", () => {
  const set = { node: Uint32Array.of(7, 8), x: Float32Array.of(0.1, 0.2), y: Float32Array.of(0.1, 0.1) };
  assert.equal(nearestAmong([set], 0.19, 0.1, 0.05), 8);
  assert.equal(nearestAmong([set], 0.9, 0.1, 0.05), -1);
});
