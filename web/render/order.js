/** Nodes this far apart in their numbers are taken in one pass. */
const STRIDE = 64;

/** @type {WeakMap<any,{grown:number,lists:Map<number,Uint32Array>}>} */
const kept = new WeakMap();

/**
 * The nodes with a top level of at least `level` that a map draws itself, in an order of which every beginning is an even part:
 * the first thousand stand for all while there is no time for more.
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
  for (let pass = 0; pass < STRIDE; pass += 1) {
    for (let node = turned(pass); node < nodeX.length; node += STRIDE) {
      if (nodeLevel[node] >= level && nodeX[node] === nodeX[node] && (shown === null || shown[node] > 0)) list[end++] = node;
    }
  }
  return end === list.length ? list : list.slice(0, end);
}

/** Its six bits from the other end: 0, 32, 16, 48, 8 … */
function turned(pass) {
  let out = 0;
  for (let bit = 0; bit < 6; bit += 1) out |= ((pass >> bit) & 1) << (5 - bit);
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
