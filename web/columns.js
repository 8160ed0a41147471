/** Typed arrays by the names that columns have on the wire. */
const ARRAYS = Object.freeze({ u8: Uint8Array, i16: Int16Array, u16: Uint16Array, u32: Uint32Array, f32: Float32Array });

/** Fields of a search's steps and the type that each is kept in. */
export const STEP_FIELDS = Object.freeze({ kind: "u8", flags: "u8", layer: "i16", from: "u32", to: "u32", distance: "f32" });

/**
 * Makes a typed array of a column as it came over the wire.
 * @param {number[]|{dtype:string,data:string}|undefined} column a JSON array (null for NaN) or base64 of little-endian numbers
 * @param {keyof ARRAYS} dtype the type wanted; a base64 column of another type is converted
 * @throws {RangeError} when the base64 has another type than its name, or not a whole number of elements
 */
export function decodeColumn(column, dtype) {
  const Wanted = ARRAYS[dtype];
  if (column === undefined || column === null) return new Wanted(0);
  if (Array.isArray(column)) return dtype === "f32" ? Float32Array.from(column, (value) => value ?? NaN) : Wanted.from(column);
  const Sent = ARRAYS[column.dtype];
  if (!Sent) throw new RangeError(`a column of the unknown type ${column.dtype}`);
  const text = atob(column.data);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  // Every machine that runs Chromium is little-endian, as the columns are.
  const values = new Sent(bytes.buffer);
  return Sent === Wanted ? values : Wanted.from(values);
}

/** A column as it is on the wire. @param {ArrayLike<number>} values @param {keyof ARRAYS} dtype @returns {{dtype:string,data:string}} */
export function encodeColumn(values, dtype) {
  const bytes = new Uint8Array(ARRAYS[dtype].from(values).buffer);
  const parts = [];
  // As many as a call takes for arguments.
  for (let i = 0; i < bytes.length; i += 8192) parts.push(String.fromCharCode(...bytes.subarray(i, i + 8192)));
  return { dtype, data: btoa(parts.join("")) };
}

/** Parts of the map's side, 0 … 1, as map units. @param {ArrayLike<number>} parts */
export const encodeUnits = (parts) => encodeColumn(Uint16Array.from(parts, (part) => Math.round(part * 65535)), "u16");

/** A column of map units, 0 … 65535, as parts of the map's side, 0 … 1. @param {Parameters<typeof decodeColumn>[0]} column */
export function decodeUnits(column) {
  const values = decodeColumn(column, "u16");
  const units = new Float32Array(values.length);
  for (let i = 0; i < values.length; i += 1) units[i] = values[i] / 65535;
  return units;
}

/** Decodes the six columns of a search's steps. @param {any} message holds a column for each field of STEP_FIELDS */
export function decodeSteps(message) {
  const columns = {};
  for (const [field, dtype] of Object.entries(STEP_FIELDS)) columns[field] = decodeColumn(message[field], dtype);
  return /** @type {import("./replay.js").Columns} */ (columns);
}

/** Empty columns with room for a number of steps. @param {number} capacity @returns {import("./replay.js").Columns} */
export function emptySteps(capacity = 0) {
  const columns = {};
  for (const [field, dtype] of Object.entries(STEP_FIELDS)) columns[field] = new ARRAYS[dtype](capacity);
  return /** @type {any} */ (columns);
}

/**
 * Copies steps into columns, which are replaced by larger ones (doubling) when they are too short.
 * @param {import("./replay.js").Columns} columns @param {import("./replay.js").Columns} steps
 * @param {number} at where the first step goes
 * @returns {import("./replay.js").Columns} the columns that now hold the steps
 */
export function putSteps(columns, steps, at) {
  const needed = at + steps.kind.length;
  let target = columns;
  if (needed > columns.kind.length) {
    target = emptySteps(Math.max(256, needed, columns.kind.length * 2));
    for (const field of Object.keys(STEP_FIELDS)) target[field].set(columns[field]);
  }
  for (const field of Object.keys(STEP_FIELDS)) target[field].set(steps[field], at);
  return target;
}
