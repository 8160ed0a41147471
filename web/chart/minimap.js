import { el, show } from "../dom.js";
import { cellPath } from "../scenes/map-layer.js";
import { withAlpha } from "../theme.js";
import { stroke } from "../scenes/marks.js";

const WIDTH = 168;
const MOST_DOTS = 2500;
const STEP_PIXELS = 60;
/** @type {Record<string,[number,number]>} */
const ARROWS = Object.freeze({ ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] });

/** The whole map, small, with a frame round what is in sight; there while the picture is zoomed. */
export class Minimap {
  #drawn = "";
  #isHeld = false;

  /** @param {HTMLElement} stage @param {{look:(x:number,y:number)=>void,pan:(dx:number,dy:number)=>void}} actions */
  constructor(stage, actions) {
    const look = (/** @type {PointerEvent} */ event) => {
      const box = this.canvas.getBoundingClientRect();
      actions.look((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
    };
    this.canvas = el("canvas", {
      class: "minimap", testid: "minimap", tabindex: 0, role: "img", "aria-label": "The whole map, and what of it is in sight; arrows move the picture", hidden: true,
      onpointerdown: (/** @type {PointerEvent} */ event) => {
        this.canvas.setPointerCapture(event.pointerId);
        this.#isHeld = true;
        look(event);
      },
      onpointermove: (/** @type {PointerEvent} */ event) => this.#isHeld && look(event),
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        const arrow = ARROWS[event.key];
        if (!arrow) return;
        event.preventDefault();
        event.stopPropagation();
        actions.pan(arrow[0] * STEP_PIXELS, arrow[1] * STEP_PIXELS);
      },
      onpointerup: () => (this.#isHeld = false), onpointercancel: () => (this.#isHeld = false),
    });
    /** The map's own picture, drawn once. */
    this.ground = el("canvas");
    stage.append(this.canvas);
  }

  /** @param {any} scene the chart */
  draw(scene) {
    const { map, theme, camera } = scene;
    const isZoomed = Boolean(map && theme) && camera.scale > 1.001;
    show(this.canvas, isZoomed);
    if (!isZoomed) return;
    const whole = scene.frame({ scale: 1, x: 0, y: 0 });
    const height = Math.round(Math.min(WIDTH, (WIDTH * whole.height) / whole.width));
    const ratio = scene.ratio;
    const key = [scene.index?.name, map.revision, map.settled, theme.name, height, ratio].join("|");
    if (key !== this.#drawn) {
      this.#drawn = key;
      for (const canvas of [this.canvas, this.ground]) Object.assign(canvas, { width: WIDTH * ratio, height: height * ratio });
      this.canvas.style.height = `${height}px`;
      drawGround(this.ground.getContext("2d"), map, theme, WIDTH, height, ratio);
    }
    const c = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.drawImage(this.ground, 0, 0);
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { x0, y0, x1, y1 } = scene.sight();
    c.beginPath();
    c.rect(x0 * WIDTH, y0 * height, (x1 - x0) * WIDTH, (y1 - y0) * height);
    c.fillStyle = withAlpha(theme.route, 0.14);
    c.fill();
    stroke(c, theme.outline, 3);
    stroke(c, theme.route, 1.6);
  }

  leave() {
    show(this.canvas, false);
  }
}

/** @param {Drawing} c @param {LayoutMap} map @param {Theme} theme @param {number} width @param {number} height @param {number} ratio */
function drawGround(c, map, theme, width, height, ratio) {
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  c.fillStyle = theme.panel;
  c.fillRect(0, 0, width, height);
  if (map.cells) {
    const place = (/** @type {number} */ x, /** @type {number} */ y) => ({ x: x * width, y: y * height });
    c.beginPath();
    for (let cell = 0; cell < map.cells.x.length; cell += 1) cellPath(c, map.cells, cell, place);
    stroke(c, theme.line2, 0.6);
  }
  c.fillStyle = withAlpha(theme.node, 0.55);
  const every = Math.max(1, Math.floor(map.placed / MOST_DOTS));
  let seen = 0;
  for (let node = 0; node < map.total; node += 1) {
    if (!(map.goalX[node] >= 0)) continue;
    if (seen % every === 0) c.fillRect(map.goalX[node] * width - 0.5, map.goalY[node] * height - 0.5, 1.2, 1.2);
    seen += 1;
  }
}
