import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Connection, RequestError } from "../connection.js";

/** A connection over sockets that the test plays the daemon of. */
function connect() {
  const sockets = [];
  const states = [];
  class Socket {
    sent = [];
    constructor() {
      sockets.push(this);
    }
    send(text) {
      this.sent.push(JSON.parse(text));
    }
    close() {}
    async say(message) {
      this.onmessage({ data: JSON.stringify({ jsonrpc: "2.0", ...message }) });
      await settled();
    }
    async greet(epoch) {
      this.onopen();
      await this.say({ id: this.sent.at(-1).id, result: { epoch, indexes: [] } });
    }
  }
  const connection = new Connection("ws://here/ws", { onState: (state) => states.push(state.kind), onReady() {}, WebSocket: /** @type {any} */ (Socket) });
  return { connection, sockets, states };
}

async function settled() {
  for (let i = 0; i < 5; i += 1) await Promise.resolve();
}

test("a stream is resumed after its last event", async (t) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => mock.timers.reset());
  const { connection, sockets, states } = connect();
  const heard = [];
  connection.subscribe("searches/a", (params) => heard.push(params));
  connection.open();
  await sockets[0].greet("e1");
  assert.deepEqual(sockets[0].sent.at(-1).params, { stream: "searches/a" });
  await sockets[0].say({ id: sockets[0].sent.at(-1).id, result: { epoch: "e1", offset: 10, recovered: true } });
  await sockets[0].say({ method: "stream.events", params: { stream: "searches/a", offset: 10, last: 12, events: [{}, {}, {}] } });
  sockets[0].onclose({ code: 1006, reason: "" });
  assert.equal(states.at(-1), "reconnecting");
  mock.timers.tick(20_000);
  await sockets[1].greet("e1");
  assert.deepEqual(sockets[1].sent.at(-1).params, { stream: "searches/a", after: { epoch: "e1", offset: 12 } });
  await sockets[1].say({ id: sockets[1].sent.at(-1).id, result: { epoch: "e1", offset: 40, recovered: false } });
  assert.equal(heard.at(-1).lost, true);
  assert.equal(states.at(-1), "open");
});

test("of a daemon that was started anew everything is asked for that it keeps, and the loss is told", async (t) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => mock.timers.reset());
  const { connection, sockets } = connect();
  const heard = [];
  for (const stream of ["searches/a", "layout/a"]) connection.subscribe(stream, (params) => heard.push(params));
  connection.open();
  await sockets[0].greet("e1");
  for (const { id } of sockets[0].sent.slice(1)) await sockets[0].say({ id, result: { epoch: "e1", offset: 10, recovered: true } });
  sockets[0].onclose({ code: 1012, reason: "" });
  mock.timers.tick(20_000);
  await sockets[1].greet("e2");
  const [searches, layout] = sockets[1].sent.slice(1);
  assert.deepEqual(searches.params, { stream: "searches/a", after: { epoch: "e2", offset: -1 } });
  assert.deepEqual(layout.params.after, { epoch: "e1", offset: 9 });
  // The connection is lost before the answer: it is the same the next time.
  sockets[1].onclose({ code: 1006, reason: "" });
  mock.timers.tick(20_000);
  await sockets[2].greet("e2");
  const again = sockets[2].sent[1];
  assert.deepEqual(again.params, searches.params);
  await sockets[2].say({ id: again.id, result: { epoch: "e2", offset: 0, recovered: true } });
  assert.deepEqual(heard, [{ stream: "searches/a", lost: true }]);
  await sockets[2].say({ method: "stream.events", params: { stream: "searches/a", offset: 0, last: 3, events: [{}, {}, {}, {}] } });
  sockets[2].onclose({ code: 1006, reason: "" });
  mock.timers.tick(20_000);
  await sockets[3].greet("e2");
  assert.deepEqual(sockets[3].sent[1].params.after, { epoch: "e2", offset: 3 });
  await sockets[3].say({ id: sockets[3].sent[1].id, result: { epoch: "e2", offset: 4, recovered: true } });
  assert.equal(heard.filter(({ lost }) => lost).length, 1);
});

test("the refusal of a stream is told to nobody who does not follow it any more", async () => {
  const { connection, sockets } = connect();
  const heard = [];
  connection.open();
  await sockets[0].greet("e1");
  connection.subscribe("layout/a/tiles/1/0/0", () => heard.push("first"));
  const { id } = sockets[0].sent.at(-1);
  connection.unsubscribe("layout/a/tiles/1/0/0");
  connection.subscribe("layout/a/tiles/1/0/0", (params) => heard.push(params.error.message));
  const again = sockets[0].sent.at(-1);
  await sockets[0].say({ id, error: { code: -32002, message: "no such index" } });
  assert.deepEqual(heard, []);
  await sockets[0].say({ id: again.id, error: { code: -32002, message: "still none" } });
  assert.deepEqual(heard, ["still none"]);
});

test("a request that is not answered is rejected when the connection is lost", async () => {
  const { connection, sockets } = connect();
  connection.open();
  await assert.rejects(connection.request("index.list"), RequestError);
  await sockets[0].greet("e1");
  const waiting = connection.request("search.run", {});
  const refused = connection.request("search.run", {});
  const wrong = assert.rejects(refused, (error) => error instanceof RequestError && error.code === -32005 && error.message === "128 components");
  await sockets[0].say({ id: sockets[0].sent.at(-1).id, error: { code: -32005, message: "128 components" } });
  await wrong;
  const lost = assert.rejects(waiting, (error) => error instanceof RequestError && error.code === 0);
  sockets[0].onclose({ code: 4401, reason: "no token" });
  await lost;
});

test("a refusal is not tried again", async (t) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => mock.timers.reset());
  const { connection, sockets, states } = connect();
  connection.open();
  sockets[0].onclose({ code: 4403, reason: "not from here" });
  mock.timers.tick(120_000);
  assert.deepEqual([states.at(-1), sockets.length], ["closed", 1]);
});

test("a line that went dead is noticed by asking, where the daemon says how often it pings", async (t) => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  t.after(() => mock.timers.reset());
  const { connection, sockets, states } = connect();
  connection.open();
  sockets[0].onopen();
  await sockets[0].say({ id: sockets[0].sent[0].id, result: { epoch: "e1", indexes: [], pingSeconds: 20 } });
  mock.timers.tick(20_000);
  assert.equal(sockets[0].sent.at(-1).method, "index.list");
  await sockets[0].say({ id: sockets[0].sent.at(-1).id, result: { indexes: [] } });
  mock.timers.tick(10_000);
  await sockets[0].say({ method: "stream.events", params: { stream: "indexes", events: [] } });
  mock.timers.tick(10_000);
  assert.equal(sockets[0].sent.filter(({ method }) => method === "index.list").length, 1, "who speaks is not asked");
  mock.timers.tick(20_000);
  assert.equal(states.at(-1), "open");
  mock.timers.tick(20_000);
  assert.equal(states.at(-1), "reconnecting");
  // What the dead one still says is nobody's.
  sockets[0].onclose({ code: 1006, reason: "" });
  mock.timers.tick(1000);
  assert.equal(sockets.length, 2);
});
