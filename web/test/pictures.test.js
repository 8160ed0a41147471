import assert from "node:assert/strict";
import { test } from "node:test";
import { Pictures } from "../pictures.js";

function answering(blob) {
  const asked = [];
  const fetch = async (address, { headers }) => {
    asked.push({ address, ...headers });
    return { ok: blob !== null, blob: async () => new Blob([blob]) };
  };
  return { asked, pictures: new Pictures({ fetch: /** @type {any} */ (fetch) }) };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

test("without a token a picture is loaded by its address", () => {
  const { asked, pictures } = answering("x");
  const image = /** @type {any} */ ({});
  pictures.load(image, "media/a/1.jpg");
  assert.equal(image.src, "media/a/1.jpg");
  assert.equal(asked.length, 0);
});

test("with a token it is fetched once, by a header, and shown as a blob", async () => {
  const { asked, pictures } = answering("x");
  pictures.use("secret");
  const images = /** @type {any[]} */ ([{}, {}]);
  for (const image of images) pictures.load(image, "media/a/1.jpg");
  await settled();
  assert.deepEqual(asked, [{ address: "media/a/1.jpg", Authorization: "Bearer secret" }]);
  assert.match(images[0].src, /^blob:/);
  assert.equal(images[0].src, images[1].src);
});

test("a picture written into its address needs no token, and one that is refused leaves its place empty", async () => {
  const { asked, pictures } = answering(null);
  pictures.use("secret");
  const [written, refused] = /** @type {any[]} */ ([{}, {}]);
  pictures.load(written, "data:image/png;base64,AA==");
  pictures.load(refused, "media/a/2.jpg");
  await settled();
  assert.equal(written.src, "data:image/png;base64,AA==");
  assert.equal(refused.src, undefined);
  assert.equal(asked.length, 1);
  // The next one that shows it tries again.
  pictures.load(refused, "media/a/2.jpg");
  await settled();
  assert.equal(asked.length, 2);
});
