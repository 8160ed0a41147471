/** Narrower than this, the panels beside the picture lie under it, and are opened one by one. */
const NARROW = "(max-width: 880px)";

/**
 * Panels are disclosures on a narrow screen, and stand open beside the picture on a wide one.
 * @param {Iterable<HTMLElement>} folds each with its button first
 */
export function foldWhereNarrow(folds) {
  const heads = [...folds].map((fold) => /** @type {HTMLElement} */ (fold.querySelector(".fold-head")));
  const open = (head, isOpen) => head.setAttribute("aria-expanded", String(isOpen));
  for (const head of heads) head.addEventListener("click", () => open(head, head.getAttribute("aria-expanded") !== "true"));
  const narrow = matchMedia(NARROW);
  const fit = () => { for (const head of heads) open(head, !narrow.matches); };
  narrow.addEventListener("change", fit);
  fit();
}
