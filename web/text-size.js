/** Pictures grow no further with the text: they would have no room left. */
const MOST = 3;
const USUAL_PIXELS = 16;

/**
 * How many times as large as usual text is on this page: somebody chose that in the browser, or the screen is a wall. What is drawn
 * on a canvas grows with it, its text and its marks: the pixels that a picture counts in are so many of the page's.
 * @returns {number}
 */
export function textSize() {
  return Math.min(MOST, Math.max(1, Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL_PIXELS || 1));
}
