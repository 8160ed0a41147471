import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { explain } from "../explain.js";
import { missedBy } from "../missed.js";
import { Replay } from "../replay.js";
import { Kind } from "../replay/kinds.js";
import { SearchList } from "../search-list.js";

const folder = new URL("../../Tests/Golden/traces/", import.meta.url);
const name = (node) => `id ${node}`;

/** A golden trace as the store has a finished search, with true neighbours that it missed. */
function searched(file, missed = []) {
  const trace = JSON.parse(readFileSync(new URL(`${file}.json`, folder), "utf8"));
  const list = new SearchList();
  const search = list.apply({ type: "search.started", search: "s1", index: "x", revision: 1, header: trace, ...(trace.filter ? { filter: trace.filter } : {}) });
  list.apply({ type: "search.steps", search: "s1", first: 0, ...trace.columns });
  list.apply({ type: "search.finished", search: "s1", results: trace.results, counters: trace.counters, events: trace.columns.kind.length, limit: trace.limit });
  const hits = missed.map((node) => ({ node, label: node, distance: 1 }));
  list.apply({ type: "search.recall", search: "s1", recall: 0.8, k: 5, exact: hits, missed: hits, over: "stored", skipped: 2 });
  return { search, trace };
}

const events = (search) => [...search.columns.kind].map((kind, i) => ({ kind, flags: search.columns.flags[i], to: search.columns.to[i], from: search.columns.from[i], cursor: i + 1 }));

test("recall is kept with the search, also from the answer to search.trace", () => {
  const { search, trace } = searched("faiss_hnsw", [1]);
  assert.deepEqual({ share: search.recall.share, k: search.recall.k, over: search.recall.over, skipped: search.recall.skipped }, { share: 0.8, k: 5, over: "stored", skipped: 2 });
  const list = new SearchList();
  const answer = { search: "s2", started: { index: "x", revision: 1, header: trace }, columns: trace.columns, results: trace.results, recall: { recall: 1, k: 5, exact: [], missed: [], over: "decoded" } };
  assert.equal(list.fill(answer).recall?.over, "decoded");
  assert.equal(list.fill({ ...answer, recall: { unavailable: "the file changed" } }).recall?.unavailable, "the file changed");
});

test("a neighbour that no link led to was never met", () => {
  const { search } = searched("faiss_hnsw");
  const met = new Set(search.columns.to);
  const stranger = [...Array(800).keys()].find((node) => !met.has(node));
  const [found] = missedBy(Object.assign(search, { recall: { ...search.recall, missed: [{ node: stranger, label: stranger, distance: 1 }] } }), null, name);
  assert.deepEqual(found.reason, { text: "never met: no link that was read leads to it", cursor: null });
});

test("a neighbour that was measured and not kept, and one that was pushed out, name their steps", () => {
  const rejected = events(searched("hnswlib_deep").search).findLast((e) => e.kind === Kind.reject && e.flags === 0);
  const { search } = searched("hnswlib_deep", [rejected.to]);
  const [turnedAway] = missedBy(search, null, name);
  assert.equal(turnedAway.reason.cursor, rejected.cursor);
  assert.match(turnedAway.reason.text, /not kept/);

  const replay = new Replay(search.header, search.columns);
  let gone = null;
  for (let cursor = 1; cursor <= search.length; cursor += 1) {
    const one = replay.at(cursor).evicted.find((left) => left.cause === "displaced" && left.queue === "results");
    if (one) gone = { cursor, ...one };
  }
  const [pushedOut] = missedBy(searched("hnswlib_deep", [gone.node]).search, null, name);
  assert.deepEqual(pushedOut.reason, { text: `found, but pushed out at step ${gone.cursor} by id ${gone.by}`, cursor: gone.cursor });
});

test("a neighbour in a cell that was not opened is told by its cell's place", () => {
  const { search } = searched("faiss_ivf_l2", [0]);
  // Nodes are numbered cell by cell; the first is in cell 0 here.
  const map = { cells: { size: Uint32Array.from({ length: 128 }, (_, cell) => (cell === 0 ? 1 : 8)) } };
  assert.ok(!search.replay.at(search.length).litCells.includes(0));
  const [found] = missedBy(search, map, name);
  assert.match(found.reason.text, /^never met: its cell, 0, is number \d+ by its centroid, and 6 were opened$/);
});

test("summaries and filters are no guesswork", () => {
  const [untold] = missedBy(searched("faiss_ivf_summary", [3]).search, null, name);
  assert.match(untold.reason.text, /summary/);
  const barred = events(searched("hnswlib_filter").search).find((e) => e.kind === Kind.keep && e.flags === 128);
  const [leftOut] = missedBy(searched("hnswlib_filter", [barred.to]).search, null, name);
  assert.equal(leftOut.reason.cursor, barred.cursor);
  assert.match(leftOut.reason.text, /may not be a result/);
});

test("every step of every golden trace is told in one sentence with what it is about", () => {
  for (const file of ["annoy_euclidean", "faiss_binary_flat", "faiss_flat_ip", "faiss_hnsw", "faiss_hnsw_filter", "faiss_hnsw_no_check", "faiss_hnsw_relative", "faiss_hnsw_unbounded",
    "faiss_ivf_filter", "faiss_ivf_hnsw_quantizer", "faiss_ivf_pqr", "faiss_ivf_summary", "faiss_nsg", "faiss_refine_k4", "hnswlib_deleted", "hnswlib_filter", "hnswlib_flat", "hnswlib_summary", "usearch_removed"]) {
    const { search } = searched(file);
    for (const event of events(search)) {
      const text = explain(search, search.replay.at(event.cursor), name);
      assert.match(text, /^\S.*[.]$/, `${file} ${event.cursor}`);
      assert.doesNotMatch(text, /undefined|NaN|null|does not know|–/, `${file} ${event.cursor}: ${text}`);
      if (event.kind === Kind.keep) assert.match(text, new RegExp(`\\b${event.to}\\b`), `${file} ${event.cursor}: ${text}`);
    }
  }
});

test("the sentences say what sets the algorithms apart", () => {
  const last = (file) => {
    const { search } = searched(file);
    return explain(search, search.replay.at(search.length), name);
  };
  assert.match(last("faiss_hnsw_relative"), /As many candidates as efSearch \(2\) that are nearer than id \d+/);
  assert.match(last("faiss_hnsw_no_check"), /As many candidates as efSearch allows \(8\)/);
  assert.match(last("faiss_nsg"), /member of the pool/);
  assert.match(last("faiss_refine_k4"), /^20 candidates have been ranked again: the nearest 5/);
  const told = (file, kind, pattern) => {
    const { search } = searched(file);
    assert.ok(events(search).some((e) => e.kind === kind && pattern.test(explain(search, search.replay.at(e.cursor), name))), `${file} ${pattern}`);
  };
  told("faiss_nsg", Kind.keep, /falls out of it/);
  told("faiss_nsg", Kind.keep, /by chance/);
  told("faiss_ivf_hnsw_quantizer", Kind.keep, /^centroid \d+ at .* joins the candidates/);
  told("faiss_ivf_pqr", Kind.rescore, /again, number 1: .*, by codes /);
  told("faiss_ivf_filter", Kind.reject, /left out by the filter: its distance is not computed/);
  told("hnswlib_deleted", Kind.keep, /is deleted: it is followed, but is no result/);
  told("faiss_ivf_summary", Kind.tally, /^\d+ distances, \d+ kept: this trace is a summary here/);
  told("annoy_euclidean", Kind.split, /both its sides join the branches/);
});
