/**
 * A distance as the library gave it, to five significant digits.
 * @param {number|null|undefined} value
 */
export function distance(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return value.toExponential(4);
  return value.toPrecision(5);
}

const numbers = new Intl.NumberFormat("en");

/**
 * A number with thin spaces between thousands.
 * @param {number} value
 */
export function count(value) {
  return numbers.format(value).replaceAll(",", "\u202f");
}

/** @param {number} number @param {string} one @param {string} [many] */
export function plural(number, one, many = `${one}s`) {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** @param {number|null} microseconds */
export function duration(microseconds) {
  if (microseconds === null || microseconds === undefined) return "–";
  return microseconds < 1000 ? `${Math.round(microseconds)} µs` : `${(microseconds / 1000).toPrecision(3)} ms`;
}

/**
 * What a filter asks for, without its parameters' names.
 * @param {any} filter of `search.started`
 */
export function filterText(filter) {
  /** @param {string} name @param {string} how */
  const ids = (name, how) => filter[name] && `${how} ${plural(filter[`${name}Total`] ?? filter[name].length, "id")}`;
  const unknown = filter.unknown ? `${count(filter.unknown)} of them unknown` : null;
  return [filter.where, ids("allow", "among"), ids("deny", "without"), unknown].filter(Boolean).join(", ");
}

/** @param {number} bytes */
export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  const units = ["KiB", "MiB", "GiB", "TiB"];
  let value = bytes / 1024;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit += 1) value /= 1024;
  return `${value.toPrecision(3)} ${units[unit]}`;
}

/**
 * The daemon's words as a sentence of the page.
 * @param {string} text
 */
export function sentence(text) {
  return text === "" ? "" : `${text[0].toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}

/**
 * How far a map in the making, or the one that will replace it, has got; null when there is none.
 * @param {any} map
 */
export function mapProgress(map) {
  // A layout that ended without a map is said to be done.
  if (map.finished && (map.progress ?? 1) >= 1) return null;
  if (map.progress === null) return "map: in the making";
  return `${map.finished ? "next map" : "map"}: ${Math.floor(map.progress * 100)} %`;
}

/**
 * How true a map is to the neighbours.
 * @param {any} quality of `layout.quality`
 */
export function qualityText(quality) {
  const { trustworthiness, kept, neighbours, sampled, nodes } = quality;
  const share = trustworthiness.toFixed(2).replace(/^0/, "");
  const over = sampled < nodes ? ` (${count(sampled)} of ${count(nodes)} sampled)` : "";
  return `trustworthiness ${share}, ${Math.round(kept * 100)} % of the ${neighbours} nearest kept${over}`;
}

/**
 * What the marks of misplaced nodes are about.
 * @param {any} map
 */
export function misplacedText({ misplaced, total }) {
  return `mark what the projection misplaces${misplaced.of < total ? ` among ${count(misplaced.of)} sampled` : ""}`;
}

/**
 * What is another in a map than in that of the revision before; null when nothing is known.
 * @param {any} map
 */
export function changeText(map) {
  if (!map?.added && !map?.moved && !map?.removed) return null;
  const parts = ["added", "moved", "removed"].filter((what) => map[what]?.count > 0).map((what) => `${count(map[what].count)} ${what}`);
  return `revision ${map.revision}: ${parts.join(", ") || "every vector in its place"}`;
}
