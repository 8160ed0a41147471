import { decodeColumn, decodeSteps, STEP_FIELDS } from "../columns.js";
import { pictureAddress } from "../dom.js";
import { MapBuilder } from "../map-builder.js";
import { Replay } from "../replay.js";
import { STAGE_MASK, stagesOf } from "../replay/kinds.js";
import { FORMAT, VERSION } from "./trace-file.js";

/** Limits of a file that comes from anywhere. */
export const MOST_BYTES = 64 * 1024 * 1024;
const MOST_STEPS = 1_000_000;
const MOST_NODES = 5_000_000;
const MOST_CELLS = 1_000_000;
const MOST_ITEMS = 100_000;
const MOST_HITS = 100_000;
const MOST_EVENTS = 1000;
const MOST_QUEUED = 1_000_000;
const STRUCTURES = ["hnsw", "ivf", "flat"];

/** Why a file is not taken, in words for who dropped it. */
export class TraceFileError extends Error {}

/** @param {string} where @param {string} what @returns {never} */
function fail(where, what) {
  throw new TraceFileError(`${where} ${what}`);
}

/** @param {any} value */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
/** @param {any} value @param {string} where @returns {any} */
const object = (value, where) => (isObject(value) ? value : fail(where, "is no object"));
/** @param {any} value @param {string} where @param {number} most @returns {any[]} */
const list = (value, where, most) => (!Array.isArray(value) ? fail(where, "is no list") : value.length > most ? fail(where, `has ${value.length} entries; ${most} are taken`) : value);
/** @param {any} value @param {string} where @returns {string} */
const text = (value, where, most = 4096) => (typeof value === "string" && value.length <= most ? value : fail(where, `is no text of at most ${most} characters`));
/** @param {any} value @param {string} where @param {number} least @param {number} most @returns {number} */
const whole = (value, where, least, most) => (Number.isInteger(value) && value >= least && value <= most ? value : fail(where, `is no whole number from ${least} to ${most}`));
/** @param {any} value @returns {string|undefined} */
const words = (value) => (typeof value === "string" ? value.slice(0, 4096) : undefined);
/** @param {any} value @returns {number|null} */
const figure = (value) => (typeof value === "number" && Number.isFinite(value) ? value : null);
/** @param {any} value @returns {Label|undefined} */
const label = (value) => (typeof value === "string" || Number.isInteger(value) ? value : undefined);

/**
 * Reads what `traceFile` wrote, or somebody else; nothing of it is trusted.
 * @param {string} source @returns {import("./trace-file.js").TraceFile} with what is known alone
 * @throws {TraceFileError}
 */
export function readTrace(source) {
  if (source.length > MOST_BYTES) fail("The file", "is larger than 64 MiB.");
  let file;
  try {
    file = JSON.parse(source);
  } catch (error) {
    fail("The file", `is no JSON (${/** @type {Error} */ (error).message}).`);
  }
  if (!isObject(file) || file.annscope !== FORMAT) fail("The file", "is no trace of annscope: save one from the Share menu.");
  if (file.version !== VERSION) fail("The file", `is of version ${words(String(file.version))}; this page reads version ${VERSION}.`);
  try {
    const index = summaryOf(object(file.index, "index"));
    const trace = traceOf(object(file.trace, "trace"), index);
    const layout = layoutOf(list(file.layout, "layout", MOST_EVENTS), index);
    const items = list(file.items ?? [], "items", MOST_ITEMS).map((item, i) => itemOf(object(item, `items ${i}`), i));
    return { annscope: FORMAT, version: VERSION, at: figure(file.at) ?? 0, index, layout, trace, items };
  } catch (error) {
    if (error instanceof TraceFileError) throw new TraceFileError(`The file can’t be shown: ${error.message}.`);
    throw new TraceFileError(`The file can’t be shown: ${/** @type {Error} */ (error).message}.`);
  }
}

