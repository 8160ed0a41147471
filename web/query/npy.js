/** A header that is longer describes no array of numbers. */
const MOST_HEADER = 65_536;
/** An array that is stored column by column is read whole, as its rows lie scattered in it. */
const MOST_SCATTERED = 64 * 1024 * 1024;
const SAVE = 'Save it with numpy.save("query.npy", vector.astype("float32")).';

/**
 * Readers of one number by what NumPy calls its type: kind and bytes.
 * @type {Record<string,(view:DataView,at:number,isLittle:boolean)=>number>}
 */
const READERS = {
  f2: (view, at, isLittle) => half(view.getUint16(at, isLittle)),
  f4: (view, at, isLittle) => view.getFloat32(at, isLittle), f8: (view, at, isLittle) => view.getFloat64(at, isLittle),
  i1: (view, at) => view.getInt8(at), i2: (view, at, isLittle) => view.getInt16(at, isLittle), i4: (view, at, isLittle) => view.getInt32(at, isLittle),
  i8: (view, at, isLittle) => Number(view.getBigInt64(at, isLittle)),
  u1: (view, at) => view.getUint8(at), u2: (view, at, isLittle) => view.getUint16(at, isLittle), u4: (view, at, isLittle) => view.getUint32(at, isLittle),
  u8: (view, at, isLittle) => Number(view.getBigUint64(at, isLittle)), b1: (view, at) => view.getUint8(at),
};
/** @type {Record<string,string>} */
const NAMES = { f: "float", i: "int", u: "uint", b: "bool" };

/** @param {number} bits of a float16 */
function half(bits) {
  const exponent = (bits >> 10) & 31;
  const part = bits & 1023;
  const size = exponent === 0 ? part * 2 ** -24 : exponent === 31 ? (part ? NaN : Infinity) : (1 + part / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -size : size;
}

/**
 * Vectors in a file, of which one row is read at a time.
 * @typedef {{type:string,rows:number,columns:number,row:(number:number)=>Promise<number[]>}} Rows
 */

/**
 * Opens what `numpy.save` wrote: one vector, or a row for each. Only the header is read here, so the file may be larger than the memory.
 * @param {Blob} file @returns {Promise<Rows>} rejects with what is wrong, where, and what to do
 */
export async function openNpy(file) {
  const start = new DataView(await file.slice(0, 12).arrayBuffer());
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (start.byteLength < 10 || magic.some((byte, i) => start.getUint8(i) !== byte)) throw new Error(`Byte 0: not a NumPy file. ${SAVE}`);
  const version = start.getUint8(6);
  if (version < 1 || version > 3 || (version > 1 && start.byteLength < 12)) throw new Error(`Byte 6: version ${version} of the format is not read here, 1 to 3 are. ${SAVE}`);
  const begin = version === 1 ? 10 : 12;
  const length = version === 1 ? start.getUint16(8, true) : start.getUint32(8, true);
  if (length > MOST_HEADER) throw new Error(`Byte 8: a header of ${length} bytes, more than ${MOST_HEADER}. ${SAVE}`);
  if (file.size < begin + length) throw new Error(`Byte ${file.size}: the file ends in its header. Copy it again.`);
  const { reader, bytes, isLittle, isScattered, shape, type } = readHeader(new TextDecoder("latin1").decode(await file.slice(begin, begin + length).arrayBuffer()), begin);
  const rows = shape.length === 1 ? 1 : shape[0];
  const columns = shape[shape.length - 1];
  if (rows === 0 || columns === 0) throw new Error(`It holds no numbers: its shape is ${shape.join(" × ")}.`);
  const first = begin + length;
  const end = first + rows * columns * bytes;
  if (!Number.isSafeInteger(end) || file.size < end) throw new Error(`Byte ${file.size}: the file ends here, and ${shape.join(" × ")} numbers of ${type} need ${end} bytes. Copy it again.`);
  if (isScattered && rows > 1 && end - first > MOST_SCATTERED) throw new Error(`It is stored column by column, and too large to be read whole. Save it with numpy.save("query.npy", numpy.ascontiguousarray(array)).`);

  const row = async (/** @type {number} */ number) => {
    if (!Number.isInteger(number) || number < 0 || number >= rows) throw new Error(`There is no row ${number}: rows are 0 to ${rows - 1}.`);
    const from = isScattered ? 0 : number * columns;
    const view = new DataView(await file.slice(first + from * bytes, first + (isScattered ? rows * columns : from + columns) * bytes).arrayBuffer());
    return Array.from({ length: columns }, (_, i) => reader(view, (isScattered ? i * rows + number : i) * bytes, isLittle));
  };
  return { type, rows, columns, row };
}

/** @param {string} text a Python dictionary @param {number} at where it begins in the file */
function readHeader(text, at) {
  const descr = /'descr':\s*'([<>|=])([a-zA-Z])(\d+)'/.exec(text);
  const order = /'fortran_order':\s*(True|False)/.exec(text);
  const dimensions = /'shape':\s*\(([\d\s,L]*)\)/.exec(text);
  if (!order || !dimensions) throw new Error(`Byte ${at}: the header names no shape. ${SAVE}`);
  const reader = descr && READERS[`${descr[2]}${descr[3]}`];
  if (!descr || !reader) {
    const named = /'descr':\s*('[^']*'|[^,]{1,40})/.exec(text)?.[1] ?? "nothing";
    throw new Error(`Byte ${at}: its numbers are of the type ${named}; float16 to float64, int8 to int64, uint8 to uint64 and bool are read. ${SAVE}`);
  }
  const shape = dimensions[1].split(",").map((part) => part.trim()).filter(Boolean).map((part) => Number.parseInt(part, 10));
  if (shape.length < 1 || shape.length > 2) {
    throw new Error(`Byte ${at}: it has ${shape.length} dimensions${shape.length ? ` (${shape.join(" × ")})` : ""}; one vector, or a row for each, is read. Save it with numpy.save("query.npy", array.reshape(-1, dimension)).`);
  }
  const bytes = Number(descr[3]);
  return { reader, bytes, shape, isLittle: descr[1] !== ">", isScattered: order[1] === "True" && shape.length === 2, type: descr[2] === "b" ? "bool" : `${NAMES[descr[2]]}${bytes * 8}` };
}

/** Bytes before the numbers in a file that `npyOf` makes. */
export const NPY_HEADER_BYTES = 128;

/**
 * One vector as `numpy.save` would write it, of float32.
 * @param {ArrayLike<number>} vector @returns {Uint8Array}
 */
export function npyOf(vector) {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${vector.length},), }`;
  const bytes = new Uint8Array(NPY_HEADER_BYTES + 4 * vector.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, NPY_HEADER_BYTES - 10, 0]);
  bytes.set(new TextEncoder().encode(`${text.padEnd(NPY_HEADER_BYTES - 11)}\n`), 10);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < vector.length; i += 1) view.setFloat32(NPY_HEADER_BYTES + 4 * i, vector[i], true);
  return bytes;
}
