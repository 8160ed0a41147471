/** @type {Map<string,Promise<void>>} */
const loaded = new Map();

/**
 * Code together with its style sheet: it is there when both are.
 * @template T
 * @param {string} name of the sheet @param {Promise<T>} code @returns {Promise<T>}
 */
export async function styled(name, code) {
  const [it] = await Promise.all([code, sheet(name)]);
  return it;
}

/** @param {string} name @returns {Promise<void>} */
function sheet(name) {
  const known = loaded.get(name);
  if (known) return known;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL(`styles/${name}.css`, import.meta.url).href;
  const loading = new Promise((/** @type {(value:void)=>void} */ resolve, reject) => {
    link.onload = () => resolve();
    link.onerror = () => {
      link.remove();
      loaded.delete(name);
      reject(new Error(`The style sheet ${name} could not be loaded.`));
    };
  });
  loaded.set(name, loading);
  // The last sheet is about small screens and paper, and has the last word.
  [...document.querySelectorAll("link[rel=stylesheet]")].at(-1)?.before(link);
  return loading;
}
