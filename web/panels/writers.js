const MINUTE = 60_000;

/**
 * The programs whose searches were told in the last minute.
 * @param {any[]} searches newest first @param {number} now ms
 */
export function writersOf(searches, now) {
  return new Set(searches.filter(({ started }) => started.source && now - started.at < MINUTE).map(({ started }) => started.source)).size;
}
