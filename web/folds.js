/** Narrower or lower than this, or with text as large, the panels beside the picture lie under it, and are opened one by one. As in states.css. */
const NARROW = "(max-width: 55em), (max-height: 26em)";

/**
 * Panels are disclosures on a narrow screen, and stand open beside the picture on a wide one.
 * @param {Iterable<HTMLElement>} folds each with its button first
 */
export function foldWhereNarrow(folds) {
  const heads = [...folds].map((fold) => /** @type {HTMLElement} */ (fold.querySelector(".fold-head")));
  /** @param {HTMLElement} head @param {boolean} isOpen */
  const open = (head, isOpen) => head.setAttribute("aria-expanded", String(isOpen));
  for (const head of heads) head.addEventListener("click", () => open(head, head.getAttribute("aria-expanded") !== "true"));
  const narrow = matchMedia(NARROW);
  const fit = () => { for (const head of heads) open(head, !narrow.matches); };
  narrow.addEventListener("change", fit);
  fit();
}
