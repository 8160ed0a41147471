/**
 * What is said at a place of the map.
 * @typedef {{x:number,y:number,terms:readonly string[]}} Spoken an item: its place, 0 … 1, and its category and words
 * @typedef {{x:number,y:number,text:string,weight:number}} Label `weight` items there have it
 */

/** A window of the whole map holds a ninth of its side squared. */
const WINDOWS = 9;
/** Fewer items than these say nothing about a place. */
const LEAST_ITEMS = 3;
/** Of the items at a place so many must have a term for it to be told of the place. */
const LEAST_SHARE = 0.25;
/** Words that tell nothing. */
const PLAIN = new Set(("the and for with from that this its his her their are was were has have had not but out off into onto over under "
  + "near next very some one two three who which what there here being while down of in on at by is it as to an or").split(" "));

/** The category of an item and the words of its caption. @param {{category?:unknown,caption?:unknown}} item @returns {string[]} */
export function termsOf({ category, caption }) {
  const words = typeof caption === "string" ? caption.toLowerCase().match(/[\p{L}\p{N}]{3,24}/gu) ?? [] : [];
  const kind = typeof category === "string" ? category.trim().slice(0, 32) : "";
  const terms = words.filter((word) => !PLAIN.has(word) && !/^\d+$/.test(word)).slice(0, 24);
  return [...new Set(kind ? [kind, ...terms] : terms)];
}

/**
 * The most telling term of each crowded place: one that many of the items there have, and few others.
 * @param {readonly Spoken[]} items @param {number} zoom doubles with each halving of the windows: 1 is the whole map
 * @returns {Label[]} the largest first
 */
export function labelsOf(items, zoom) {
  const side = Math.round(WINDOWS * 2 * zoom);
  const at = (value) => Math.max(0, Math.min(side - 1, Math.floor(value * side)));
  /** @type {Map<number,number[]>} */
  const squares = new Map();
  const all = counts(items);
  items.forEach((item, i) => {
    const square = at(item.y) * side + at(item.x);
    const there = squares.get(square);
    if (there) there.push(i);
    else squares.set(square, [i]);
  });
  const around = (square, reach) => {
    const [row, column] = [Math.floor(square / side), square % side];
    const found = [];
    for (let y = Math.max(0, row - reach); y <= Math.min(side - 1, row + reach); y += 1) {
      for (let x = Math.max(0, column - reach); x <= Math.min(side - 1, column + reach); x += 1) found.push(...squares.get(y * side + x) ?? []);
    }
    return found;
  };
  const crowd = new Map([...squares.keys()].map((square) => [square, around(square, 1)]));
  const size = (square) => crowd.get(square)?.length ?? 0;
  /** @type {Label[]} */
  const labels = [];
  for (const [square, there] of crowd) {
    if (there.length < LEAST_ITEMS || !isPeak(square, side, size)) continue;
    const label = mostTelling(there.map((i) => items[i]), all, items.length, counts(around(square, 4).map((i) => items[i])));
    if (label) labels.push(label);
  }
  return withoutEchoes(labels.sort(largestFirst), 3 / side);
}

/** @param {readonly Spoken[]} items @returns {Map<string,number>} by term; the number of items under "" */
function counts(items) {
  const found = new Map([["", items.length]]);
  for (const { terms } of items) for (const term of terms) found.set(term, (found.get(term) ?? 0) + 1);
  return found;
}

/** No square about it is more crowded, and of equals it is the first. */
function isPeak(square, side, size) {
  const own = size(square);
  const column = square % side;
  for (const dy of [-1, 0, 1]) for (const dx of [-1, 0, 1]) {
    const other = square + dy * side + dx;
    if (other === square || column + dx < 0 || column + dx >= side) continue;
    if (size(other) > own || (size(other) === own && other < square)) return false;
  }
  return true;
}

/**
 * A term weighs as much as its number times how much commoner it is here than in all and than in the surroundings.
 * @param {Spoken[]} here @param {Map<string,number>} all @param {number} total @param {Map<string,number>} surroundings
 * @returns {Label|null}
 */
function mostTelling(here, all, total, surroundings) {
  let best = null;
  let most = 0;
  const near = /** @type {number} */ (surroundings.get(""));
  for (const [term, number] of counts(here)) {
    if (term === "" || number < LEAST_ITEMS || number < LEAST_SHARE * here.length) continue;
    const share = number / here.length;
    const lift = Math.log((share * total) / /** @type {number} */ (all.get(term))) + Math.log((share * near) / /** @type {number} */ (surroundings.get(term)));
    // Where all the map is of one kind, that is still what it is.
    const score = number * (0.05 + Math.max(0, lift));
    if (score < most || (score === most && best !== null && term > best)) continue;
    most = score;
    best = term;
  }
  if (best === null) return null;
  const those = here.filter(({ terms }) => terms.includes(/** @type {string} */ (best)));
  const mean = (axis) => those.reduce((sum, item) => sum + item[axis], 0) / those.length;
  return { x: mean("x"), y: mean("y"), text: best, weight: those.length };
}

const largestFirst = (a, b) => b.weight - a.weight || (a.text < b.text ? -1 : a.text > b.text ? 1 : a.x - b.x || a.y - b.y);

/** One name for a cluster that has several peaks. */
function withoutEchoes(labels, reach) {
  return labels.filter((label, i) => !labels.slice(0, i).some((one) => one.text === label.text && Math.hypot(one.x - label.x, one.y - label.y) < reach));
}

/**
 * Places labels so that none covers another, those of the largest clusters first.
 * @param {readonly Label[]} labels the largest first
 * @param {{place:(x:number,y:number)=>{x:number,y:number},width:(text:string)=>number,height:number,room:{width:number,height:number},most:number,
 *   taken?:readonly {x:number,y:number,width:number,height:number}[]}} options `taken` are boxes, by their middles, that stay free
 * @returns {{x:number,y:number,text:string}[]} middles of the texts
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
    out.push({ ...at, text });
  }
  return out;
}
