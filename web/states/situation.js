import { count, plural } from "../format.js";

/**
 * What the page has to say where there is no picture (a card in the middle of the stage), and beside one (strips above it).
 * Both are made of facts alone, so that every state can be tested.
 *
 * @typedef {{id:"retry"|"reload"|"token"|"open-file"|"close-file"|"again"|"newest",label:string}} Action
 * @typedef {{key:string,title:string,lines:string[],command?:string,done?:number,total?:number,retryAt?:number,actions:Action[]}} Card
 * @typedef {{key:string,text:string,isBad?:boolean,retryAt?:number,canClose?:boolean,actions:Action[]}} Strip `key` is another one when the
 *   reason is another, so that what was put away comes back then
 * @typedef {{code?:string,message:string,offset?:number,field?:string,keepsRevision?:number|null,path?:string}} Failure
 * @typedef {{summary:any,failure:Failure|null,progress:{phase:string,done:number,total:number}|null,file?:any}} Entry
 * @typedef {object} Facts
 * @property {import("../connection.js").ConnectionState} connection
 * @property {boolean} isOnline what the browser says of the network
 * @property {boolean} isLocal the daemon is on this machine
 * @property {any} hello the latest answer to `initialize`
 * @property {string|null} firstVersion the daemon's version when this page was loaded
 * @property {boolean} isIncomplete a part of the page could not be loaded
 * @property {[string,Entry][]} indexes
 * @property {string|null} selected
 * @property {string|null} wanted an index that the link names and the daemon does not have
 * @property {any} map
 * @property {boolean} isHeld the map is kept for a search of an earlier revision
 * @property {{id:string,revision:number,canRepeat:boolean}|null} search
 * @property {{lost:number|null,stream:string,reason:string}|null} gap
 * @property {string|null} refusal why the last search of this page was not run
 * @property {{removed:string,shown:string|null}|null} removed
 */

const RETRY = Object.freeze({ id: /** @type {const} */ ("retry"), label: "Try now" });
const OPEN_FILE = Object.freeze({ id: /** @type {const} */ ("open-file"), label: "Open a saved search" });
const RELOAD = Object.freeze({ id: /** @type {const} */ ("reload"), label: "Reload the page" });
const TOKEN = Object.freeze({ id: /** @type {const} */ ("token"), label: "Give a token" });

/**
 * Where and why a file was not taken.
 * @param {Failure} failure
 */
export function failureText({ message, offset, field }) {
  const place = [typeof offset === "number" && `at byte ${count(offset)}`, field && `field “${field}”`].filter(Boolean).join(", ");
  return `${message}${place && !message.includes(`byte ${offset}`) ? ` (${place})` : ""}`;
}

/**
 * Why a connection was shut for good.
 * @param {number|undefined} code @param {string} text @returns {{title:string,line:string,actions:Action[]}}
 */
function refusedFor(code, text) {
  switch (code) {
    case 4401: return { title: "A token is needed", line: "This daemon lets in who has a token. Whoever runs it has one for you.", actions: [TOKEN] };
    case 4403: return { title: "The daemon closed the connection", line: "This page kept asking for what its token does not allow.", actions: [TOKEN, RELOAD] };
    case 4406: return { title: "The page and the daemon do not fit together", line: "The daemon speaks another version of the protocol than this page.", actions: [RELOAD] };
    case 4429: return { title: "The daemon closed the connection", line: "This page asked too much in too short a time.", actions: [RETRY] };
    default: return { title: "The daemon closed the connection", line: text, actions: [RETRY, RELOAD] };
  }
}

