import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { layersOf } from "../detail/facts.js";
import { fateOf, fateText } from "../detail/fate.js";
import { columnsOf, rangeOf } from "../detail/plot.js";
import { Replay } from "../replay.js";
import { Kind, NONE, NOT_A_RESULT, STAGE_MASK, stagesOf } from "../replay/kinds.js";
import { SearchList } from "../search-list.js";

const folder = new URL("../../Tests/Golden/traces/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
const nameOf = (node) => `id ${node}`;

function searched(file) {
  const trace = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
  const list = new SearchList();
  const search = list.apply({ type: "search.started", search: "s1", index: "x", revision: 1, header: trace, ...(trace.filter ? { filter: trace.filter } : {}) });
  list.apply({ type: "search.steps", search: "s1", first: 0, ...trace.columns });
  list.apply({ type: "search.finished", search: "s1", results: trace.results, events: trace.columns.kind.length });
  return search;
}

for (const name of names) {
  test(`${name}: what became of nodes is what the trace and its replay say`, () => {
    const search = searched(name);
    const { columns, length, results } = search;
    const stages = stagesOf(search.header);
    const isOverVectors = (i) => stages[columns.flags[i] & STAGE_MASK]?.nodes === "vectors";
    const met = new Set();
    for (let i = 0; i < length; i += 1) if (columns.kind[i] <= Kind.reject && isOverVectors(i) && columns.to[i] !== NONE) met.add(columns.to[i]);
    const replay = new Replay(search.header, columns);
    const held = new Set(replay.at(length, length).stages.filter((stage) => stage.nodes === "vectors").flatMap((stage) => stage.results.map((hit) => hit.node)));

    for (const [number, hit] of results.entries()) {
      const fate = fateOf(search, hit.node);
      assert.deepEqual([fate.outcome, fate.rank, fate.distance], ["result", number + 1, hit.distance]);
    }
    const nodes = [...met].filter((_, i, all) => i % Math.ceil(all.length / 25) === 0);
    for (const node of nodes) {
      const fate = fateOf(search, node);
      assert.ok(fate.meetings.length + fate.more > 0, `node ${node}`);
      for (const meeting of fate.meetings) {
        const i = meeting.cursor - 1;
        assert.equal(columns.to[i], node);
        assert.ok(Object.is(meeting.distance, columns.distance[i]) && meeting.layer === columns.layer[i]);
      }
      if (fate.outcome === "evicted") {
        const { evicted } = replay.at(/** @type {number} */ (fate.cursor), length);
        assert.ok(evicted.some((one) => one.node === node && one.by === fate.by && one.queue !== "candidates"));
      }
      if (fate.outcome === "rejected") assert.equal(columns.kind[/** @type {number} */ (fate.cursor) - 1], Kind.reject);
      if (fate.outcome === "barred") assert.ok(columns.flags[/** @type {number} */ (fate.cursor) - 1] & NOT_A_RESULT);
      // Annoy gathers items in one stage and measures them in the next.
      if (["rejected", "evicted"].includes(fate.outcome) && stages.length === 1) assert.ok(!held.has(node), `node ${node} ${fate.outcome}`);
      assert.ok(fateText(fate, search, nameOf).length > 5);
    }
  });
}

test("a node that no step names was never met, and in a summary nobody knows", () => {
  const search = searched(names.find((name) => name.startsWith("hnswlib_deep")) ?? names[0]);
  const stranger = 4_000_000;
  assert.equal(fateOf(search, stranger).outcome, "unmet");
  assert.match(fateText(fateOf(search, stranger), search, nameOf), /Never met/);
  search.columns.kind[0] = Kind.tally;
  assert.equal(fateOf(search, stranger).outcome, "unknown");
});

test("a missed neighbour is said to be one, with the distance that the exact search found", () => {
  const search = searched(names[0]);
  search.recall = { missed: [{ node: 4_000_000, distance: 7 }] };
  const fate = fateOf(search, 4_000_000);
  assert.deepEqual([fate.outcome, fate.distance, fate.cursor], ["missed", 7, null]);
  assert.equal(fateText(fate, search, nameOf, "never met"), "A true neighbour, and missed: never met.");
});

test("neighbours are told from the top layer down, and what is left out is counted", () => {
  const layers = layersOf([Array.from({ length: 30 }, (_, i) => i), [1]]);
  assert.deepEqual(layers.map(({ title, nodes, more }) => [title, nodes.length, more]), [["layer 1 · 1 link", 1, 0], ["layer 0 · 30 links", 24, 6]]);
});

test("a vector of more numbers than columns keeps the extremes of each", () => {
  assert.deepEqual(columnsOf([1, -2, 3], 10), [{ low: 1, high: 1 }, { low: -2, high: -2 }, { low: 3, high: 3 }]);
  assert.deepEqual(columnsOf([1, -2, 3, 4, 9, 0], 2), [{ low: -2, high: 3 }, { low: 0, high: 9 }]);
  const columns = columnsOf(Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i)), 130);
  assert.equal(columns.length, 130);
  assert.deepEqual(rangeOf([{ low: 2, high: 3 }]), [0, 3]);
});
