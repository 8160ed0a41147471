/** A frame without a graphics processor may take so long, in milliseconds. */
const MOST_MILLISECONDS = 60;
/** After so many slow frames in a row something is left out. */
const SLOW_FRAMES = 6;

/** What is left out, one after the other, where frames take too long. */
export const EASES = Object.freeze(["", "no glow", "every second frame", "drawn by the processor"]);

/** Draws frames when there is something to draw, and draws less where they take too long. */
export class Pace {
  /** How many frames there were. */
  frames = 0;
  /** Milliseconds that the last one took. */
  took = 0;
  /** How much is left out: a place in EASES. */
  ease = 0;
  #isAsked = false;
  #slow = 0;
  #skips = false;

  /**
   * @param {{draw:()=>void,onEase:(ease:number)=>void,request?:(callback:()=>void)=>unknown,now?:()=>number}} options
   *   `request` as of animation frames
   */
  constructor({ draw, onEase, request = (callback) => requestAnimationFrame(callback), now = () => performance.now() }) {
    this.options = { draw, onEase, request, now };
  }

  /** Draws at the next frame, once, however often it is asked for. */
  ask() {
    if (this.#isAsked) return;
    this.#isAsked = true;
    this.options.request(() => this.#frame());
  }

  #frame() {
    const { draw, onEase, request, now } = this.options;
    this.frames += 1;
    this.#skips = this.ease >= 2 && !this.#skips;
    if (this.#skips) {
      request(() => this.#frame());
      return;
    }
    this.#isAsked = false;
    const begin = now();
    draw();
    this.took = now() - begin;
    this.#slow = this.took > MOST_MILLISECONDS ? this.#slow + 1 : 0;
    if (this.#slow < SLOW_FRAMES || this.ease === EASES.length - 1) return;
    this.#slow = 0;
    this.ease += 1;
    onEase(this.ease);
  }
}
