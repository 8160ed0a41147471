/** What is dragged from one place of the page to another: the label of a vector. */
const LABEL_TYPE = "application/x-annscope-label";

/**
 * Lets pictures, results and files be dropped. Whatever carries `data-label` can be dragged.
 * @param {HTMLElement[]} targets @param {{onLabel:(label:string)=>void,onFile:(file:File)=>void}} options
 */
export function watchDrops(targets, { onLabel, onFile }) {
  const targetOf = (/** @type {Event} */ event) => targets.find((target) => target.contains(/** @type {Node} */ (event.target)));
  const unmark = () => { for (const target of targets) delete target.dataset.drop; };
  document.addEventListener("pointerdown", (event) => {
    const row = /** @type {Element} */ (event.target).closest?.("[data-label]");
    row?.setAttribute("draggable", "true");
  });
  document.addEventListener("dragstart", (event) => {
    const label = /** @type {HTMLElement|null} */ (/** @type {Element} */ (event.target).closest?.("[data-label]"))?.dataset.label;
    if (label === undefined || !event.dataTransfer) return;
    event.dataTransfer.setData(LABEL_TYPE, label);
    event.dataTransfer.effectAllowed = "copy";
  });
  document.addEventListener("dragover", (event) => {
    const target = targetOf(event);
    const types = event.dataTransfer?.types ?? [];
    unmark();
    if (!target || !(types.includes(LABEL_TYPE) || types.includes("Files"))) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
    target.dataset.drop = types.includes("Files") ? "file" : "label";
  });
  for (const end of ["dragleave", "dragend", "drop"]) document.addEventListener(end, unmark);
  document.addEventListener("drop", async (event) => {
    const label = event.dataTransfer?.getData(LABEL_TYPE);
    const file = event.dataTransfer?.files[0];
    if (!targetOf(event) || !(label || file)) return;
    event.preventDefault();
    if (label) onLabel(label);
    else if (file && !(await isTrace(file))) onFile(file);
  });
}

/**
 * Traces that were saved here are JSON as well: these are opened elsewhere.
 * @param {File} file
 */
async function isTrace(file) {
  return /\.json$/i.test(file.name) && /^\s*\{\s*"annscope"/.test(await file.slice(0, 64).text());
}
