import { TASKS } from "./tasks.js";

/** Does what takes long in a worker; where there is none, here. */
export class Workshop {
  #next = 1;
  /** @type {Map<number,{task:string,message:any,resolve:(result:any)=>void,reject:(error:Error)=>void}>} */
  #waiting = new Map();
  /** @type {Worker|null|undefined} undefined before it is wanted first, null where there is none */
  #worker;

  /**
   * Called when something that was made elsewhere is there, and the page may show more.
   * @type {Set<()=>void>}
   */
  hearers = new Set();

  /** @param {()=>Worker|null} [hire] */
  constructor(hire = () => (typeof Worker === "undefined" ? null : new Worker(new URL("./worker.js", import.meta.url), { type: "module" }))) {
    this.hire = hire;
  }

  /** Whether what is asked for is done elsewhere. */
  get isApart() {
    if (this.#worker === undefined) this.#open();
    return this.#worker !== null;
  }

  /**
   * @param {string} task one of TASKS @param {any} message is copied
   * @returns {Promise<any>} the result
   */
  ask(task, message) {
    return new Promise((resolve, reject) => {
      if (!this.isApart) return resolve(TASKS[task](message));
      const id = this.#next++;
      this.#waiting.set(id, { task, message, resolve, reject });
      /** @type {Worker} */ (this.#worker).postMessage({ id, task, message });
    });
  }

  /** A result was taken in. */
  tell() {
    for (const hear of this.hearers) hear();
  }

  #open() {
    try {
      this.#worker = this.hire();
    } catch {
      this.#worker = null;
    }
    if (!this.#worker) return;
    this.#worker.onmessage = ({ data: { id, result, error } }) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(error));
    };
    // It did not start, or is gone: what it was asked for is done here.
    this.#worker.onerror = () => {
      this.#worker = null;
      const left = [...this.#waiting.values()];
      this.#waiting.clear();
      for (const { task, message, resolve } of left) resolve(TASKS[task](message));
    };
  }
}

/** The one of this page. */
export const workshop = new Workshop();
