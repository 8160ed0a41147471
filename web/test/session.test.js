import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Session } from "../session.js";
import { SearchLog } from "../search-log.js";
import { Store } from "../store.js";

/** The daemon's end of the page's newest connection. */
class Socket {
  static newest = /** @type {any} */ (null);
  sent = /** @type {any[]} */ ([]);
  constructor() {
    Socket.newest = this;
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  async say(message) {
    /** @type {any} */ (this).onmessage({ data: JSON.stringify({ jsonrpc: "2.0", ...message }) });
    for (let i = 0; i < 5; i += 1) await Promise.resolve();
  }
  async greet(epoch) {
    /** @type {any} */ (this).onopen();
    await this.say({ id: this.sent[0].id, result: { epoch, indexes: [{ name: "a", revision: 1 }] } });
  }
}

test("a map of the same revision is gone on with after a lost connection, and begun anew after a restart of the daemon", async (t) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const original = globalThis.WebSocket;
  globalThis.WebSocket = /** @type {any} */ (Socket);
  t.after(() => {
    mock.timers.reset();
    globalThis.WebSocket = original;
  });
  const store = new Store();
  const ignore = () => {};
  const session = new Session(store, {
    url: "ws://here/ws", token: null, onState: ignore, onReady: () => session.follow("a"), onIndexes: ignore, onMap: ignore, onError: ignore });
  const events = [
    { type: "layout.started", revision: 1, structure: "hnsw", nodes: 1, levels: 1, cells: 0, method: "graph", whole: true },
    { type: "layout.nodes", level: 0, chunk: 0, node: [0], x: [0], y: [0] },
  ];
  const maps = [];
  session.connection.open();
  for (const epoch of ["e1", "e1", "e2"]) {
    await Socket.newest.greet(epoch);
    await Socket.newest.say({ method: "stream.events", params: { stream: "layout/a", offset: 0, snapshot: true, events } });
    maps.push(store.map);
    Socket.newest.onclose({ code: 1006, reason: "" });
    mock.timers.tick(20_000);
  }
  assert.equal(maps[1], maps[0]);
  assert.notEqual(maps[2], maps[0]);
  assert.equal(maps[2].revision, 1);
});

test("what failed is asked for again by who looks anew, and not by news", async (t) => {
  const original = globalThis.WebSocket;
  globalThis.WebSocket = /** @type {any} */ (Socket);
  t.after(() => { globalThis.WebSocket = original; });
  const ignore = () => {};
  const errors = [];
  const session = new Session(new Store(new SearchLog()), {
    url: "ws://here/ws", token: () => null, onState: ignore, onReady: ignore, onIndexes: ignore, onMap: ignore, onError: (text) => errors.push(text) });
  session.connection.open();
  await Socket.newest.greet("e1");
  const { sent } = Socket.newest;
  const search = { id: "s1", gap: true, total: 5 };
  const asked = () => sent.filter(({ method }) => method === "search.trace").length;
  session.complete(search, false);
  session.complete(search, false);
  assert.equal(asked(), 1);
  await Socket.newest.say({ id: sent.at(-1).id, error: { code: -32009, message: "too many" } });
  assert.deepEqual(errors, ["too many"]);
  for (let news = 0; news < 3; news += 1) session.complete(search, false, true);
  assert.equal(asked(), 1);
  session.complete(search, false);
  assert.equal(asked(), 2);
});

test("searches that come before somebody keeps them are told then, and too many of them are told as lost", async (t) => {
  const original = globalThis.WebSocket;
  globalThis.WebSocket = /** @type {any} */ (Socket);
  t.after(() => { globalThis.WebSocket = original; });
  const ignore = () => {};
  for (const [count, kept] of [[3, ["s0", "s1", "s2"]], [2001, ["s2000"]]]) {
    const session = new Session(new Store(), {
      url: "ws://here/ws", token: () => null, onState: ignore, onReady: () => session.follow("a"), onIndexes: ignore, onMap: ignore, onError: ignore });
    session.connection.open();
    await Socket.newest.greet("e1");
    const event = (search) => ({ type: "search.started", search, index: "a", revision: 1, at: 0, header: { algorithm: "hnswlib", k: 1, efSearch: 1 }, algorithm: "hnswlib", k: 1 });
    for (let i = 0; i < count; i += 1) await Socket.newest.say({ method: "stream.events", params: { stream: "searches/a", offset: i, events: [event(`s${i}`)] } });
    const told = [];
    session.keepSearches(new SearchLog(), { onSearch: (search) => told.push(search.id) });
    assert.deepEqual(told, kept);
    assert.deepEqual(session.store.minute.marks(performance.timeOrigin + performance.now()).map(({ text }) => text), count > 2000 ? ["some events were lost"] : []);
    await Socket.newest.say({ method: "stream.events", params: { stream: "searches/a", offset: count, events: [event("after")] } });
    assert.equal(told.at(-1), "after");
  }
});

test("an index that is gone without a word, as the daemon can't tell any more, goes from the list", async (t) => {
  const original = globalThis.WebSocket;
  globalThis.WebSocket = /** @type {any} */ (Socket);
  t.after(() => { globalThis.WebSocket = original; });
  const store = new Store();
  const told = /** @type {any[]} */ ([]);
  const ignore = () => {};
  const session = new Session(store, {
    url: "ws://here/ws", token: () => null, onState: ignore, onReady: ignore, onIndexes: (name) => told.push(name), onMap: ignore, onError: ignore });
  session.connection.open();
  await Socket.newest.greet("e1");
  const events = [{ type: "index.failed", name: "broken", error: { message: "cut short" } }, { type: "index.loaded", index: { name: "b", revision: 1 } }];
  await Socket.newest.say({ method: "stream.events", params: { stream: "indexes", offset: 1, events } });
  assert.deepEqual([...store.indexes.keys()], ["a", "broken", "b"]);
  await Socket.newest.say({ method: "stream.gap", params: { stream: "indexes", from: 3, to: 9, reason: "slow" } });
  assert.deepEqual([...store.indexes.keys()], ["a", "b"]);
  const request = Socket.newest.sent.at(-1);
  assert.equal(request.method, "index.list");
  told.length = 0;
  await Socket.newest.say({ id: request.id, result: { indexes: [{ name: "b", revision: 1 }] } });
  assert.deepEqual([...store.indexes.keys()], ["b"]);
  assert.deepEqual(told, [null]);
});
