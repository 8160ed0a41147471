import assert from "node:assert/strict";
import { test } from "node:test";
import { VIEWS } from "../views.js";
import { loadedAhead, MAP_SCENES, named, reach } from "./boot-path.js";

test("index.html names the modules that are loaded ahead, and no others", () => {
  assert.deepEqual(named(), loadedAhead(), "`make boot-path` writes them anew");
});

test("the scenes that show a map on their own are those of the views that say so", () => {
  const scenes = VIEWS.filter(({ isMap }) => isMap).map(({ scene }) => /import\("\.\/(.*?)"\)/.exec(String(scene))?.[1]);
  assert.deepEqual(scenes, [...MAP_SCENES]);
});

test("no search is replayed, asked for or listed by what is needed for the first picture", () => {
  const boot = new Set(["main.js", ...MAP_SCENES].flatMap((start) => [...reach(start)]));
  const late = [...boot].filter((name) => /^(app|player|timeline|replay|search-list|search-log|snapshot|keys|help)\.js$|^(query|sharing|table|detail|live|compare)\//.test(name));
  assert.deepEqual(late, []);
});
