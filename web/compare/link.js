/** Fields of one side, in the order and by the letters of a link. */
const FIELDS = /** @type {Readonly<Record<string,string>>} */ (Object.freeze({ k: "k", efSearch: "e", nprobe: "n", searchK: "s", filter: "f", stored: "t" }));

/**
 * @typedef {{index:string|null,stored:string|null,k:string,efSearch:string,nprobe:string,searchK:string,filter:string}} SideLink
 * @typedef {{label:string|null,clock:string,sides:[SideLink,SideLink]}} CompareLink
 */

/** Letters that part the fields are written out in what they part. */
const written = (/** @type {string} */ text) => encodeURIComponent(text).replace(/[!~]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);

/** @param {string} text */
function read(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

/**
 * A comparison in one compact text, such as `40!photos-hnsw~k10~e32!photos-ivf~k10~n8!distances`.
 * @param {CompareLink} what
 */
export function toText({ label, clock, sides }) {
  const side = (/** @type {Record<string,any>} */ one) => [written(one.index ?? ""), ...Object.entries(FIELDS).filter(([name]) => one[name]).map(([name, letter]) => letter + written(one[name]))].join("~");
  return [written(label ?? ""), ...sides.map(side), clock].join("!");
}

/** @param {string} text @returns {CompareLink|null} null when it is none */
export function fromText(text) {
  const parts = text.split("!");
  if (parts.length < 3) return null;
  const sides = parts.slice(1, 3).map((part) => {
    const [index, ...fields] = part.split("~");
    const out = /** @type {Record<string,string|null>} */ ({ index: read(index) || null, stored: null, k: "", efSearch: "", nprobe: "", searchK: "", filter: "" });
    for (const field of fields) {
      const name = Object.keys(FIELDS).find((one) => FIELDS[one] === field[0]);
      if (name) out[name] = read(field.slice(1));
    }
    return out;
  });
  const clock = ["distances", "steps", "time"].includes(parts[3]) ? parts[3] : "distances";
  return { label: read(parts[0]) || null, clock, sides: /** @type {any} */ (sides) };
}

/** @param {import("./contest.js").Contest} contest @returns {CompareLink} */
export function linkOf({ query, race, rivals }) {
  const label = query && "label" in query ? String(query.label) : null;
  return { label, clock: race.clock, sides: /** @type {any} */ (rivals.map(({ index, stored, fields }) => ({ index, stored, ...fields }))) };
}

/**
 * Compares what a link says.
 * @param {import("./contest.js").Contest} contest @param {CompareLink} link
 */
export async function follow(contest, link) {
  contest.race.clock = /** @type {any} */ (link.clock);
  link.sides.forEach(({ index, stored, ...fields }, number) => {
    const rival = contest.rivals[number];
    const summary = contest.app.store.indexes.get(index)?.summary;
    if (summary) rival.use(summary);
    Object.assign(rival, { index, stored });
    for (const [name, value] of Object.entries(fields)) if (value !== "" || !summary) Object.assign(rival.fields, { [name]: value });
  });
  if (link.label !== null) contest.setLabel(link.label);
  else if (contest.app.search) await contest.takeQuery(contest.app.search);
  contest.runBoth();
}
