import { Player } from "../player.js";
import { costAt, cursorAt } from "./measure.js";

/** The main thread is lent to the measuring of traces for so long in a frame. */
const SLICE_MILLISECONDS = 10;

/** The clock that two searches run by: each stands where its cost is that of the clock. */
export class Race {
  /** @type {import("./measure.js").Clock} */
  clock = "distances";
  /** Both traces are measured. */
  isReady = false;

  /** @param {import("./rival.js").Rival[]} rivals @param {{onMove:()=>void,isReduced:()=>boolean}} options */
  constructor(rivals, options) {
    this.rivals = rivals;
    this.player = new Player(options);
  }

  /** Another search runs now, or by another clock. */
  restart() { this.isReady = false; }

  /**
   * The cursor of a rival where the clock stands.
   * @param {import("./rival.js").Rival} rival
   */
  cursorOf({ measured }) {
    if (!measured) return 0;
    if (!this.isReady) return measured.cursor;
    return this.player.cursor >= this.player.length ? measured.length : cursorAt(measured, this.clock, this.player.cursor);
  }

  /**
   * Measures for a part of a frame.
   * @returns {boolean} there is no more to be done
   */
  advance() {
    const until = performance.now() + SLICE_MILLISECONDS;
    const all = this.rivals.flatMap(({ measured }) => measured ?? []);
    for (const measured of all) {
      const isDone = measured.advance(() => performance.now() < until);
      // The replay keeps pace, or the first picture would have to wait for all of it.
      measured.search.replay.at(measured.cursor, measured.length);
      if (!isDone) return false;
    }
    this.isReady = true;
    this.player.load(Math.ceil(Math.max(0, ...all.map((measured) => costAt(measured, this.clock, measured.length)))), true, false);
    return true;
  }
}
