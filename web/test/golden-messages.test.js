import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Connection } from "../connection.js";
import { filterText } from "../format.js";
import { MapBuilder } from "../map-builder.js";
import { countedText } from "../panels/searches.js";
import { SearchList } from "../search-list.js";
import { Store } from "../store.js";

// The messages that the daemon's tests read too.
const read = (name) => JSON.parse(readFileSync(new URL(`../../Tests/Golden/messages/${name}.json`, import.meta.url), "utf8"));
const golden = read("events");
const events = (name) => golden[name].params.events;

test("the indexes of the golden messages are in the store", () => {
  const store = new Store();
  store.setIndexes([{ name: "old" }]);
  for (const event of events("indexes")) store.applyIndex(event);
  assert.deepEqual([...store.indexes.keys()].sort(), ["bad", "photos"]);
  assert.equal(store.indexes.get("photos").summary.nlist, 2);
  assert.equal(store.indexes.get("bad").failure.offset, 96);
});

test("the golden map is built", () => {
  const builder = new MapBuilder();
  builder.apply(events("layout"), golden.layout.params.snapshot);
  const { map } = builder;
  assert.equal(map.finished, true);
  assert.deepEqual([...map.nodeX], [0, Math.fround(32768 / 65535), 1]);
  assert.deepEqual([...map.cells.start], [0, 3, 6]);
  assert.deepEqual([...map.links.get(0).to], [2]);
});

test("a golden map that is not sent whole has the places that came", () => {
  const builder = new MapBuilder();
  for (const name of ["part", "changes"]) builder.apply(events(name));
  const { map } = builder;
  assert.equal(map.revision, 2);
  assert.equal(map.finished, true);
  assert.deepEqual([map.nodeX[7], map.nodeX[9], map.nodeX[199999]], [Math.fround(1 / 65535), 1, Math.fround(40000 / 65535)]);
  assert.deepEqual([map.nodeLevel[9], map.nodeLevel[199999]], [1, 0]);
  assert.ok(Number.isNaN(map.nodeX[0]));
});

test("the golden search is the same in both column modes", () => {
  const plain = new SearchList();
  for (const event of events("searches")) plain.apply(event);
  const packed = new SearchList();
  for (const event of [events("searches")[0], ...events("packed"), ...events("searches").slice(2)]) packed.apply(event);
  for (const list of [plain, packed]) {
    const search = list.get("s1");
    assert.equal(search.complete, true);
    assert.deepEqual([...search.columns.to.slice(0, 3)], [2, 1, 0]);
    assert.deepEqual([...search.columns.distance.slice(0, 3)], [0.5, 1.25, NaN]);
    assert.equal(search.place.y, 1);
    assert.equal(search.results[0].label, 40);
    assert.equal(filterText(search.started.filter), "category = \"dog\", among 3 ids, 1 of them unknown");
  }
});

test("golden searches that are only counted are added up, in both column modes", () => {
  for (const name of ["counted", "countedPacked"]) {
    const list = new SearchList();
    for (const event of events(name)) assert.equal(list.apply(event), null);
    const { sources, ...all } = list.counted;
    assert.deepEqual(all, { count: 3, failed: 1, measured: 1, recall: 0.75, distances: 1020 });
    assert.deepEqual([...sources].map(([name, { count, distances }]) => [name, count, distances]), [["shop", 2, 1020], ["unnamed", 1, 0]]);
    assert.equal(list.all.length, 0);
    assert.equal(countedText(list.counted), "+ 3 more searches, 75 % recall in 1 that was measured");
  }
});

test("the page's requests are the golden ones", async () => {
  const wanted = read("requests");
  const sent = [];
  class Socket {
    constructor() {
      Socket.last = this;
    }
    send(text) {
      sent.push(JSON.parse(text));
    }
    close() {}
  }
  let ready = () => {};
  const isReady = new Promise((resolve) => (ready = resolve));
  const connection = new Connection("ws://here/ws", { onState() {}, onReady: ready, WebSocket: Socket });
  connection.subscribe("indexes", () => {});
  connection.open();
  Socket.last.onopen();
  Socket.last.onmessage({ data: JSON.stringify({ jsonrpc: "2.0", id: 1, result: { epoch: "e", indexes: [] } }) });
  await isReady;
  await Promise.resolve();
  assert.deepEqual(sent, wanted.slice(0, 2));
});