/** @param {any} said */
function summaryOf(said) {
  const structure = STRUCTURES.includes(said.structure) ? said.structure : fail("index.structure", `is none of ${STRUCTURES.join(", ")}`);
  const count = whole(said.count, "index.count", 0, 1e12);
  /** @param {string} name */
  const optional = (name) => (said[name] === undefined || said[name] === null ? {} : { [name]: whole(said[name], `index.${name}`, 0, 1e12) });
  return {
    name: text(said.name, "index.name", 300), title: words(said.title), library: words(said.library) ?? "unknown", kind: words(said.kind) ?? "", structure,
    metric: words(said.metric) ?? "", metricGuessed: said.metricGuessed === true, largerIsNearer: said.largerIsNearer === true,
    dimension: whole(said.dimension, "index.dimension", 0, 1e9), count, deleted: 0, settled: true, searchable: false,
    obstacle: "this is a trace from a file: there is no index to search", revision: whole(said.revision, "index.revision", 0, 1e12), bytes: figure(said.bytes) ?? 0,
    defaults: { k: 1 }, hasMedia: said.hasMedia === true, hasCaptions: said.hasCaptions === true, columns: [], queries: 0, warnings: [],
    ...(structure === "hnsw" ? { levels: list(said.levels, "index.levels", 64).map((nodes, i) => whole(nodes, `index.levels ${i}`, 0, 1e12)), ...optional("entryPoint"), ...optional("M"), ...optional("efConstruction") } : {}),
    ...(structure === "ivf" ? { nlist: whole(said.nlist, "index.nlist", 0, MOST_CELLS), nprobe: figure(said.nprobe) ?? 1 } : {}),
  };
}

/** @param {any} said @param {{name:string,revision:number}} index */
function traceOf(said, index) {
  const started = object(said.started, "trace.started");
  const header = headerOf(object(started.header, "trace.started.header"));
  const columns = object(said.columns, "trace.columns");
  const steps = decodeSteps(columns);
  const length = whole(steps.kind.length, "the number of steps", 0, MOST_STEPS);
  const stages = stagesOf(header).length;
  for (const field of /** @type {(keyof typeof STEP_FIELDS)[]} */ (Object.keys(STEP_FIELDS))) if (steps[field].length !== length) fail(`trace.columns.${field}`, `has ${steps[field].length} rows of ${length}`);
  for (let i = 0; i < length; i += 1) {
    if (steps.kind[i] > 10 || (steps.flags[i] & STAGE_MASK) >= stages || steps.layer[i] < -1 || steps.layer[i] > 63) fail(`step ${i + 1}`, "is of no kind, layer or stage that there is");
  }
  /** @param {any} value @param {string} where */
  const hits = (value, where) => list(value, where, MOST_HITS).map((hit) => ({ label: label(hit?.label), node: whole(hit?.node, `${where}.node`, 0, 0xffffffff), distance: typeof hit.distance === "number" ? hit.distance : NaN }));
  // What can't be replayed is better found now than while it is drawn.
  new Replay(header, steps).at(length, length);
  const { recall, place } = said;
  const search = text(said.search, "trace.search", 100);
  return {
    search, index: index.name, revision: index.revision, columns, events: length, results: hits(said.results ?? [], "trace.results"),
    started: {
      search, index: index.name, revision: index.revision, at: figure(started.at) ?? 0, followed: true, header, source: words(started.source), label: label(started.label),
      ...(isObject(started.subject) ? { subject: { text: words(started.subject.text), image: pictureAddress(started.subject.image) ?? undefined } } : {}),
      ...(isObject(started.filter) && typeof started.filter.where === "string" ? { filter: { where: words(started.filter.where), allowed: figure(started.filter.allowed) ?? 0 } } : {}),
    },
    counters: null, microseconds: figure(said.microseconds), complete: said.complete !== false, stopped: words(said.stopped), truncated: said.truncated === true, limit: words(said.limit),
    ...(Number.isInteger(said.summarisedFrom) ? { summarisedFrom: said.summarisedFrom } : {}),
    ...(isObject(place) && [place.x, place.y, place.spread].every((value) => figure(value) !== null) ? { place: { x: place.x, y: place.y, spread: place.spread } } : {}),
    ...(isObject(recall) ? { recall: typeof recall.unavailable === "string" ? { unavailable: words(recall.unavailable) } : {
      recall: figure(recall.recall) ?? 0, k: figure(recall.k) ?? 0, exact: hits(recall.exact ?? [], "recall.exact"), missed: hits(recall.missed ?? [], "recall.missed"),
      over: words(recall.over), skipped: figure(recall.skipped) ?? 0,
    } } : {}),
  };
}

