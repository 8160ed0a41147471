/** Marks of a map that is drawn while the camera moves, or until there was time for all. */
export const MOST_THIN = 20_000;
/** Nodes this far apart in their numbers are taken in one pass. */
const STRIDE = 1024;
const STRIDE_BITS = 10;

/** @type {WeakMap<any,{grown:number,lists:Map<number,Uint32Array>}>} */
const kept = new WeakMap();

/**
 * The nodes with a top level of at least `level` that a map draws itself, in an order of which every beginning (up to
 * MOST_THIN) is an even part: it stands for all while there is no time for more.
 * @param {any} map @param {number} level @returns {Uint32Array}
 */
export function nodesFrom(map, level) {
  let entry = kept.get(map);
  if (entry?.grown !== map.grown || !entry) kept.set(map, (entry = { grown: map.grown, lists: new Map() }));
  let list = entry.lists.get(level);
  if (!list) entry.lists.set(level, (list = listed(map, level)));
  return list;
}

function listed({ nodeX, nodeLevel, shown }, level) {
  const list = new Uint32Array(nodeX.length);
  let end = 0;
  const consider = (node) => {
    if (nodeLevel[node] >= level && nodeX[node] === nodeX[node] && (shown === null || shown[node] > 0)) list[end++] = node;
  };
  // Of all the nodes only the beginning is ever wanted alone; the rest is read faster as it lies in memory.
  const passes = level > 0 || shown !== null ? STRIDE : Math.min(STRIDE, Math.ceil((MOST_THIN * STRIDE) / Math.max(1, nodeX.length)));
  const isTaken = new Uint8Array(STRIDE);
  for (let pass = 0; pass < passes; pass += 1) {
    isTaken[turned(pass)] = 1;
    for (let node = turned(pass); node < nodeX.length; node += STRIDE) consider(node);
  }
  if (passes < STRIDE) for (let node = 0; node < nodeX.length; node += 1) if (isTaken[node % STRIDE] === 0) consider(node);
  return end === list.length ? list : list.slice(0, end);
}

/** Its bits from the other end: 0, 512, 256, 768, 128 … */
function turned(pass) {
  let out = 0;
  for (let bit = 0; bit < STRIDE_BITS; bit += 1) out |= ((pass >> bit) & 1) << (STRIDE_BITS - 1 - bit);
  return out;
}

/**
 * How many marks of each of several sets are drawn when `most` are to be drawn in all: of small sets all, of large ones their share.
 * @param {number[]} counts @param {number} most @returns {number[]}
 */
export function thinned(counts, most) {
  let room = most;
  const out = new Array(counts.length);
  const order = counts.map((_, i) => i).sort((a, b) => counts[a] - counts[b]);
  order.forEach((i, rank) => {
    out[i] = Math.min(counts[i], Math.floor(room / (order.length - rank)));
    room -= out[i];
  });
  return out;
}
