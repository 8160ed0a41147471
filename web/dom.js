/**
 * Makes an element. Text only ever becomes a text node, so data from outside can't become markup.
 * @param {string} tag
 * @param {Record<string,any>} [props] `on…` are listeners, `class`, `text`, `testid`; others are attributes (false or null leaves one out)
 * @param {...(Node|string|null|false|undefined)} children
 * @returns {any}
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name === "text") node.textContent = String(value);
    else if (name === "testid") node.dataset.testid = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child !== null && child !== undefined && child !== false) node.append(child);
  return node;
}

/**
 * Replaces what is in an element, leaving out what is not there.
 * @param {HTMLElement} host @param {...(Node|string|null|false|undefined)} children
 */
export function fill(host, ...children) {
  host.replaceChildren(.../** @type {Node[]} */ (children.filter(Boolean)));
}

/**
 * Shows or hides an element.
 * @param {HTMLElement} node @param {boolean} visible
 */
export function show(node, visible) {
  node.hidden = !visible;
}

/**
 * The address of a picture if the page may load it: pictures of the daemon and pictures written into the address.
 * @param {unknown} address @returns {string|null}
 */
export function pictureAddress(address) {
  if (typeof address !== "string") return null;
  return /^data:image\/[a-z0-9.+-]+[;,]/i.test(address) || /^media\/[^:]*$/.test(address) ? address : null;
}