/** @param {any} said @returns {any} */
function headerOf(said) {
  /** @param {any} from @param {string} where */
  const bounded = (from, where) => ({
    algorithm: text(from.algorithm, `${where}.algorithm`, 60), k: whole(from.k ?? 0, `${where}.k`, 0, MOST_QUEUED), efSearch: whole(from.efSearch ?? 0, `${where}.efSearch`, 0, MOST_QUEUED),
    largerIsNearer: from.largerIsNearer === true,
  });
  const stages = said.stages === undefined ? undefined : list(said.stages, "header.stages", 16).map((stage, i) => {
    const where = `header.stages ${i}`;
    return {
      ...bounded(object(stage, where), where), name: text(stage.name, `${where}.name`, 200), nodes: text(stage.nodes, `${where}.nodes`, 60),
      ...(typeof stage.bounded === "boolean" ? { bounded: stage.bounded } : {}), ...(figure(stage.relativeLimit) === null ? {} : { relativeLimit: stage.relativeLimit }),
    };
  });
  return { ...bounded(said, "header"), nprobe: figure(said.nprobe) ?? 0, ...(figure(said.searchK) ? { searchK: said.searchK } : {}), bare: said.bare === true, transformed: said.transformed === true, stages };
}

/** @param {any[]} events @param {{structure:string,revision:number}} index */
function layoutOf(events, index) {
  const first = object(events[0] ?? fail("layout", "is empty"), "layout 0");
  if (first.type !== "layout.started") fail("layout", "does not begin with its start");
  whole(first.nodes, "layout.nodes", 0, MOST_NODES);
  whole(first.levels, "layout.levels", 0, 64);
  if (first.structure !== index.structure) fail("layout.structure", "is not that of the index");
  const taken = events.filter((event, i) => {
    const { type } = object(event, `layout ${i}`);
    if (type === "layout.started") return i === 0;
    if (type === "layout.cells") checkCells(event);
    if (type === "layout.density") checkDensity(event);
    if (type === "layout.nodes" || type === "layout.links") whole(event.level ?? 0, "layout.level", 0, 63);
    if (type === "layout.nodes") sameLength(event, { node: "u32", x: "u16", y: "u16" });
    if (type === "layout.links") sameLength(event, { from: "u32", to: "u32" });
    if (type === "layout.quality") for (const name of ["trustworthiness", "kept", "neighbours", "sampled", "nodes"]) if (figure(event[name]) === null) fail("layout.quality", `has no ${name}`);
    return ["layout.nodes", "layout.links", "layout.density", "layout.cells", "layout.quality", "layout.finished"].includes(type);
  });
  const layout = [{ ...first, revision: index.revision, previous: undefined, method: words(first.method) ?? "" }, ...taken.slice(1), { type: "layout.finished" }];
  const builder = new MapBuilder();
  builder.apply(layout);
  if (index.structure === "ivf" && !builder.map?.cells) fail("layout", "has no cells");
  return layout;
}

/** @param {any} event @param {Record<string,any>} fields */
function sameLength(event, fields) {
  const lengths = new Set(Object.entries(fields).map(([name, dtype]) => decodeColumn(event[name], dtype).length));
  if (lengths.size !== 1) fail(event.type, "has columns of unlike length");
}

/** @param {any} event */
function checkCells(event) {
  sameLength(event, { x: "u16", y: "u16", size: "u32" });
  sameLength(event, { px: "u16", py: "u16" });
  const start = decodeColumn(event.start, "u32");
  const corners = decodeColumn(event.px, "u16").length;
  if (start.length !== decodeColumn(event.x, "u16").length + 1 || start.some((at, i) => at > corners || (i > 0 && at < start[i - 1]))) fail("layout.cells", "has corners that are not there");
}

/** @param {any} event */
function checkDensity(event) {
  const side = whole(event.side, "layout.density.side", 1, 4096);
  if (decodeColumn(event.density, "u16").length !== side * side) fail("layout.density", "is no square");
}

/** @param {any} item @param {number} i */
function itemOf(item, i) {
  const media = pictureAddress(item.media);
  return {
    label: label(item.label) ?? fail(`items ${i}`, "has no label"), node: whole(item.node, `items ${i}.node`, 0, 0xffffffff), caption: words(item.caption), category: words(item.category),
    // A file brings its own pictures, and points to none elsewhere.
    ...(media?.startsWith("data:") ? { media } : {}),
  };
}
