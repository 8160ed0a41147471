/** A text that is longer is no vector of the largest dimension that the daemon takes. */
const MOST_CHARACTERS = 4_000_000;
/** Members of an object that hold a vector, as clients of embedding models write them. */
const MEMBERS = ["vector", "embedding", "query", "values", "vectors", "embeddings", "data"];

/** @param {ArrayLike<number>} vector */
export function norm(vector) {
  let sum = 0;
  for (let i = 0; i < vector.length; i += 1) sum += vector[i] * vector[i];
  return Math.sqrt(sum);
}

/**
 * The vector at length 1.
 * @param {ArrayLike<number>} vector @returns {number[]}
 */
export function normalised(vector) {
  const length = norm(vector);
  return Array.from(vector, (value) => value / length);
}

/**
 * The shortest decimal number that is this float32.
 * @param {number} value
 */
export function shortest(value) {
  for (let digits = 6; digits < 9; digits += 1) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === Math.fround(value)) return text;
  }
  return Number(value.toPrecision(9));
}

/**
 * Vectors that were pasted or are in a JSON file: numbers with commas or spaces, an array, an array of arrays, or an object with one of them.
 * @param {string} text @returns {number[][]} @throws {Error} that says what is wrong, where, and what to do
 */
export function readVectors(text) {
  if (text.length > MOST_CHARACTERS) throw new Error(`The text has ${text.length} characters, more than ${MOST_CHARACTERS}. Save the vectors as .npy, and drop that file.`);
  const trimmed = text.trim();
  if (trimmed === "") throw new Error("Paste a vector, such as [0.1, 0.2], or drop a .npy or JSON file.");
  let value;
  try {
    value = /^[[{]/.test(trimmed) ? JSON.parse(trimmed) : trimmed.split(/[\s,;]+/).filter(Boolean).map(toNumber);
  } catch (error) {
    throw new Error(`A vector must be numbers with commas between them, such as [0.1, 0.2]. ${/** @type {Error} */ (error).message}`);
  }
  const found = arrayIn(value);
  const rows = Array.isArray(found[0]) ? found : [found];
  rows.forEach((row, number) => checkRow(row, rows.length > 1 ? ` of row ${number}` : ""));
  return rows;
}

/** @param {string} word */
function toNumber(word) {
  const value = Number(word);
  if (Number.isNaN(value)) throw new Error(`"${word.slice(0, 20)}" is no number.`);
  return value;
}

/** @param {any} value as JSON has it @returns {any[]} */
function arrayIn(value) {
  if (Array.isArray(value)) return value;
  const name = MEMBERS.find((member) => Array.isArray(value?.[member]));
  if (name === undefined) throw new Error(`The object has no array of numbers named ${MEMBERS.slice(0, 2).map((member) => `"${member}"`).join(" or ")}.`);
  // As answers of embedding services: {"data":[{"embedding":[…]}]}.
  return value[name].map((/** @type {any} */ row) => (row && typeof row === "object" && !Array.isArray(row) ? arrayIn(row) : row));
}

/** @param {any} row @param {string} where */
function checkRow(row, where) {
  if (!Array.isArray(row) || row.length === 0) throw new Error(`There are no numbers${where}.`);
  const at = row.findIndex((value) => typeof value !== "number");
  if (at >= 0) throw new Error(`Component ${at}${where} is ${JSON.stringify(row[at])?.slice(0, 20)}, not a number.`);
}

/**
 * What keeps a vector from being searched for; empty when nothing does.
 * @param {number[]} vector @param {{name:string,dimension:number}} index
 */
export function faultOf(vector, index) {
  if (vector.length !== index.dimension) return `The vector has ${vector.length} components, those of "${index.name}" have ${index.dimension}.`;
  const at = vector.findIndex((value) => !Number.isFinite(Math.fround(value)));
  return at < 0 ? "" : `Component ${at} is ${vector[at]}, which is no finite 32-bit number.`;
}
