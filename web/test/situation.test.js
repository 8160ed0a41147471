import assert from "node:assert/strict";
import { test } from "node:test";
import { cardOf, failureText, refusalText, stripsOf } from "../states/situation.js";
import { queryOf } from "../states/panel.js";

const summary = { name: "photos", revision: 3, count: 100, dimension: 8 };
const hello = { server: { name: "annscope", version: "1.0" }, role: "publisher" };
/** @returns {any} */
const facts = (more = {}) => ({
  connection: { kind: "open", text: "live" }, isOnline: true, isLocal: true, hello, firstVersion: "1.0", indexes: [["photos", { summary, failure: null, progress: null }]],
  selected: "photos", wanted: null, map: { finished: true, revision: 3 }, isHeld: false, search: null, gap: null, refusal: null, removed: null, ...more,
});
const texts = (more) => stripsOf(facts(more)).map(({ text }) => text);

test("a page with a picture says nothing", () => assert.deepEqual([cardOf(facts()), stripsOf(facts())], [null, []]));

for (const [name, more, title, said] of /** @type {[string,any,string,RegExp][]} */ ([
  ["connecting", { hello: null, connection: { kind: "connecting", text: "" } }, "Connecting …", /Waiting/],
  ["no daemon", { hello: null, connection: { kind: "reconnecting", text: "", retryAt: 5 } }, "No daemon answers", /started by/],
  ["a token", { hello: null, connection: { kind: "closed", code: 4401, text: "" } }, "A token is needed", /has one for you/],
  ["another protocol", { hello: null, connection: { kind: "closed", code: 4406, text: "" } }, "The page and the daemon do not fit together", /another version/],
  ["shut out", { connection: { kind: "closed", code: 4429, text: "" } }, "The daemon closed the connection", /too much/],
  ["no index", { indexes: [], selected: null, map: null }, "No index yet", /watched folder/],
  ["reading", { indexes: [["big", { summary: null, failure: null, progress: { phase: "checking", done: 5000, total: 20000 } }]], selected: null, map: null }, "Reading big", /checking: 5\u202f000 of 20\u202f000/],
  ["failed", { indexes: [["bad", { summary: null, progress: null, failure: { message: "links beyond the end", offset: 1234, field: "M" } }]], selected: null, map: null }, "bad could not be taken", /links beyond the end \(at byte 1\u202f234, field “M”\)/],
  ["empty", { indexes: [["photos", { summary: { ...summary, count: 0 } }]] }, "photos is empty", /no vectors/],
  ["map in the making", { map: null }, "The map is being made", /100 vectors of photos/],
])) {
  test(`a card for: ${name}`, () => {
    const card = cardOf(facts(more));
    assert.equal(card?.title, title);
    assert.match(String(card?.lines.join(" ")), said);
    assert.equal(/undefined|null|NaN/.test(JSON.stringify(Object.values(/** @type {any} */ (card)).filter(Boolean))), false);
  });
}

test("a page of which a part could not be loaded says so, whatever else there is to say", () => {
  assert.deepEqual(stripsOf(facts({ isIncomplete: true })).map(({ key, actions }) => [key, actions.map(({ id }) => id)]), [["incomplete", ["reload"]]]);
  assert.equal(texts({ isIncomplete: true, gap: { lost: 1, stream: "searches/photos", reason: "slow" } }).length, 2);
});

test("progress comes with a bar", () => {
  const card = cardOf(facts({ indexes: [["big", { summary: null, failure: null, progress: { phase: "x", done: 5, total: 20 } }]], selected: null, map: null }));
  assert.deepEqual([card?.done, card?.total], [5, 20]);
});

for (const [name, more, said, action] of /** @type {[string,any,RegExp,string|undefined][]} */ ([
  ["a lost connection", { connection: { kind: "reconnecting", text: "", code: 1006, retryAt: 9 } }, /is lost\. The last picture stays/, "retry"],
  ["a daemon that goes down", { connection: { kind: "reconnecting", text: "", code: 1012, retryAt: 9 } }, /goes down, or starts anew/, "retry"],
  ["no network", { isOnline: false, isLocal: false, connection: { kind: "reconnecting", text: "" } }, /offline/, "retry"],
  ["another version", { hello: { ...hello, server: { version: "1.1" } } }, /of version 1\.1 now, this page is that of 1\.0/, "reload"],
  ["a viewer", { hello: { ...hello, role: "viewer" } }, /may watch, not search/, "token"],
  ["a recording", { hello: { ...hello, role: "viewer", recording: { at: 0, speed: 2 } } }, /played at × 2/, undefined],
  ["an index that is gone", { removed: { removed: "old", shown: "photos" } }, /old is gone.*Shown now: photos/, undefined],
  ["a link into nothing", { wanted: "nowhere" }, /nowhere, which is not here/, undefined],
  ["a file that failed", { indexes: [["photos", { summary, failure: { message: "cut off.", keepsRevision: 3 } }]] }, /cut off\. Revision 3 still answers/, undefined],
  ["a new revision", { search: { id: "s1", revision: 2, canRepeat: true }, isHeld: true, map: { revision: 2 } }, /at revision 3 now, this search is of revision 2\. The picture stays at revision 2/, "again"],
  ["a slow page", { gap: { lost: 12, stream: "searches/photos", reason: "too slow" } }, /12 events of searches\/photos were left out/, undefined],
  ["a refusal", { refusal: "Not searched: no." }, /Not searched: no\./, undefined],
  ["a file", { indexes: [["photos", { summary, file: { says: "x.json: search s1 of photos" } }]] }, /A saved search, from the file x\.json/, "close-file"],
])) {
  test(`a strip for: ${name}`, () => {
    const strips = stripsOf(facts(more));
    assert.equal(strips.length, 1, JSON.stringify(strips));
    assert.match(strips[0].text, said);
    assert.equal(strips[0].actions[0]?.id, action);
  });
}

test("several things are said one below the other, the most pressing first", () => {
  const all = texts({ connection: { kind: "reconnecting", text: "" }, gap: { lost: null, stream: "searches/a", reason: "x" } });
  assert.equal(all.length, 2);
  assert.match(all[0], /lost/);
});

test("a place that the reason names is not said twice", () => {
  assert.equal(failureText({ message: "bad link at byte 12", offset: 12 }), "bad link at byte 12");
});

test("a vector that does not fit is answered with what fits", () => {
  assert.match(refusalText("the query has 3 components, the vectors of \"photos\" have 8", summary), /photos takes 8 numbers/);
  assert.equal(refusalText("busy", summary), "Not searched: busy.");
});

test("a search is asked for again as it was, where that is known", () => {
  const header = { k: 5, efSearch: 50, nprobe: 0 };
  assert.deepEqual(queryOf({ started: { label: 3, filter: { where: "a = 1" } }, header }), { label: 3, k: 5, efSearch: 50, filter: "a = 1" });
  assert.equal(queryOf({ started: {}, header }), null);
  assert.equal(queryOf({ started: { label: 3, filter: { allow: [1] } }, header }), null);
});
