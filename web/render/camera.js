/** A map of a million nodes has room for each of them then. */
export const MAX_SCALE = 64;
/** A thrown map slows down to a third in this time. */
const DECAY_MILLISECONDS = 200;
/** Slower than this it stands, in CSS pixels per millisecond. */
const STANDING = 0.02;
/** The motion of the hand over this time is what the map is thrown with. */
const HAND_MILLISECONDS = 80;
export const FLIGHT_MILLISECONDS = 500;

/** @typedef {{scale:number,x:number,y:number}} Camera a point p of the picture at scale 1 is at p·`scale` + (`x`, `y`), in CSS pixels */

/**
 * Zooms about a point that stays where it is.
 * @param {Camera} camera @param {number} factor @param {number} x @param {number} y @returns {Camera}
 */
export function zoomed(camera, factor, x, y) {
  const scale = Math.min(MAX_SCALE, Math.max(1, camera.scale * factor));
  const by = scale / camera.scale;
  return { scale, x: x - (x - camera.x) * by, y: y - (y - camera.y) * by };
}

/**
 * The nearest camera that keeps at least half of the view filled.
 * @param {Camera} camera @param {number} width @param {number} height @returns {Camera}
 */
export function withinSight({ scale, x, y }, width, height) {
  const clamp = (/** @type {number} */ value, /** @type {number} */ size) => Math.min(size / 2, Math.max(size / 2 - size * scale, value));
  return { scale, x: clamp(x, width), y: clamp(y, height) };
}

/**
 * The camera that has a point in the middle.
 * @param {{x:number,y:number}} point as it lies at scale 1
 * @param {number} scale @param {number} width @param {number} height @returns {Camera}
 */
export function centredOn(point, scale, width, height) {
  const most = Math.min(MAX_SCALE, Math.max(1, scale));
  return withinSight({ scale: most, x: width / 2 - point.x * most, y: height / 2 - point.y * most }, width, height);
}

/**
 * The camera on its way: the scale grows or shrinks evenly, and what is flown to moves steadily towards the middle.
 * @param {Camera} from @param {Camera} to @param {number} time 0 … 1 @returns {Camera}
 */
export function flown(from, to, time) {
  if (time >= 1) return to;
  const way = 1 - (1 - Math.max(0, time)) ** 3;
  const scale = from.scale * (to.scale / from.scale) ** way;
  const zooms = Math.abs(to.scale / from.scale - 1) > 1e-3;
  const part = zooms ? (1 / scale - 1 / from.scale) / (1 / to.scale - 1 / from.scale) : way;
  const between = (/** @type {number} */ a, /** @type {number} */ b) => (a / from.scale + (b / to.scale - a / from.scale) * part) * scale;
  return { scale, x: between(from.x, to.x), y: between(from.y, to.y) };
}

/** A map that is let go of while the hand moves goes on and slows down. */
export class Glide {
  /** @type {{x:number,y:number,time:number}[]} */
  #hand = [];
  #speed = { x: 0, y: 0 };
  #last = NaN;

  /**
   * The hand is at a point.
   * @param {number} x CSS pixels @param {number} y @param {number} time ms
   */
  follow(x, y, time) {
    this.#hand.push({ x, y, time });
    while (time - this.#hand[0].time > HAND_MILLISECONDS) this.#hand.shift();
  }

  /**
   * The hand lets go.
   * @param {number} time ms
   */
  release(time) {
    const recent = this.#hand.filter((at) => time - at.time <= HAND_MILLISECONDS);
    this.stop();
    const [first, last] = [recent[0], recent[recent.length - 1]];
    if (!first || last.time <= first.time) return;
    const spent = last.time - first.time;
    this.#speed = { x: (last.x - first.x) / spent, y: (last.y - first.y) / spent };
    this.#last = time;
  }

  stop() {
    this.#hand = [];
    this.#speed = { x: 0, y: 0 };
  }

  get isMoving() {
    return Math.hypot(this.#speed.x, this.#speed.y) > STANDING;
  }

  /**
   * How far it goes until a moment.
   * @param {number} time ms @returns {{x:number,y:number}} CSS pixels since the last one
   */
  advance(time) {
    const left = Math.exp(-Math.max(0, time - this.#last) / DECAY_MILLISECONDS);
    this.#last = time;
    const way = DECAY_MILLISECONDS * (1 - left);
    const moved = { x: this.#speed.x * way, y: this.#speed.y * way };
    this.#speed = { x: this.#speed.x * left, y: this.#speed.y * left };
    return moved;
  }
}
