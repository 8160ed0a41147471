/** Marks of a map that is drawn while the camera moves, or until there was time for all. */
export const MOST_THIN = 20_000;
/** Nodes this far apart in their numbers are taken in one pass. */
const STRIDE = 1024;
const STRIDE_BITS = 10;

/** @type {WeakMap<LayoutMap,{grown:number,lists:Map<number,Uint32Array>}>} */
const kept = new WeakMap();

/**
 * The nodes with a top level of at least `level` that a map draws itself, in an order of which every beginning (up to
 * MOST_THIN) is an even part: it stands for all while there is no time for more.
 * @param {LayoutMap} map @param {number} level @returns {Uint32Array}
 */
export function nodesFrom(map, level) {
  let entry = kept.get(map);
  if (entry?.grown !== map.grown || !entry) kept.set(map, (entry = { grown: map.grown, lists: new Map() }));
  let list = entry.lists.get(level);
  if (!list) entry.lists.set(level, (list = listed(map, level)));
  return list;
}

/** @param {LayoutMap} map @param {number} level */
function listed({ nodeX, nodeLevel, shown }, level) {
  const total = nodeX.length;
  const members = new Uint32Array(total);
  let count = 0;
  for (let node = 0; node < total; node += 1) {
    if (nodeLevel[node] >= level && (shown === null || shown[node] > 0) && nodeX[node] === nodeX[node]) members[count++] = node;
  }
  const order = new Uint32Array(count);
  let end = 0;
  // Only the beginning is ever wanted alone; the rest is read faster as it lies in memory.
  const passes = Math.min(STRIDE, Math.ceil((MOST_THIN * STRIDE) / Math.max(1, count)));
  const isTaken = new Uint8Array(STRIDE);
  for (let pass = 0; pass < passes; pass += 1) {
    isTaken[turned(pass)] = 1;
    for (let i = turned(pass); i < count; i += STRIDE) order[end++] = members[i];
  }
  if (passes < STRIDE) for (let i = 0; i < count; i += 1) if (isTaken[i % STRIDE] === 0) order[end++] = members[i];
  return order;
}

/**
 * Its bits from the other end: 0, 512, 256, 768, 128 …
 * @param {number} pass
 */
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
