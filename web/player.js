/** Seconds that a search plays at speed 1: a short one, and one of LONG_STEPS steps or more. */
const SHORT_SECONDS = 4;
const LONG_SECONDS = 8;
const LONG_STEPS = 4000;

/**
 * The place in a trace and its motion. A cursor is the number of steps that have happened. While playing it moves
 * at the pace of the trace's length and waits for steps that are still to come.
 */
export class Player {
  #length = 0;
  #complete = true;
  #exact = 0;
  #last = NaN;
  #frame = 0;

  /**
   * @param {{onMove:()=>void,request?:(callback:(time:number)=>void)=>number,cancel?:(handle:number)=>void,
   *   isHidden?:()=>boolean,isReduced?:()=>boolean}} options `request` and `cancel` as of animation frames
   */
  constructor({ onMove, request, cancel, isHidden, isReduced }) {
    this.onMove = onMove;
    this.request = request ?? ((callback) => requestAnimationFrame(callback));
    this.cancel = cancel ?? ((handle) => cancelAnimationFrame(handle));
    this.isHidden = isHidden ?? (() => false);
    this.isReduced = isReduced ?? (() => false);
    this.cursor = 0;
    this.playing = false;
    this.speed = 1;
  }

  get length() {
    return this.#length;
  }

  /** Steps in a second. */
  get pace() {
    const seconds = SHORT_SECONDS + (LONG_SECONDS - SHORT_SECONDS) * Math.min(1, this.#length / LONG_STEPS);
    return Math.max(4, this.#length / seconds) * this.speed;
  }

  /** Starts a trace with its first step in sight, so that the first frame already shows one. @param {number} length @param {boolean} complete @param {boolean} [plays] */
  load(length, complete, plays = true) {
    this.#length = length;
    this.#complete = complete;
    const atEnd = this.isReduced() || !plays;
    this.#jump(atEnd ? length : Math.min(1, length));
    this.playing = plays;
    if (atEnd && complete) this.playing = false;
    this.#schedule();
    this.onMove();
  }

  /** More steps have come. @param {number} length @param {boolean} complete no further ones will */
  grow(length, complete) {
    const followed = this.isReduced() && this.playing;
    this.#length = length;
    this.#complete = complete;
    if (followed) this.#jump(length);
    else if (this.playing && this.cursor === 0 && length > 0) this.#jump(1);
    if (complete && this.cursor >= length) this.playing = false;
    this.#schedule();
    this.onMove();
  }

  play() {
    if (this.cursor >= this.#length && this.#complete) this.#jump(0);
    if (this.isReduced()) this.#jump(this.#length);
    this.playing = !(this.#complete && this.cursor >= this.#length);
    this.#schedule();
    this.onMove();
  }

  pause() {
    this.playing = false;
    this.#schedule();
    this.onMove();
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  /** Goes to a place and stays there. @param {number} cursor clamped to 0 … length */
  seek(cursor) {
    this.#jump(cursor);
    this.pause();
  }

  /** @param {number} by steps, may be negative */
  step(by) {
    this.seek(this.cursor + by);
  }

  /** A tab that is not seen does nothing; call this when it is hidden or shown. */
  visibilityChanged() {
    this.#last = NaN;
    this.#schedule();
  }

  #jump(cursor) {
    this.cursor = Math.max(0, Math.min(this.#length, Math.round(cursor)));
    this.#exact = this.cursor;
  }

  #schedule() {
    const moves = this.playing && !this.isHidden() && this.cursor < this.#length;
    if (moves && !this.#frame) {
      this.#frame = this.request((time) => this.#tick(time));
    } else if (!moves && this.#frame) {
      this.cancel(this.#frame);
      this.#frame = 0;
      this.#last = NaN;
    }
  }

  #tick(time) {
    this.#frame = 0;
    const seconds = Number.isNaN(this.#last) ? 0 : Math.min(0.25, Math.max(0, time - this.#last) / 1000);
    this.#last = time;
    this.#exact = Math.min(this.#length, this.#exact + this.pace * seconds);
    const cursor = Math.floor(this.#exact + 1e-6);
    const moved = cursor !== this.cursor;
    this.cursor = cursor;
    if (cursor >= this.#length) {
      this.#last = NaN;
      if (this.#complete) this.playing = false;
    }
    this.#schedule();
    if (moved || !this.playing) this.onMove();
  }
}
