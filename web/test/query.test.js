import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { limitsOf, NOTCHES, notchOf, readNumber, remark, stepped, valueAt } from "../query/limits.js";
import { Recent, withText } from "../query/recent.js";
import { curlText, needsFile, pythonText, searchAddress } from "../query/snippets.js";
import { faultOf, norm, normalised, readVectors, shortest } from "../query/vector.js";

const LIMITS = { maxK: 10_000, maxEfSearch: 100_000, maxNprobe: 1_000_000, maxSearchK: 10_000_000 };
const graph = { structure: "hnsw", library: "hnswlib", count: 1000, dimension: 4, defaults: { k: 5, efSearch: 10 } };

test("the numbers of a search are those that the index has a use for", () => {
  const keys = (summary) => limitsOf(summary, LIMITS).map((limit) => limit.key);
  assert.deepEqual(keys(graph), ["k", "efSearch"]);
  assert.deepEqual(keys({ structure: "ivf", library: "faiss", count: 10, nlist: 4, defaults: { k: 5, nprobe: 1 } }), ["k", "nprobe"]);
  assert.deepEqual(keys({ structure: "flat", library: "annoy", count: 10, defaults: { k: 5 } }), ["k", "searchK"]);
  const [k, ef] = limitsOf(graph, LIMITS);
  assert.deepEqual([k.most, k.end, k.first, ef.most, ef.end, ef.first], [10_000, 1000, 5, 100_000, 1000, 10]);
  // An empty index, one of a million, and a daemon that tells no limits, as a recording.
  assert.equal(limitsOf({ ...graph, count: 0 }, LIMITS)[0].end, 1);
  assert.equal(limitsOf({ ...graph, count: 1_000_000 }, LIMITS)[1].end, 100_000);
  assert.equal(limitsOf(graph, undefined)[0].most, Infinity);
});

test("a number beyond a limit says the limit, one beyond the index is allowed and remarked", () => {
  const [k, ef] = limitsOf(graph, LIMITS);
  assert.equal(readNumber(k, " 7 "), 7);
  assert.equal(readNumber(k, ""), null);
  for (const text of ["0", "-1", "1.5", "many", "1e9x"]) assert.equal(readNumber(k, text), "k must be a whole number from 1.");
  assert.match(String(readNumber(k, "10001")), /^k can be 1 to 10.000 here\.$/);
  assert.match(remark(k, 1001, null), /the index has 1.000 vectors/);
  assert.equal(remark(k, 5, 5), "");
  assert.match(remark(ef, 3, 5), /below k/);
});

test("a slider reaches every number by keys, and its ends by hand", () => {
  const [k, ef] = limitsOf({ ...graph, count: 1_000_000 }, LIMITS);
  for (const limit of [k, ef, { ...k, end: 20 }, { ...k, end: 1 }]) {
    assert.equal(valueAt(limit, 0), 1);
    assert.equal(valueAt(limit, NOTCHES), limit.end);
    for (const value of [1, 2, 3, 7, limit.end]) if (value <= limit.end && value < 30) assert.ok(Math.abs(valueAt(limit, notchOf(limit, value)) - value) <= 1);
    for (let value = 1; value < Math.min(limit.end, 39); value += 1) assert.ok(stepped(limit, value, 1) - value <= 2 && stepped(limit, value, 1) > value);
    assert.equal(stepped(limit, 1, -1), 1);
    assert.equal(stepped(limit, limit.end, 1), limit.end);
  }
  // A tenth of the slider is about the same factor everywhere.
  assert.ok(valueAt(ef, 500) < 400 && valueAt(ef, 500) > 250);
});

test("vectors are read as numbers, JSON, rows and answers of embedding services", () => {
  for (const text of ["1, 2.5, -3e1", "[1, 2.5, -30]", "1 2.5\n-30", '{"vector":[1,2.5,-30]}', '{"data":[{"embedding":[1,2.5,-30]}]}']) assert.deepEqual(readVectors(text), [[1, 2.5, -30]], text);
  assert.deepEqual(readVectors("[[1,2],[3,4]]"), [[1, 2], [3, 4]]);
  const wrong = (text, pattern) => assert.throws(() => readVectors(text), pattern);
  wrong("", /Paste a vector/);
  wrong("[1, 2", /numbers with commas between them/);
  wrong("1, two", /"two" is no number/);
  wrong('[1, "2"]', /Component 1 is "2", not a number/);
  wrong("[[1,2],[3,null]]", /Component 1 of row 1 is null/);
  wrong("[]", /no numbers/);
  wrong('{"x":1}', /no array of numbers named "vector"/);
  wrong("1,".repeat(2_100_000), /Save the vectors as \.npy/);
});

test("a wrong dimension says both numbers, and a component that is no float32 its place", () => {
  const index = { name: "photos", dimension: 4 };
  assert.equal(faultOf([1, 2, 3], index), 'The vector has 3 components, those of "photos" have 4.');
  assert.match(faultOf([1, 2, 1e39, 4], index), /Component 2 is 1e\+39/);
  assert.match(faultOf([NaN, 2, 3, 4], index), /Component 0 is NaN/);
  assert.equal(faultOf([1, 2, 3, 4], index), "");
});

