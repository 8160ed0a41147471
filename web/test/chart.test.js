import assert from "node:assert/strict";
import test from "node:test";
import { CellPeek, extremes, scaleSizes, shade, shareText } from "../chart/cells.js";
import { foundText } from "../chart/find-text.js";
import { labelsOf, placeLabels, termsOf } from "../chart/labels.js";
import { evenly, isInside, nearestReaching, nodesWithin } from "../chart/lasso.js";
import { LassoChoice } from "../chart/lasso-choice.js";
import { everyLayer, lowestShown, shownLayers, turned } from "../chart/layers.js";
import { linksFollowed, neighbourPicture, routePicture, routeWords, steps } from "../chart/route.js";
import { Selection } from "../chart/selection.js";
import { closeUp, toldPlace, whereabouts } from "../chart/whereabouts.js";

const later = () => new Promise((done) => setTimeout(done));

test("all layers are shown at first, and links of all but the lowest", () => {
  assert.deepEqual(everyLayer(3), { shown: [true, true, true], linked: [false, true, true] });
  assert.deepEqual(everyLayer(1), { shown: [true], linked: [true] }, "a graph of one layer is nothing but its links");
  assert.deepEqual(everyLayer(0), everyLayer(1));
  assert.deepEqual(everyLayer(3, [9000, 900, 90]).linked, [false, false, true], "many would cover the map");
});

test("layers and their links are turned off one by one, and the choice before stays as it was", () => {
  const all = everyLayer(3);
  const some = turned(turned(all, "shown", 0), "linked", 2);
  assert.deepEqual(some, { shown: [false, true, true], linked: [false, true, false] });
  assert.deepEqual(all, everyLayer(3));
  assert.deepEqual(shownLayers(some), [1, 2]);
  assert.equal(lowestShown(some), 1);
  assert.equal(lowestShown({ shown: [false, false], linked: [true, true] }), Infinity);
});

const route = {
  node: 9, hops: [
    { node: 1, layer: 2 }, { node: 4, layer: 2 }, { node: 4, layer: 1 }, { node: 4, layer: 0 }, { node: 7, layer: 0 }, { node: 9, layer: 0 },
  ],
};
const places = new Map([[1, { x: 10, y: 10 }], [4, { x: 20, y: 10 }], [7, { x: 20, y: 30 }], [9, { x: 50, y: 30 }]]);
const placeOf = (node) => places.get(node) ?? null;

test("a route is told in hops by layer", () => {
  assert.equal(linksFollowed(route), 3);
  assert.equal(routeWords(route), "3 hops from the entry point: 1 on layer 2, 2 on layer 0.");
  assert.equal(routeWords({ node: 4, hops: route.hops.slice(0, 2) }), "1 hop from the entry point: 1 on layer 2.");
  assert.equal(routeWords({ node: 1, hops: [{ node: 1, layer: 2 }, { node: 1, layer: 1 }] }), "It is the entry point.");
  assert.match(routeWords({ node: 5, reachable: false, hops: [] }), /^Not reachable by links/);
});

test("layers left at once are one line in the list of hops", () => {
  assert.deepEqual(steps(route).map(({ node, layer }) => [node, layer]), [[1, 2], [4, 2], [4, 0], [7, 0], [9, 0]]);
  assert.deepEqual(steps({ node: 1, hops: [{ node: 1, layer: 2 }, { node: 1, layer: 1 }, { node: 1, layer: 0 }] }).map(({ layer }) => layer), [2, 0]);
  assert.deepEqual(steps({ node: 1, hops: [] }), []);
});

test("a route is drawn as lines along links, and one drop for layers left at once", () => {
  const { lines, drops, unplaced } = routePicture(route, placeOf);
  assert.deepEqual(lines, [[places.get(1), places.get(4), places.get(7), places.get(9)]]);
  assert.deepEqual(drops, [{ at: places.get(4), from: 2, to: 0 }]);
  assert.equal(unplaced, 0);
});

test("a route is broken where the map has no place for a node", () => {
  const { lines, drops, unplaced } = routePicture(route, (node) => (node === 4 ? null : placeOf(node)));
  assert.deepEqual(lines, [[places.get(1)], [places.get(7), places.get(9)]]);
  assert.deepEqual([drops, unplaced], [[], 1]);
  assert.deepEqual(routePicture({ node: 1, hops: [] }, placeOf), { lines: [], drops: [], unplaced: 0 });
});

