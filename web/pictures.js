import { el } from "./dom.js";

/** Blobs kept; the one used least lately goes first. */
const MOST_BLOBS = 500;

/**
 * Loads the daemon's pictures: by their addresses, or, where a token is needed, with it. A token has no place in an
 * address, so these are fetched and shown as blobs.
 */
export class Pictures {
  /** @type {string|null} */
  #token = null;
  /**
   * By address, least lately used first.
   * @type {Map<string,Promise<string|null>>}
   */
  #blobs = new Map();

  /** @param {{fetch?:typeof fetch}} [options] */
  constructor(options = {}) {
    this.options = options;
  }

  /** @param {string|null} token */
  use(token) {
    if (token === this.#token) return;
    this.#token = token;
    for (const address of [...this.#blobs.keys()]) this.#drop(address);
  }

  /**
   * Gives an image its source, at once or when it is there.
   * @param {HTMLImageElement} image @param {string} address
   */
  load(image, address) {
    if (this.#token === null || address.startsWith("data:")) image.src = address;
    else this.#blob(address).then((url) => { if (url !== null) image.src = url; });
  }

  /** @param {string|null|undefined} address @param {Record<string,any>} [props] @returns {HTMLImageElement|null} */
  element(address, props = {}) {
    if (!address) return null;
    const image = el("img", { alt: "", ...props });
    this.load(image, address);
    return image;
  }

  /** @param {string} address */
  #blob(address) {
    const known = this.#blobs.get(address);
    if (known) this.#blobs.delete(address);
    const blob = known ?? this.#fetch(address, this.#token);
    this.#blobs.set(address, blob);
    if (this.#blobs.size > MOST_BLOBS) this.#drop(/** @type {string} */ (this.#blobs.keys().next().value));
    return blob;
  }

  /** @param {string} address @param {string|null} token */
  async #fetch(address, token) {
    try {
      const answer = await (this.options.fetch ?? fetch)(address, { headers: { Authorization: `Bearer ${token}` } });
      if (answer.ok) return URL.createObjectURL(await answer.blob());
    } catch {
      // As if it were refused.
    }
    // A picture that can't be had leaves its place empty; the next one that shows it tries again.
    if (token === this.#token) this.#blobs.delete(address);
    return null;
  }

  /** @param {string} address */
  #drop(address) {
    const blob = this.#blobs.get(address);
    this.#blobs.delete(address);
    blob?.then((url) => { if (url !== null) URL.revokeObjectURL(url); });
  }
}

/** The page's own. */
export const pictures = new Pictures();
