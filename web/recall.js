/**
 * What an event or an answer says of the exact neighbours.
 * @param {any} said its `recall` is a share, or an object with all of it
 * @returns {Recall|null}
 */
export function recallOf(said) {
  const { recall, k, exact, missed, over, skipped, unavailable } = typeof said.recall === "object" && said.recall !== null ? said.recall : said;
  if (typeof unavailable === "string") return { share: NaN, k: 0, exact: [], missed: [], over: "stored", skipped: 0, unavailable };
  if (typeof recall !== "number") return null;
  return { share: recall, k: k ?? exact?.length ?? 0, exact: exact ?? [], missed: missed ?? [], over: over ?? "stored", skipped: skipped ?? 0, unavailable: null };
}
