const FIRST_DELAY = 1000;
const LONGEST_DELAY = 15_000;

/**
 * Code that comes later, once, and what waits for it. What can't be loaded is tried again, less and less often.
 * @template T
 */
export class Coming {
  /** @type {((it:T)=>void)[]} */
  #waiting = [];
  #isSentFor = false;
  #delay = FIRST_DELAY;
  /** @type {any} */
  #timer = 0;
  /** It could not be loaded the last time. */
  hasFailed = false;

  /**
   * @param {{load:()=>Promise<T>,onChange:()=>void,wait?:(callback:()=>void,milliseconds:number)=>any,forget?:(handle:any)=>void}} options
   *   `load` may be called again when it fails, `onChange` when `hasFailed` is another
   */
  constructor({ load, onChange, wait, forget }) {
    this.load = load;
    this.onChange = onChange;
    this.wait = wait ?? ((callback, milliseconds) => setTimeout(callback, milliseconds));
    this.forget = forget ?? ((handle) => clearTimeout(handle));
  }

  /**
   * Sends for it, and does something with it when it is there.
   * @param {(it:T)=>void} act
   */
  whenThere(act) {
    this.#waiting.push(act);
    this.send();
  }

  /** Sends for it now, unless it is on its way. */
  async send() {
    if (this.#isSentFor) return;
    this.#isSentFor = true;
    this.forget(this.#timer);
    let it;
    try {
      it = await this.load();
    } catch (error) {
      console.error(error);
      this.#isSentFor = false;
      this.#timer = this.wait(() => this.send(), this.#delay);
      this.#delay = Math.min(LONGEST_DELAY, this.#delay * 2);
      return this.#tell(true);
    }
    this.#tell(false);
    for (const act of this.#waiting.splice(0)) act(it);
  }

  /** @param {boolean} hasFailed */
  #tell(hasFailed) {
    if (hasFailed === this.hasFailed) return;
    this.hasFailed = hasFailed;
    this.onChange();
  }
}
