import assert from "node:assert/strict";
import { test } from "node:test";
import { NPY_HEADER_BYTES, npyOf, openNpy } from "../query/npy.js";

/** A file as `numpy.save` writes it. */
function npy(header, bytes, { version = 1, magic = "\x93NUMPY" } = {}) {
  const text = `${header}\n`;
  const length = version === 1 ? new Uint8Array(new Uint16Array([text.length]).buffer) : new Uint8Array(new Uint32Array([text.length]).buffer);
  return new Blob([Uint8Array.from(magic, (one) => one.charCodeAt(0)), new Uint8Array([version, 0]), length, text, bytes]);
}
const header = (descr, shape, fortran = "False") => `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;
const rowsOf = async (file) => {
  const { rows, row } = await openNpy(file);
  return Promise.all(Array.from({ length: rows }, (_, i) => row(i)));
};

test("every type of number is read, of either byte order", async () => {
  const types = [["<f4", Float32Array], ["<f8", Float64Array], ["|i1", Int8Array], ["<i2", Int16Array], ["<i4", Int32Array], ["|u1", Uint8Array], ["<u2", Uint16Array], ["<u4", Uint32Array]];
  for (const [descr, Numbers] of types) assert.deepEqual(await rowsOf(npy(header(descr, "(3,)"), Numbers.from([1, 2, 100]))), [[1, 2, 100]], descr);
  assert.deepEqual(await rowsOf(npy(header("<i8", "(2,)"), BigInt64Array.from([-5n, 7n]))), [[-5, 7]]);
  assert.deepEqual(await rowsOf(npy(header("<u8", "(1,)"), BigUint64Array.from([7n]))), [[7]]);
  assert.deepEqual(await rowsOf(npy(header("|b1", "(2,)"), Uint8Array.of(1, 0))), [[1, 0]]);
  assert.deepEqual(await rowsOf(npy(header(">f4", "(1,)"), Uint8Array.of(0x3f, 0x80, 0, 0))), [[1]]);
  // 1, -2, the least one, 65504 and infinity.
  assert.deepEqual(await rowsOf(npy(header("<f2", "(5,)"), Uint16Array.of(0x3c00, 0xc000, 1, 0x7bff, 0x7c00))), [[1, -2, 2 ** -24, 65504, Infinity]]);
});

test("rows are read by themselves, in either order of storage and every version of the format", async () => {
  const values = Float32Array.of(1, 2, 3, 4, 5, 6);
  assert.deepEqual(await rowsOf(npy(header("<f4", "(3, 2)"), values)), [[1, 2], [3, 4], [5, 6]]);
  assert.deepEqual(await rowsOf(npy(header("<f4", "(3, 2)", "True"), values)), [[1, 4], [2, 5], [3, 6]]);
  for (const version of [2, 3]) assert.deepEqual(await rowsOf(npy(header("<f4", "(2, 3)"), values, { version })), [[1, 2, 3], [4, 5, 6]]);
  const { row, type, rows, columns } = await openNpy(npy(header("<f4", "(3, 2)"), values));
  assert.deepEqual({ type, rows, columns }, { type: "float32", rows: 3, columns: 2 });
  await assert.rejects(row(3), /no row 3: rows are 0 to 2/);
  await assert.rejects(row(0.5), /no row/);
});

test("only the header and the row are read of a large file", async () => {
  const asked = [];
  const small = npy(header("<f4", "(2, 2)"), Float32Array.of(1, 2, 3, 4));
  const file = /** @type {any} */ ({ size: small.size, slice: (from, to) => { asked.push(to - from); return small.slice(from, to); } });
  const { row } = await openNpy(file);
  assert.deepEqual(await row(1), [3, 4]);
  assert.equal(asked.at(-1), 8);
  assert.ok(asked.every((bytes) => bytes < 100));
});

test("what is wrong is told with its place and what to do", async () => {
  const wrong = async (file, ...patterns) => {
    for (const pattern of patterns) await assert.rejects(openNpy(file), pattern);
  };
  const four = Float32Array.of(1, 2, 3, 4);
  await wrong(new Blob(["hello, I am a text"]), /Byte 0: not a NumPy file/, /numpy\.save/);
  await wrong(new Blob([]), /Byte 0/);
  await wrong(npy(header("<f4", "(4,)"), four, { version: 9 }), /Byte 6: version 9/);
  await wrong(npy(header("|O", "(4,)"), four), /Byte 10: its numbers are of the type '\|O'/, /astype/);
  await wrong(npy(header("<c8", "(2,)"), four), /type '<c8'/);
  await wrong(npy("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (4,), }", four), /of the type \[\('x'/);
  await wrong(npy(header("<f4", "(2, 2, 1)"), four), /3 dimensions \(2 × 2 × 1\)/, /reshape/);
  await wrong(npy(header("<f4", "()"), four), /0 dimensions/);
  await wrong(npy(header("<f4", "(0, 4)"), four), /no numbers: its shape is 0 × 4/);
  await wrong(npy(header("<f4", "(5,)"), four), /the file ends here, and 5 numbers of float32 need \d+ bytes/);
  await wrong(npy(header("<f4", "(99999999999, 99999999999)"), four), /the file ends here/);
  await wrong(npy(header("<f4", "(4,)"), four).slice(0, 40), /ends in its header/);
  await wrong(npy("nothing", four), /names no shape/);
});

test("what is written is read again, and its numbers begin where said", async () => {
  const bytes = npyOf([0.5, -1, 3]);
  assert.equal(bytes.length, NPY_HEADER_BYTES + 12);
  assert.equal(new DataView(bytes.buffer).getFloat32(NPY_HEADER_BYTES + 4, true), -1);
  assert.deepEqual(await rowsOf(new Blob([bytes])), [[0.5, -1, 3]]);
});