/** @param {Facts} facts @returns {Card|null} null where there is a picture */
export function cardOf(facts) {
  const { connection, hello, indexes, selected, map } = facts;
  const entry = indexes.find(([name]) => name === selected)?.[1];
  if (entry?.file) return null;
  if (connection.kind === "closed") {
    const { title, line, actions } = refusedFor(connection.code, connection.text);
    return { key: `closed ${connection.code}`, title, lines: [line], actions };
  }
  if (!hello) {
    if (connection.kind === "connecting") return { key: "connecting", title: "Connecting …", lines: ["Waiting for the daemon’s first words."], actions: [] };
    return {
      key: "no daemon", title: "No daemon answers", lines: ["It may be stopped, or out of reach. The page goes on by itself as soon as there is one. It is started by:"],
      command: "annscope serve FOLDER", retryAt: connection.retryAt, actions: [RETRY, OPEN_FILE],
    };
  }
  if (!entry?.summary) return withoutIndex(facts);
  const { summary } = entry;
  if (map) return summary.count === 0 && map.finished ? empty(selected, summary) : null;
  if (summary.count === 0) return empty(selected, summary);
  return { key: `map ${selected}`, title: "The map is being made", lines: [`${count(summary.count)} vectors of ${selected} get their places; the first are shown at once.`], actions: [] };
}

/** @param {string|null} name @param {Summary} summary @returns {Card} */
const empty = (name, summary) => ({
  key: `empty ${name}`, title: `${name} is empty`,
  lines: [`The file holds no vectors${summary.dimension ? ` (dimension ${count(summary.dimension)})` : ""}. Add some and save it again: the page follows the file without a reload.`], actions: [],
});

/** @param {Facts} facts @returns {Card} */
function withoutIndex({ indexes, hello }) {
  const reading = indexes.find(([, { progress }]) => progress);
  if (reading) {
    const [name, { progress }] = reading;
    const { phase, done, total } = /** @type {NonNullable<Entry["progress"]>} */ (progress);
    return { key: `reading ${name}`, title: `Reading ${name}`, lines: [`${phase}: ${count(done)} of ${count(total)}`], done, total, actions: [] };
  }
  const failed = indexes.filter(([, { failure }]) => failure);
  if (failed.length > 0) {
    return {
      key: `failed ${failed.map(([name, { failure }]) => `${name} ${failure?.message}`).join()}`, title: `${failed.length === 1 ? failed[0][0] : plural(failed.length, "file")} could not be taken`,
      lines: [...failed.slice(0, 5).map(([name, { failure }]) => `${failed.length > 1 ? `${name}: ` : ""}${failureText(/** @type {Failure} */ (failure))}`),
        failed.length > 5 ? `and ${count(failed.length - 5)} more, in the list beside.` : "Write the file anew, whole: the page shows it then."], actions: [],
    };
  }
  if (hello.recording) return { key: "recording", title: "The recording begins", lines: ["It has told of no index yet."], actions: [] };
  return {
    key: "no index", title: "No index yet", lines: ["The daemon watches its folders, and shows an index as soon as its whole file is there: put one of hnswlib, Faiss, usearch or Annoy into a watched folder, or start the daemon with its place:"],
    command: "annscope serve FOLDER-OR-FILE", actions: [OPEN_FILE],
  };
}

/** @param {Facts} facts @returns {Strip[]} the most pressing first */
export function stripsOf(facts) {
  const { indexes, selected } = facts;
  const entry = indexes.find(([name]) => name === selected)?.[1];
  if (entry?.file) return [{ key: "file", text: `A saved search, from the file ${entry.file.says}. Nothing is asked of a daemon.`, actions: [{ id: "close-file", label: "Close it" }] }];
  return [...ofPage(facts), ...ofConnection(facts), ...ofIndex(facts, entry), ...ofSearch(facts)];
}

/** @param {Facts} facts @returns {Strip[]} */
const ofPage = ({ isIncomplete }) => (isIncomplete
  ? [{ key: "incomplete", isBad: true, text: "Only a part of this page could be loaded. The rest is asked for again every few seconds.", actions: [RELOAD] }] : []);

