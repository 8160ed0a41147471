/**
 * Gives the busiest sources a shape and colour each; who has one keeps it.
 * @param {readonly (string|null)[]} before by slot
 * @param {readonly {name:string}[]} sources the busiest, the busiest first
 * @returns {(string|null)[]}
 */
export function sourceSlots(before, sources) {
  const names = sources.map(({ name }) => name);
  const slots = Array.from({ length: Math.max(before.length, names.length) }, (_, slot) => (names.includes(before[slot] ?? "") ? before[slot] : null));
  for (const name of names) if (!slots.includes(name)) slots[slots.indexOf(null)] = name;
  return slots;
}

/**
 * A second's searches by slot, and those of all other sources.
 * @param {{count:number,sources:ReadonlyMap<string,number>}} second
 * @param {readonly (string|null)[]} slots
 */
export function stackOf({ count, sources }, slots) {
  const bySlot = slots.map((name) => (name === null ? 0 : sources.get(name) ?? 0));
  return { bySlot, others: count - bySlot.reduce((sum, number) => sum + number, 0) };
}
