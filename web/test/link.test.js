import assert from "node:assert/strict";
import { test } from "node:test";
import { readLink, writeLink } from "../link.js";

test("a link says all of what is looked at, and is read as it was written", () => {
  const fields = { index: "photos", view: "descent", search: "s17", epoch: "ab12", step: 75, camera: { x: 0.5, y: 0.25, zoom: 3 }, compare: "s18", theme: "dark", label: "40", k: 5, ef: 6, nprobe: null, filter: "category = 'bird'" };
  const hash = writeLink(fields);
  assert.match(hash, /^#v=descent&i=photos&s=s17&e=ab12&step=75&cam=0.5,0.25,3&cmp=s18&theme=dark&label=40&k=5&ef=6&filter=category/);
  assert.deepEqual(readLink(hash), fields);
});

test("links of earlier pages, with short names or long, still work", () => {
  const { index, view, label, k, nprobe, search, step } = readLink("#i=photos&v=cells&label=40&k=5&nprobe=6");
  assert.deepEqual([index, view, label, k, nprobe, search, step], ["photos", "cells", "40", 5, 6, null, null]);
  assert.equal(readLink("index=photos&view=chart").index, "photos");
});

test("what is no number, no view, no place is left out", () => {
  const link = readLink("#v=nothing&k=-3&ef=1.5&step=-1&cam=1,2&theme=pink&s=");
  assert.deepEqual(Object.values(link).filter((value) => value !== null), []);
  assert.equal(readLink("#cam=0,0,1e9").camera, null);
  assert.equal(readLink("#cam=,0,2").camera, null);
  assert.equal(readLink("#step=0").step, 0);
});
