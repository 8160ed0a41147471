/** Typed arrays by the names that columns have on the wire. */
const ARRAYS = Object.freeze({ u8: Uint8Array, i16: Int16Array, u16: Uint16Array, u32: Uint32Array, f32: Float32Array });

/** Fields of a search's steps and the type that each is kept in. */
export const STEP_FIELDS = Object.freeze({ kind: "u8", flags: "u8", layer: "i16", from: "u32", to: "u32", distance: "f32" });

/**
 * Makes a typed array of a column as it came over the wire.
 * @param {number[]|{dtype:string,data:string}|undefined} column a JSON array (null for NaN) or base64 of little-endian numbers
 * @template {keyof typeof ARRAYS} D
 * @param {D} dtype the type wanted; a base64 column of another type is converted
 * @returns {InstanceType<(typeof ARRAYS)[D]>}
 * @throws {RangeError} when the base64 has another type than its name, or not a whole number of elements
 */
export function decodeColumn(column, dtype) {
  const Wanted = /** @type {any} */ (ARRAYS[dtype]);
  if (column === undefined || column === null) return new Wanted(0);
  if (Array.isArray(column)) return dtype === "f32" ? Float32Array.from(column, (value) => value ?? NaN) : Wanted.from(column);
  const Sent = /** @type {Record<string,(typeof ARRAYS)[keyof ARRAYS]>} */ (ARRAYS)[column.dtype];
  if (!Sent) throw new RangeError(`a column of the unknown type ${column.dtype}`);
  // Every machine that runs Chromium is little-endian, as the columns are.
  const values = new Sent(bytesOf(column.data).buffer);
  return Sent === Wanted ? /** @type {any} */ (values) : Wanted.from(values);
}

/**
 * Browsers that cannot do it themselves take twenty times as long.
 * @param {string} text base64 @returns {Uint8Array}
 */
function bytesOf(text) {
  const { fromBase64 } = /** @type {any} */ (Uint8Array);
  if (fromBase64) return fromBase64.call(Uint8Array, text);
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i += 1) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

/**
 * A column as it is on the wire.
 * @param {ArrayLike<number>} values @param {keyof ARRAYS} dtype @returns {{dtype:string,data:string}}
 */
export function encodeColumn(values, dtype) {
  const bytes = new Uint8Array(ARRAYS[dtype].from(values).buffer);
  const parts = [];
  // As many as a call takes for arguments.
  for (let i = 0; i < bytes.length; i += 8192) parts.push(String.fromCharCode(...bytes.subarray(i, i + 8192)));
  return { dtype, data: btoa(parts.join("")) };
}

/** Map units along a side of the map. */
export const SPAN = 65535;

/**
 * Parts of the map's side, 0 … 1, as map units.
 * @param {ArrayLike<number>} parts
 */
export const encodeUnits = (parts) => encodeColumn(Uint16Array.from(parts, (part) => Math.round(part * SPAN)), "u16");

/**
 * A column of map units, 0 … 65535, as parts of the map's side, 0 … 1.
 * @param {Parameters<typeof decodeColumn>[0]} column
 */
export function decodeUnits(column) {
  const values = decodeColumn(column, "u16");
  const units = new Float32Array(values.length);
  for (let i = 0; i < values.length; i += 1) units[i] = values[i] / SPAN;
  return units;
}

/**
 * Decodes the six columns of a search's steps.
 * @param {any} message holds a column for each field of STEP_FIELDS
 */
export function decodeSteps(message) {
  return columnsOf((field, dtype) => decodeColumn(message[field], dtype));
}

/**
 * Empty columns with room for a number of steps.
 * @param {number} capacity @returns {import("./replay.js").Columns}
 */
export function emptySteps(capacity = 0) {
  return columnsOf((_, dtype) => new ARRAYS[dtype](capacity));
}

/** @typedef {keyof typeof STEP_FIELDS} StepField */
const FIELDS = /** @type {[StepField,(typeof STEP_FIELDS)[StepField]][]} */ (Object.entries(STEP_FIELDS));

/** @param {(field:StepField,dtype:(typeof STEP_FIELDS)[StepField])=>any} make @returns {import("./replay.js").Columns} */
const columnsOf = (make) => /** @type {any} */ (Object.fromEntries(FIELDS.map(([field, dtype]) => [field, make(field, dtype)])));

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
    for (const [field] of FIELDS) target[field].set(columns[field]);
  }
  for (const [field] of FIELDS) target[field].set(steps[field], at);
  return target;
}