test("links are drawn once, on their highest layer, the top one last", () => {
  const near = neighbourPicture({ node: 1, links: [[4, 7, 8], [9], [4]] }, placeOf);
  assert.deepEqual(near.map(({ node, layer }) => [node, layer]), [[7, 0], [9, 1], [4, 2]]);
  assert.deepEqual(neighbourPicture({ node: 1 }, placeOf), [], "a flat index has none");
});

const map = {
  total: 5, goalX: Float32Array.of(0.1, 0.5, 0.55, 0.9, NaN), goalY: Float32Array.of(0.1, 0.5, 0.52, 0.9, NaN), nodeLevel: Uint8Array.of(0, 0, 2, 1, 2),
};
const square = [{ x: 0.4, y: 0.4 }, { x: 0.6, y: 0.4 }, { x: 0.6, y: 0.6 }, { x: 0.4, y: 0.6 }];

test("the lasso holds what is within its outline, of what is shown", () => {
  assert.deepEqual(nodesWithin(map, square, 0), [1, 2]);
  assert.deepEqual(nodesWithin(map, square, 1), [2]);
  assert.deepEqual(nodesWithin(map, square.slice(0, 2), 0), [], "a line holds nothing");
  assert.deepEqual(nodesWithin(map, [], 0), []);
});

test("an outline may have a notch, and cross itself", () => {
  const notch = [{ x: 0, y: 0 }, { x: 1, y: 0 }, { x: 1, y: 1 }, { x: 0.5, y: 0.2 }, { x: 0, y: 1 }];
  assert.equal(isInside(notch, 0.5, 0.6), false);
  assert.equal(isInside(notch, 0.9, 0.6), true);
  const bow = [{ x: 0, y: 0 }, { x: 1, y: 1 }, { x: 1, y: 0 }, { x: 0, y: 1 }];
  assert.deepEqual([isInside(bow, 0.9, 0.5), isInside(bow, 0.1, 0.5), isInside(bow, 0.5, 0.9)], [true, true, false]);
});

test("nodes of hidden layers are not hit", () => {
  assert.equal(nearestReaching(map, 0, 0.51, 0.5, 0.1), 1);
  assert.equal(nearestReaching(map, 1, 0.51, 0.5, 0.1), 2);
  assert.equal(nearestReaching(map, 1, 0.1, 0.1, 0.1), -1);
  assert.equal(nearestReaching(map, Infinity, 0.5, 0.5, 1), -1);
});

