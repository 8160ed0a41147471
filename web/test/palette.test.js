import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { themes } from "../theme.js";

const MEANINGS = ["query", "entry", "route", "candidate", "rejected", "result", "missed"];
/** Of each theme, what marks and text lie on. */
const sheetsOf = (theme) => [...theme.depths, theme.land, theme.background, theme.background2, theme.panel];
const pagesOf = (theme) => [theme.background, theme.background2, theme.panel];

const LEAST_DIFFERENCE = 8;
const LEAST_MARK_CONTRAST = 3;
const LEAST_TEXT_CONTRAST = 4.5;

/** Machado, Oliveira and Fernandes 2009, severity 1.0, on linear light. @type {Record<string,number[][]|null>} */
const EYES = {
  "all cones": null,
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};

function linear(hex) {
  const value = parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255].map((byte) => {
    const part = byte / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
}

function seen(rgb, eyes) {
  return eyes ? eyes.map((row) => Math.min(1, Math.max(0, row.reduce((sum, weight, i) => sum + weight * rgb[i], 0)))) : rgb;
}

function oklab([r, g, b]) {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function difference(a, b, eyes) {
  const [one, other] = [a, b].map((hex) => oklab(seen(linear(hex), eyes)));
  return 100 * Math.hypot(...one.map((value, i) => value - other[i]));
}

function contrast(a, b) {
  const [dark, bright] = [a, b].map((hex) => {
    const [r, g, blue] = linear(hex);
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
  }).sort((x, y) => x - y);
  return (bright + 0.05) / (dark + 0.05);
}

function assertApart(colours, what) {
  for (const [kind, eyes] of Object.entries(EYES)) {
    for (const [i, [name, colour]] of colours.entries()) {
      for (const [otherName, other] of colours.slice(0, i)) {
        const apart = difference(colour, other, eyes);
        assert.ok(apart >= LEAST_DIFFERENCE, `${what}: ${name} ${colour} and ${otherName} ${other} are ${apart.toFixed(1)} apart with ${kind}`);
      }
    }
  }
}

for (const theme of Object.values(themes)) {
  const meanings = MEANINGS.map((name) => [name, theme[name]]);
  const series = theme.series.map((colour, i) => [`search ${i + 1}`, colour]);

  test(`the ${theme.name} theme: every two meanings, and every two searches, are told apart by all eyes`, () => {
    assert.equal(series.length, 6);
    assertApart(meanings, theme.name);
    assertApart(series, theme.name);
  });

  test(`the ${theme.name} theme: every mark stands out from every sheet, without the help of an outline`, () => {
    for (const [name, colour] of [...meanings, ...series]) {
      for (const sheet of sheetsOf(theme)) {
        const ratio = contrast(colour, sheet);
        assert.ok(ratio >= LEAST_MARK_CONTRAST, `${name} ${colour} on ${sheet}: ${ratio.toFixed(2)}`);
      }
    }
  });

  test(`the ${theme.name} theme: text can be read`, () => {
    const pairs = [["onResult", "result"], ["onRoute", "route"]].map(([ink, ground]) => [ink, theme[ink], theme[ground]]);
    for (const name of ["text", "muted", "faint", "routeText", "result", "missed"]) {
      for (const page of pagesOf(theme)) pairs.push([name, theme[name], page]);
    }
    for (const [name, ink, ground] of pairs) {
      const ratio = contrast(ink, ground);
      assert.ok(ratio >= LEAST_TEXT_CONTRAST, `${name} ${ink} on ${ground}: ${ratio.toFixed(2)}`);
    }
  });
}

test("the page's style sheet has the colours of the pictures", () => {
  const css = readFileSync(new URL("../styles/base.css", import.meta.url), "utf8");
  const block = (selector) => new RegExp(`${selector.replace(/[[\]]/g, "\\$&")} \\{([^}]*)\\}`).exec(css)?.[1] ?? "";
  const variables = (text) => Object.fromEntries([...text.matchAll(/--([a-z0-9-]+):\s*(#[0-9a-f]+);/g)].map(([, name, value]) => [name, value]));
  const names = {
    bg: "background", bg2: "background2", panel: "panel", line: "line", line2: "line2", text: "text", muted: "muted", faint: "faint",
    accent: "routeText", "on-accent": "onRoute", good: "result", bad: "missed",
  };
  for (const [selector, theme] of /** @type {const} */ ([[":root", themes.dark], ['[data-theme="light"]', themes.light]])) {
    const found = variables(block(selector));
    for (const [variable, name] of Object.entries(names)) assert.equal(found[variable], theme[name], `--${variable} of ${selector}`);
  }
});
