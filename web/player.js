import { lasting, Passage } from "./motion.js";
import { boundariesOf, boundaryFrom, wholeExpansion } from "./steps.js";

/** Seconds that a search plays at speed 1: a short one, and one of LONG_STEPS steps or more. */
const SHORT_SECONDS = 4;
const LONG_SECONDS = 8;
const LONG_STEPS = 4000;
/** Steps that can be told apart in a second; where there are more, whole expansions are shown. */
const MOST_VISIBLE = 60;
/** The end stands for so long before a search that is repeated begins anew. */
const REST_MILLISECONDS = 1500;

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
  #rest = 0;
  #passage = new Passage();
  /**
   * What is played, for its expansions and parts.
   * @type {any}
   */
  #trace = null;
  /** @type {import("./steps.js").Boundaries|null} */
  #boundaries = null;

  /**
   * @param {{onMove:()=>void,request?:(callback:(time:number)=>void)=>number,cancel?:(handle:number)=>void,now?:()=>number,
   *   isHidden?:()=>boolean,isReduced?:()=>boolean,wait?:(callback:()=>void,milliseconds:number)=>any,forget?:(handle:any)=>void}} options
   *   `request` and `cancel` as of animation frames, `wait` and `forget` as of timeouts
   */
  constructor({ onMove, request, cancel, now, isHidden, isReduced, wait, forget }) {
    this.onMove = onMove;
    this.request = request ?? ((callback) => requestAnimationFrame(callback));
    this.cancel = cancel ?? ((handle) => cancelAnimationFrame(handle));
    this.now = now ?? (() => performance.now());
    this.wait = wait ?? ((callback, milliseconds) => setTimeout(callback, milliseconds));
    this.forget = forget ?? ((handle) => clearTimeout(handle));
    this.isHidden = isHidden ?? (() => false);
    this.isReduced = isReduced ?? (() => false);
    this.cursor = 0;
    this.playing = false;
    this.speed = 1;
    /** At the end it begins again. */
    this.loops = false;
  }

  get length() {
    return this.#length;
  }

  /** Steps in a second. */
  get pace() {
    const seconds = SHORT_SECONDS + (LONG_SECONDS - SHORT_SECONDS) * Math.min(1, this.#length / LONG_STEPS);
    return Math.max(4, this.#length / seconds) * this.speed;
  }

  /**
   * Where the trace can be cut.
   * @returns {import("./steps.js").Boundaries}
   */
  get boundaries() {
    const trace = this.#trace;
    if (!trace) return { length: 0, expansions: [], parts: [] };
    if (this.#boundaries?.length !== this.#length) this.#boundaries = boundariesOf({ header: trace.header, columns: trace.columns, length: this.#length });
    return this.#boundaries;
  }

  /**
   * Starts a trace with its first step in sight, so that the first frame already shows one.
   * @param {number} length @param {boolean} complete @param {boolean} [plays] @param {any} [trace] the search itself
   */
  load(length, complete, plays = true, trace = null) {
    this.#length = length;
    this.#complete = complete;
    this.#trace = trace;
    this.#boundaries = null;
    const atEnd = this.isReduced() || !plays;
    this.#jump(atEnd ? length : Math.min(1, length));
    this.playing = plays;
    if (atEnd && complete) this.playing = false;
    this.#schedule();
    this.onMove();
  }

  /**
   * More steps have come.
   * @param {number} length @param {boolean} complete no further ones will
   */
  grow(length, complete) {
    const followed = this.isReduced() && this.playing;
    this.#length = length;
    this.#complete = complete;
    if (followed) this.#jump(length);
    else if (this.playing && this.cursor === 0 && length > 0) this.#jump(1);
    if (complete && this.cursor >= length && !this.loops) this.playing = false;
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

  /** @param {boolean} loops */
  setLoops(loops) {
    this.loops = loops;
    if (this.playing && this.cursor >= this.#length && this.#complete) this.playing = loops;
    this.#schedule();
    this.onMove();
  }

  /**
   * Goes to a place and stays there.
   * @param {number} cursor clamped to 0 … length
   */
  seek(cursor) {
    this.#jump(cursor);
    this.pause();
  }

  /** @param {number} by steps, may be negative */
  step(by) {
    this.#go(this.cursor + by, by > 0);
    this.pause();
  }

  /**
   * To where another node's links are read, or a cell.
   * @param {number} by expansions, may be negative
   */
  stepExpansion(by) {
    this.#go(boundaryFrom(this.boundaries.expansions, this.cursor, by, this.#length), by > 0);
    this.pause();
  }

  /**
   * To the beginning of another layer, cell or stage.
   * @param {number} by parts, may be negative
   */
  stepPart(by) {
    this.#go(boundaryFrom(this.boundaries.parts, this.cursor, by, this.#length), by > 0);
    this.pause();
  }

  /**
   * Milliseconds since a step was passed, Infinity for all that is at rest.
   * @param {number} step from 0
   */
  age(step) {
    return this.#passage.age(step, this.now());
  }

  /** Something that a step brought is still arriving: it wants another frame. */
  get isMoving() {
    return !this.isHidden() && this.#passage.isMoving(this.now());
  }

  /** A tab that is not seen does nothing; call this when it is hidden or shown. */
  visibilityChanged() {
    this.#last = NaN;
    this.#schedule();
  }

  /** @param {number} cursor */
  #jump(cursor) {
    this.#go(cursor, false);
  }

  /** @param {number} cursor @param {boolean} moves */
  #go(cursor, moves) {
    this.cursor = Math.max(0, Math.min(this.#length, Math.round(cursor)));
    this.#exact = this.cursor;
    this.#pass(moves);
  }

  /** @param {boolean} moves */
  #pass(moves) {
    const kind = this.#trace?.columns.kind;
    const k = this.#trace?.header.k ?? 0;
    this.#passage.go(this.cursor, this.now(), moves && Boolean(kind) && !this.isReduced(), (step) => lasting(kind[step], k));
  }

  #schedule() {
    const isSeen = this.playing && !this.isHidden();
    const moves = isSeen && this.cursor < this.#length;
    if (moves && !this.#frame) {
      this.#frame = this.request((time) => this.#tick(time));
    } else if (!moves && this.#frame) {
      this.cancel(this.#frame);
      this.#frame = 0;
      this.#last = NaN;
    }
    const rests = isSeen && !moves && this.loops && this.#complete && this.#length > 0;
    if (rests && !this.#rest) this.#rest = this.wait(() => this.#again(), REST_MILLISECONDS);
    else if (!rests && this.#rest) {
      this.forget(this.#rest);
      this.#rest = 0;
    }
  }

  #again() {
    this.#rest = 0;
    this.#jump(0);
    this.#schedule();
    this.onMove();
  }

  /** @param {number} time */
  #tick(time) {
    this.#frame = 0;
    const seconds = Number.isNaN(this.#last) ? 0 : Math.min(1, Math.max(0, time - this.#last) / 1000);
    this.#last = time;
    this.#exact = Math.min(this.#length, this.#exact + this.pace * seconds);
    let cursor = Math.floor(this.#exact + 1e-6);
    if (this.pace > MOST_VISIBLE && this.#trace && cursor < this.#length) {
      cursor = Math.max(this.cursor, wholeExpansion(this.boundaries, cursor, this.#trace.columns.layer));
    }
    const moved = cursor !== this.cursor;
    this.cursor = cursor;
    if (moved) this.#pass(true);
    if (cursor >= this.#length) {
      this.#last = NaN;
      if (this.#complete && !this.loops) this.playing = false;
    }
    this.#schedule();
    if (moved || !this.playing) this.onMove();
  }
}