test("a sample is taken evenly", () => {
  assert.deepEqual(evenly([1, 2, 3], 5), [1, 2, 3]);
  assert.deepEqual(evenly([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 4), [0, 2, 5, 7]);
});

test("an item says its category and the telling words of its caption", () => {
  assert.deepEqual(termsOf({ category: "bird", caption: "The Bird on a red roof, 2009 img0042" }), { kind: "bird", terms: ["bird", "red", "roof"] });
  assert.deepEqual(termsOf({ caption: "Möwe über dem Meer" }), { kind: "", terms: ["möwe", "über", "dem", "meer"] });
  assert.deepEqual(termsOf({}), { kind: "", terms: [] });
  assert.deepEqual(termsOf({ fields: { file: "7.jpg", place: "Old Harbour" } }), { kind: "", terms: ["jpg", "old", "harbour"] });
  assert.deepEqual(termsOf({ category: 7, caption: null }), { kind: "", terms: [] });
});

/** @param {string} caption @param {number} number of items @param {number} x @param {number} y */
const crowd = (caption, number, x, y, category = "") => Array.from({ length: number }, (_, i) => ({
  x: x + 0.004 * (i % 5), y: y + 0.004 * (i % 3), ...termsOf({ caption, category }),
}));

test("a crowded place is called by what its items have and others have not, the largest first", () => {
  const items = [...crowd("photo snow", 12, 0.2, 0.2), ...crowd("photo harbour", 20, 0.8, 0.8), ...crowd("photo lonely", 2, 0.2, 0.8)];
  const labels = labelsOf(items, 1);
  assert.deepEqual(labels.map(({ text, weight }) => [text, weight]), [["harbour", 20], ["snow", 12]]);
  assert.ok(Math.abs(labels[1].x - 0.208) < 0.01 && Math.abs(labels[1].y - 0.204) < 0.01);
  assert.deepEqual(labelsOf([...items].reverse(), 1).map(({ text }) => text), ["harbour", "snow"], "in whatever order they come");
  assert.deepEqual(labelsOf([], 1), []);
});

test("where the map is of one kind, that is its name; a category goes before a word", () => {
  assert.deepEqual(labelsOf(crowd("", 8, 0.5, 0.5, "trains"), 1).map(({ text }) => text), ["trains"]);
  assert.deepEqual(labelsOf([...crowd("steam", 8, 0.5, 0.5, "trains"), ...crowd("cat", 9, 0.1, 0.1, "pets")], 1).map(({ text }) => text), ["pets", "trains"]);
});

test("closer up there are more labels", () => {
  const items = [...crowd("red", 6, 0.5, 0.5, "car"), ...crowd("blue", 6, 0.56, 0.5, "car")];
  assert.deepEqual(labelsOf(items, 1).map(({ text }) => text), ["car"]);
  assert.equal(labelsOf(items, 8).length, 2);
});

const places1 = { place: (x, y) => ({ x: x * 100, y: y * 100 }), width: (text) => text.length * 6, height: 12, room: { width: 100, height: 100 } };

test("no label covers another, or what is taken, or leaves the picture", () => {
  const labels = [{ text: "large", x: 0.5, y: 0.5, weight: 9 }, { text: "close", x: 0.55, y: 0.52, weight: 5 }, { text: "edge", x: 0.99, y: 0.5, weight: 3 }, { text: "far", x: 0.5, y: 0.8, weight: 2 }];
  assert.deepEqual(placeLabels(labels, { ...places1, most: 9 }).map(({ text }) => text), ["large", "far"]);
  assert.deepEqual(placeLabels(labels, { ...places1, most: 1 }).map(({ text }) => text), ["large"]);
  assert.deepEqual(placeLabels(labels, { ...places1, most: 9, taken: [{ x: 50, y: 50, width: 10, height: 10 }] }).map(({ text }) => text), ["far"]);
});

test("cells: the smallest and largest, how many of each, and a scale of sizes", () => {
  assert.deepEqual(extremes(Uint32Array.of(4, 9, 0, 0)), { smallest: { cell: 2, size: 0, number: 2 }, largest: { cell: 1, size: 9, number: 1 } });
  assert.deepEqual(extremes(Uint32Array.of(3)), { smallest: { cell: 0, size: 3, number: 1 }, largest: { cell: 0, size: 3, number: 1 } });
  assert.equal(extremes(new Uint32Array(0)), null);
  assert.deepEqual(scaleSizes(32), [0, 2, 8, 18, 32]);
  assert.deepEqual(scaleSizes(0), [0]);
  assert.deepEqual([shade(0, 0), shade(8, 32), shade(32, 32)], [0, 0.5, 1]);
  assert.deepEqual([shareText(0, 0), shareText(1, 3), shareText(5, 5), shareText(1, 1e6)], ["0 %", "33 %", "100 %", "under 0.01 %"]);
});

test("of the cells that the pointer crosses only the last is asked for", async () => {
  const asked = [];
  const answers = [];
  const told = [];
  const peek = new CellPeek({ request: (method, { cell }) => { asked.push(cell); return new Promise((done) => answers.push(done)); }, limit: 9, most: 2, onChange: (cell) => told.push(cell) });
  assert.equal(peek.members("i", 1), null);
  peek.members("i", 2);
  peek.members("i", 3);
  assert.deepEqual(asked, [1]);
  answers[0]({ nodes: [10] });
  await later();
  assert.deepEqual([asked, told], [[1, 3], [1]]);
  answers[1]({ nodes: [30, 31] });
  await later();
  assert.deepEqual(peek.members("i", 3), [30, 31]);
  peek.forget();
  assert.equal(peek.members("i", 3), null);
});

/** A session that answers from a table, when it is told to. */
function session(answers) {
  const asked = [];
  const request = async (method, params) => {
    asked.push([method, params.node ?? params.cell ?? params.nodes]);
    const answer = answers[method];
    if (answer instanceof Error) throw answer;
    return typeof answer === "function" ? answer(params) : answer;
  };
  return { asked, request, items: async (nodes) => nodes.map((node) => ({ node, label: node + 100 })), onChange: () => {} };
}

test("a selected node brings its links, the way to it, and what they are called", async () => {
  const own = session({ "index.node": { node: 9, level: 0, links: [[4, 7]] }, "index.route": route });
  const selection = new Selection(own);
  await selection.useNode("i", 9, true);
  assert.deepEqual(selection.answer?.links, [[4, 7]]);
  assert.equal(selection.route, route);
  assert.deepEqual([...selection.items.keys()].sort(), [1, 4, 7, 9], "those on the way are named");
  await selection.useNode("i", null, true);
  assert.deepEqual([selection.node, selection.answer, selection.route], [null, null, null]);
});

test("a daemon that tells no routes is said to, and its links stay", async () => {
  const selection = new Selection(session({ "index.node": { node: 9, links: [[4]] }, "index.route": new Error("there is no method \"index.route\"") }));
  await selection.useNode("i", 9, true);
  assert.deepEqual([selection.route, selection.noRoute, selection.answer?.links], [null, "there is no method \"index.route\"", [[4]]]);
});

test("the answer about a node that is no longer selected is let go of", async () => {
  const selection = new Selection(session({ "index.node": ({ node }) => ({ node, links: [[node]] }), "index.cell": { cell: 3, size: 1, nodes: [5] } }));
  const first = selection.useNode("i", 1, false);
  const second = selection.useCell("i", 3);
  await Promise.all([first, second]);
  assert.deepEqual([selection.node, selection.answer, selection.cell, selection.members?.nodes], [null, null, 3, [5]]);
});

test("the lasso brings a sample, and all labels when they are wanted", async () => {
  const own = session({ "index.items": ({ nodes }) => ({ items: nodes.map((node) => ({ node, label: `l${node}` })) }) });
  const lasso = new LassoChoice({ ...own, maxLabels: () => 100 });
  const drawn = lasso.use(map, square, true, 0);
  assert.deepEqual([lasso.nodes, lasso.isOpen], [[1, 2], true]);
  await drawn;
  assert.deepEqual(lasso.sample, [], "nothing is asked for while it is drawn");
  await lasso.use(map, square, false, 0);
  assert.deepEqual(lasso.sample.map(({ node }) => node), [1, 2]);
  assert.deepEqual(await lasso.labels("i"), ["l1", "l2"]);
  assert.equal(lasso.limit, 100);
  await lasso.use(map, square.slice(0, 1), false, 0);
  assert.deepEqual([lasso.outline, lasso.nodes], [null, []], "a click is no outline");
});

test("what was found is counted where not all is shown", () => {
  assert.equal(foundText({ items: [] }), "nothing found");
  assert.equal(foundText({ items: [1, 2], total: 2 }), "");
  assert.equal(foundText({ items: [1, 2], total: 30 }), "2 of 30 found");
  assert.equal(foundText({ items: [1, 2], total: 2, truncated: true }), "2 or more found");
});

test("a node is where the daemon says that it is on this very map", () => {
  const answer = { revision: 3, place: { x: 65535, y: 13107 } };
  assert.deepEqual(toldPlace(answer, { revision: 3 }), { x: 1, y: 0.2 });
  assert.equal(toldPlace(answer, { revision: 4 }), null);
  assert.equal(toldPlace({ revision: 3 }, { revision: 3 }), null);
});

test("a node without a place is sought among those it is linked with, or in its cell", () => {
  const flat = { ...map, cells: null };
  const at = whereabouts({ links: [[0, 1, 2, 4]] }, flat);
  assert.deepEqual([at?.x.toFixed(2), at?.y.toFixed(2)], ["0.50", "0.50"], "in the middle of the three that have one");
  assert.equal(whereabouts({ links: [[4], []] }, flat), null);
  assert.equal(whereabouts({}, flat), null);
  assert.deepEqual(whereabouts({ cell: 1 }, { ...map, cells: { x: Float32Array.of(0, 0.25), y: Float32Array.of(0, 0.5) } }), { x: 0.25, y: 0.5 });
  assert.deepEqual([closeUp(10), closeUp(1e6) > 20, closeUp(1e9)], [6, true, 64]);
});
