/** Milliseconds of a frame that the marks of a map may take. */
const MOST_MILLISECONDS = 12;
const LEAST_MARKS = 3000;
const MOST_MARKS = 48_000;
/** Fewer tell nothing of what many take. */
const TELLING_MARKS = 1000;

/**
 * How many marks the processor may draw in one frame, learnt from how long they took: how fast it is, and how long links are at
 * this zoom, nobody knows before. It changes by doubling and halving, so that the picture of a moving map seldom changes by it.
 */
export class Allowance {
  /** Code that ran little is slow: the first frames take twice as long as the later ones. */
  marks = 12_000;

  /** @param {number} count so many were drawn @param {number} milliseconds and took so long */
  learn(count, milliseconds) {
    if (count < TELLING_MARKS) return;
    const whole = (milliseconds * this.marks) / count;
    if (whole > MOST_MILLISECONDS && this.marks > LEAST_MARKS) this.marks /= 2;
    else if (whole < MOST_MILLISECONDS / 4 && this.marks < MOST_MARKS) this.marks *= 2;
  }
}
