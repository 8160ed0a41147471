/**
 * What is said at a place of the map.
 * @typedef {{kind:string,terms:readonly string[]}} Said the category of an item, empty without one, and it with the words of the caption
 * @typedef {Said&{x:number,y:number}} Spoken an item and its place, 0 … 1
 * @typedef {{x:number,y:number,text:string,weight:number}} Label `weight` items there have it
 */

/** Squares along the side of the whole map; what is at a place is what is in one of them and those about it. */
const SQUARES = 32;
/** Squares on each side of a place that are its surroundings. */
const SURROUNDINGS = 3;
/** Fewer items than these say nothing about a place. */
const LEAST_ITEMS = 3;
/** Of the items at a place so many must have a term for it to be told of the place. */
const LEAST_SHARE = 0.25;
/** A category tells more than a word that as many items have. */
const KIND_FACTOR = 1.35;
/** Words that tell nothing. */
const PLAIN = new Set(("the and for with from that this its his her their are was were has have had not but out off into onto over under "
  + "near next very some one two three who which what there here being while down of in on at by is it as to an or").split(" "));

/**
 * What an item of the index says: its category and caption, or where it has neither its other columns.
 * @param {any} item @returns {Said}
 */
export function termsOf({ category, caption, fields }) {
  const text = typeof caption === "string" ? caption : typeof category === "string" ? "" : Object.values(fields ?? {}).join(" ");
  const words = text.slice(0, 2000).toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const kind = typeof category === "string" ? category.trim().slice(0, 32) : "";
  const terms = words.filter((word) => word.length > 2 && word.length < 25 && !PLAIN.has(word) && !/\p{N}/u.test(word)).slice(0, 16);
  return { kind, terms: [...new Set(kind ? [kind, ...terms] : terms)] };
}

/**
 * The most telling term of each crowded place: one that many of the items there have, and few others.
 * @param {readonly Spoken[]} items @param {number} zoom doubles with each halving of the windows: 1 is the whole map
 * @returns {Label[]} the largest first
 */
export function labelsOf(items, zoom) {
  const side = Math.round(SQUARES * zoom);
  const at = (/** @type {number} */ value) => Math.max(0, Math.min(side - 1, Math.floor(value * side)));
  /** @type {Map<number,Spoken[]>} */
  const squares = new Map();
  for (const item of items) {
    const square = at(item.y) * side + at(item.x);
    const there = squares.get(square);
    if (there) there.push(item);
    else squares.set(square, [item]);
  }
  const around = (/** @type {number} */ square, /** @type {number} */ reach) => squaresAround(square, reach, side).flatMap((one) => squares.get(one) ?? []);
  /** @type {Map<number,number>} */
  const sizes = new Map();
  for (const square of squares.keys()) sizes.set(square, squaresAround(square, 1, side).reduce((sum, one) => sum + (squares.get(one)?.length ?? 0), 0));
  const all = counts(items);
  const kinds = new Set(items.map(({ kind }) => kind));
  /** @type {Label[]} */
  const labels = [];
  for (const [square, size] of sizes) {
    if (size < LEAST_ITEMS || !isPeak(square, side, sizes)) continue;
    const label = mostTelling(around(square, 1), around(square, SURROUNDINGS), all, items.length, kinds);
    if (label) labels.push(label);
  }
  return withoutEchoes(labels.sort(largestFirst), 3 / side);
}

/** @param {number} square @param {number} reach @param {number} side @returns {number[]} the square itself and those so near to it */
function squaresAround(square, reach, side) {
  const [row, column] = [Math.floor(square / side), square % side];
  const found = [];
  for (let y = Math.max(0, row - reach); y <= Math.min(side - 1, row + reach); y += 1) {
    for (let x = Math.max(0, column - reach); x <= Math.min(side - 1, column + reach); x += 1) found.push(y * side + x);
  }
  return found;
}

/** @param {readonly Spoken[]} items @returns {Map<string,number>} of how many items a term is */
function counts(items) {
  /** @type {Map<string,number>} */
  const found = new Map();
  for (const { terms } of items) for (const term of terms) found.set(term, (found.get(term) ?? 0) + 1);
  return found;
}

/**
 * No square about it is more crowded, and of equals it is the first.
 * @param {number} square @param {number} side @param {Map<number,number>} sizes
 */
function isPeak(square, side, sizes) {
  const own = /** @type {number} */ (sizes.get(square));
  return squaresAround(square, 1, side).every((other) => {
    const size = sizes.get(other) ?? 0;
    return other === square || size < own || (size === own && other > square);
  });
}

/**
 * A term weighs as much as its number times how much commoner it is here than in all and than in the surroundings.
 * @param {Spoken[]} here @param {Spoken[]} near the surroundings @param {Map<string,number>} all @param {number} total @param {Set<string>} kinds
 * @returns {Label|null}
 */
function mostTelling(here, near, all, total, kinds) {
  let best = "";
  let most = 0;
  for (const [term, number] of counts(here)) {
    if (number < LEAST_ITEMS || number < LEAST_SHARE * here.length) continue;
    const share = number / here.length;
    const nearShare = near.reduce((sum, { terms }) => sum + (terms.includes(term) ? 1 : 0), 0) / near.length;
    const lift = Math.log((share * total) / /** @type {number} */ (all.get(term))) + Math.log(share / nearShare);
    // Where all the map is of one kind, that is still what it is.
    const score = number * (0.05 + Math.max(0, lift)) * (kinds.has(term) ? KIND_FACTOR : 1);
    if (score < most || (score === most && term > best)) continue;
    most = score;
    best = term;
  }
  if (best === "") return null;
  const those = here.filter(({ terms }) => terms.includes(best));
  const mean = (/** @type {"x"|"y"} */ axis) => those.reduce((sum, item) => sum + item[axis], 0) / those.length;
  return { x: mean("x"), y: mean("y"), text: best, weight: those.length };
}

/** @param {Label} a @param {Label} b */
const largestFirst = (a, b) => b.weight - a.weight || (a.text < b.text ? -1 : a.text > b.text ? 1 : a.x - b.x || a.y - b.y);

/**
 * One name for a cluster that has several peaks.
 * @param {Label[]} labels @param {number} reach
 */
function withoutEchoes(labels, reach) {
  return labels.filter((label, i) => !labels.slice(0, i).some((one) => one.text === label.text && Math.hypot(one.x - label.x, one.y - label.y) < reach));
}

/**
 * Places labels so that none covers another, those of the largest clusters first.
 * @param {readonly Label[]} labels the largest first
 * @param {{place:Place,width:(text:string)=>number,height:number,room:{width:number,height:number},most:number,
 *   taken?:readonly {x:number,y:number,width:number,height:number}[]}} options `taken` are boxes, by their middles, that stay free
 * @returns {{x:number,y:number,width:number,height:number,text:string}[]} their boxes, by the middles
 */
export function placeLabels(labels, { place, width, height, room, most, taken = [] }) {
  const boxes = [...taken];
  const out = [];
  for (const { x, y, text } of labels) {
    if (out.length >= most) break;
    const at = place(x, y);
    const box = { ...at, width: width(text) + 12, height: height + 6 };
    if (at.x < box.width / 2 || at.x > room.width - box.width / 2 || at.y < height || at.y > room.height - height) continue;
    if (boxes.some((one) => Math.abs(one.x - box.x) * 2 < one.width + box.width && Math.abs(one.y - box.y) * 2 < one.height + box.height)) continue;
    boxes.push(box);
    out.push({ ...box, text });
  }
  return out;
}