/** @param {Facts} facts @returns {Strip[]} */
function ofConnection({ connection, hello, isOnline, isLocal, firstVersion }) {
  /** @type {Strip[]} */
  const strips = [];
  if (hello && connection.kind === "reconnecting") {
    const why = !isOnline && !isLocal ? "This computer is offline." : connection.code === 1012 ? "The daemon goes down, or starts anew." : "The connection to the daemon is lost.";
    strips.push({ key: "lost", isBad: true, text: `${why} The last picture stays; what happens meanwhile is asked for afterwards.`, retryAt: connection.retryAt, actions: [RETRY] });
  }
  if (!hello) return strips;
  const { version } = hello.server ?? {};
  if (firstVersion !== null && version && version !== firstVersion) {
    strips.push({ key: `version ${version}`, text: `The daemon is of version ${version} now, this page is that of ${firstVersion}.`, canClose: true, actions: [RELOAD] });
  }
  if (hello.recording) {
    const { at, speed } = hello.recording;
    strips.push({ key: "recording", text: `A recording${at ? ` of ${new Date(at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" })}` : ""}, played at × ${speed ?? 1}: nothing of it is live, and it can’t be searched.`, canClose: true, actions: [] });
  } else if (hello.role === "viewer") {
    strips.push({ key: "viewer", text: "This token may watch, not search. Ask whoever runs the daemon for one of a publisher.", canClose: true, actions: [{ ...TOKEN, label: "Use another token" }] });
  }
  return strips;
}

/** @param {Facts} facts @param {Entry|undefined} entry @returns {Strip[]} */
function ofIndex({ selected, wanted, removed, indexes }, entry) {
  /** @type {Strip[]} */
  const strips = [];
  if (removed) strips.push({ key: `removed ${removed.removed}`, isBad: true, text: `${removed.removed} is gone: its file was removed.${removed.shown ? ` Shown now: ${removed.shown}.` : ""}`, canClose: true, actions: [] });
  else if (wanted !== null && selected !== null) {
    const { failure, progress } = indexes.find(([name]) => name === wanted)?.[1] ?? {};
    const why = failure ? `could not be taken: ${failureText(failure)}` : progress ? `is being read: ${count(progress.done)} of ${count(progress.total)}` : "is not here";
    strips.push({ key: `wanted ${wanted} ${Boolean(failure)}`, isBad: !progress, text: `The link names ${wanted}, which ${why}. Shown is ${selected}.`, canClose: true, actions: [] });
  }
  if (entry?.failure) {
    const { failure } = entry;
    const keeps = failure.keepsRevision ? ` Revision ${count(failure.keepsRevision)} still answers.` : "";
    strips.push({ key: `failed ${selected} ${failure.message}`, isBad: true, text: `The new file of ${selected} could not be taken: ${failureText(failure)}.${keeps}`.replace("..", "."), canClose: true, actions: [] });
  }
  return strips;
}

/** @param {Facts} facts @returns {Strip[]} */
function ofSearch({ search, indexes, selected, isHeld, gap, refusal, map }) {
  /** @type {Strip[]} */
  const strips = [];
  const summary = indexes.find(([name]) => name === selected)?.[1].summary;
  if (search && summary && search.revision < summary.revision && map) {
    const shown = isHeld || map.revision === search.revision ? `The picture stays at revision ${search.revision}` : `The map shows revision ${map.revision ?? "of the daemon before"}`;
    strips.push({
      key: `revision ${selected} ${summary.revision} ${search.id}`, text: `${selected} is at revision ${summary.revision} now, this search is of revision ${search.revision}. ${shown}.`, canClose: true,
      actions: [...(search.canRepeat ? [{ id: /** @type {const} */ ("again"), label: `Run it again on revision ${summary.revision}` }] : []), ...(isHeld ? [{ id: /** @type {const} */ ("newest"), label: "Show the new map" }] : [])],
    });
  }
  if (refusal) strips.push({ key: `refused ${refusal}`, isBad: true, text: refusal, canClose: true, actions: [] });
  if (gap) strips.push({ key: `gap ${gap.stream} ${gap.lost}`, text: `This page read too slowly: ${gap.lost === null ? "events" : plural(gap.lost, "event")} of ${gap.stream} were left out (${gap.reason}). What is looked at is asked for again.`, canClose: true, actions: [] });
  return strips;
}

/**
 * Why a search was not run, with what to do.
 * @param {string} message of the daemon @param {any} summary
 */
export function refusalText(message, summary) {
  const isDimension = /component|dimension/i.test(message);
  const advice = isDimension && summary ? ` ${summary.name} takes ${plural(summary.dimension, "number")} for a vector; an id or a picture always fits.` : "";
  return `Not searched: ${message}${/[.!?]$/.test(message) ? "" : "."}${advice}`;
}