test("normalised vectors have length 1, and float32s are written short", () => {
  assert.equal(norm([3, 4]), 5);
  assert.ok(Math.abs(norm(normalised([1, 2, 3, 4])) - 1) < 1e-12);
  for (const value of [0.1, 1 / 3, 1e-20, 16777217, -0.30000001192092896]) {
    const short = shortest(Math.fround(value));
    assert.equal(Math.fround(short), Math.fround(value));
    assert.ok(String(short).length <= 16);
  }
  assert.equal(shortest(Math.fround(0.1)), 0.1);
});

test("the address of an index is beneath the page's, whatever its name is", () => {
  assert.equal(searchAddress("http://host:8/a/?x#v=chart", "b c/ü's"), "http://host:8/a/api/v1/indexes/b%20c%2F%C3%BC's/search");
});

const asked = { url: "http://127.0.0.1:1/api/v1/indexes/it's/search", needsToken: true, body: { label: 40, k: 5, filter: "caption contains \"it's $HOME `x` \\n é\"", exact: true, bounded: false } };

test("curl's text says to a shell what was asked for, and holds no token", () => {
  const said = execFileSync("bash", ["-c", `curl() { printf '%s\\0' "$@"; }; TOKEN=secret; ${curlText(asked)}`]).toString().split("\0");
  assert.equal(said[1], asked.url);
  assert.ok(said.includes("Authorization: Bearer secret"));
  assert.deepEqual(JSON.parse(said[said.indexOf("-d") + 1]), { ...asked.body, source: "curl" });
  assert.ok(!curlText({ ...asked, needsToken: false }).includes("TOKEN"));
});

test("Python's text compiles, and its body is what was asked for", () => {
  const text = pythonText(asked);
  assert.ok(text.includes('os.environ["TOKEN"]') && !text.includes("secret"));
  const program = `import json,sys\ntext=sys.stdin.read()\ncompile(text,'x','exec')\nexec(text.split('headers =')[0])\nprint(json.dumps(body))`;
  assert.deepEqual(JSON.parse(execFileSync("python3", ["-c", program], { input: text }).toString()), { ...asked.body, source: "python" });
});

test("a long vector comes from a file", () => {
  const vector = Array.from({ length: 2000 }, (_, i) => i / 7);
  assert.ok(needsFile({ ...asked, body: { vector } }) && !needsFile({ ...asked, body: { vector: [1, 2] } }));
  for (const text of [curlText({ ...asked, body: { vector, k: 3 } }), pythonText({ ...asked, body: { vector, k: 3 } })]) {
    assert.ok(text.includes("query.npy") && text.length < 1000);
  }
});

/** A storage that holds so many characters. */
const storage = (room) => {
  const map = new Map();
  return /** @type {any} */ ({
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, text) => {
      if (text.length > room) throw new DOMException("full", "QuotaExceededError");
      map.set(key, text);
    },
  });
};
const search = (label, more = {}) => ({ index: "photos", kind: "label", text: `id ${label}`, label, fields: { k: "5", efSearch: "10" }, filter: "", flags: [], ...more });

test("recent searches are bounded, kept over a reload, and the same one moves up", () => {
  const place = storage(1e6);
  const recent = new Recent(place);
  for (let label = 0; label < 30; label += 1) recent.add(search(label));
  recent.add(search(20));
  assert.equal(recent.all.length, 20);
  assert.deepEqual(recent.all.slice(0, 2).map((one) => one.label), [20, 29]);
  assert.deepEqual(new Recent(place).all, recent.all);
  assert.equal(withText(search(1, { filter: "x = 1", flags: ["exact"] })), "k 5 · ef 10 · exact · x = 1");
  recent.clear();
  assert.deepEqual(new Recent(place).all, []);
});

test("long vectors are not stored, and a full storage keeps the newest", () => {
  const place = storage(1e7);
  const recent = new Recent(place);
  const long = Array.from({ length: 9000 }, () => Math.random());
  recent.add(search(1, { kind: "vector", label: undefined, vector: long }));
  recent.add(search(2, { kind: "vector", label: undefined, vector: [1, 2] }));
  assert.equal(recent.all[1].vector?.length, 9000);
  const again = new Recent(place).all;
  assert.deepEqual([again[0].vector, again[1].vector], [[1, 2], undefined]);

  const full = new Recent(storage(400));
  for (let label = 0; label < 10; label += 1) full.add(search(label));
  assert.equal(full.all.length, 10);
  assert.equal(new Recent(full.storage).all[0].label, 9);
  const none = new Recent(storage(0));
  none.add(search(1));
  assert.equal(none.all.length, 1);
});

test("what another program left in the storage is no search", () => {
  for (const text of ["{", "[1,null,{}]", '{"a":1}', '[{"index":"x","kind":"other"}]']) {
    assert.deepEqual(new Recent(/** @type {any} */ ({ getItem: () => text, setItem: () => {} })).all, []);
  }
  const refusing = /** @type {any} */ ({ getItem: () => { throw new Error("no"); }, setItem: () => { throw new Error("no"); } });
  const recent = new Recent(refusing);
  recent.add(search(1));
  assert.equal(recent.all.length, 1);
});
