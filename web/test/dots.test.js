import assert from "node:assert/strict";
import { test } from "node:test";
import { densityImage } from "../scenes/density.js";
import { drawDots } from "../scenes/dots.js";

globalThis.ImageData ??= class {
  constructor(width, height) {
    Object.assign(this, { width, height, data: new Uint8ClampedArray(width * height * 4) });
  }
};

/** A canvas that keeps the picture put into it. */
function canvas(width, height, ratio = 1) {
  const kept = { image: null, paths: 0 };
  const context = {
    canvas: { width, height, ownerDocument: null }, getTransform: () => ({ a: ratio }), save() {}, restore() {}, setTransform() {}, drawImage() {}, beginPath() {},
    rect: () => (kept.paths += 1), moveTo() {}, arc: () => (kept.paths += 1), fill() {},
    createImageData: (w, h) => new ImageData(w, h), putImageData: (image) => (kept.image = image),
  };
  context.canvas.ownerDocument = { createElement: () => ({ getContext: () => context }) };
  return { context, kept };
}

/** A dot, and so many in a corner that they are drawn by their pixels. */
function dots(x, y) {
  const xs = new Float32Array(4001).fill(0.9);
  const ys = new Float32Array(4001).fill(0.9);
  [xs[0], ys[0]] = [x, y];
  return { x: xs, y: ys, includes: () => true };
}

const at = { ox: 0, oy: 0, ux: 100, uy: 0, vx: 0, vy: 100 };

test("a dot among many is where it belongs, as large as it should be, and of its colour", () => {
  // Each on a canvas of its own size: the picture that dots are put into is kept for the next of the same size.
  for (const [number, [x, y, radius, ratio]] of [[0.3, 0.4, 0.8, 1], [0.3333, 0.4177, 2.4, 1], [0.301, 0.399, 1.2, 2]].entries()) {
    const { context, kept } = canvas(100 * ratio + number, 100 * ratio, ratio);
    drawDots(context, [dots(x, y)], at, { color: "#102030", alpha: 0.5, radius });
    const { data, width } = kept.image;
    let [ink, middleX, middleY] = [0, 0, 0];
    for (let row = 0; row < 70 * ratio; row += 1) {
      for (let column = 0; column < 70 * ratio; column += 1) {
        const alpha = data[(row * width + column) * 4 + 3];
        if (alpha > 0) assert.deepEqual([...data.slice((row * width + column) * 4, (row * width + column) * 4 + 3)], [16, 32, 48]);
        ink += alpha / 255 / 0.5;
        middleX += (alpha / 255 / 0.5) * (column + 0.5);
        middleY += (alpha / 255 / 0.5) * (row + 0.5);
      }
    }
    const area = Math.PI * (radius * ratio) ** 2;
    assert.ok(Math.abs(ink - area) < area * 0.35, `${ink}, not ${area}`);
    assert.ok(Math.abs(middleX / ink - x * 100 * ratio) < 0.3 && Math.abs(middleY / ink - y * 100 * ratio) < 0.3, `${middleX / ink}, ${middleY / ink}`);
  }
});

test("a few dots are a path, and those out of sight or without a place are none", () => {
  const { context, kept } = canvas(50, 50);
  const set = { x: Float32Array.of(0.1, 0.9, NaN, 0.2), y: Float32Array.of(0.1, 0.1, 0.1, 0.2), includes: (i) => i !== 3 };
  drawDots(context, [set], at, { color: "#102030", alpha: 0.5, radius: 2 });
  assert.deepEqual([kept.paths, kept.image], [1, null]);
});

test("the density is deep where there are many, and nothing where there is nobody", () => {
  const cells = new Uint16Array(64 * 64);
  cells[20 * 64 + 40] = 65535;
  cells[40 * 64 + 10] = 9000;
  const { context, kept } = canvas(1, 1);
  densityImage({ total: 20_000, density: { side: 64, most: 900, cells } }, context.canvas.ownerDocument, "#ff0080", 1);
  const alpha = (x, y) => kept.image.data[(y * 64 + x) * 4 + 3];
  assert.equal(alpha(40, 20), 255);
  assert.ok(alpha(10, 40) > 0 && alpha(10, 40) <= alpha(40, 20));
  assert.equal(alpha(60, 60), 0);
  assert.deepEqual([...kept.image.data.slice(0, 3)], [255, 0, 128]);
});
