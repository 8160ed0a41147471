import { describe } from "../panels/indexes.js";
import { sceneLike } from "./scene-copy.js";
import { SvgContext } from "./svg-canvas.js";

/** Browsers draw no larger ones. */
const MOST_PIXELS = 16_384;
/** A map of more nodes and links is one picture in an SVG, over which the search has its marks: it alone would have too many. */
const MOST_MAP_MARKS = 20_000;
const FOOT = 46;
/** The side of thumbnails in an SVG. */
const MOST_THUMBNAIL = 256;
/**
 * What is looked at, under the picture, so that it means something elsewhere too.
 * @param {any} app @returns {string[]}
 */
export function footOf({ store, search, parts }) {
  const { summary } = store;
  const asked = search && [search.started.subject?.text ?? (search.started.label === undefined ? "a vector" : `id ${search.started.label}`), `k ${search.header.k}`,
    search.header.efSearch > 0 && `efSearch ${search.header.efSearch}`, search.header.nprobe > 0 && `nprobe ${search.header.nprobe}`, search.recall && !search.recall.unavailable && `recall@${search.recall.k} ${Math.round(search.recall.share * 100)} %`].filter(Boolean).join(", ");
  return [`${summary.title ?? summary.name} · ${describe(summary)} · revision ${search?.revision ?? summary.revision}`, [asked, parts.explanation.textContent].filter(Boolean).join(" · ")];
}

/** @param {CanvasRenderingContext2D} c @param {any} app @param {number} width @param {number} height CSS pixels of the picture above */
function drawFoot(c, app, width, height) {
  const { theme } = app;
  c.textAlign = "left";
  c.textBaseline = "alphabetic";
  footOf(app).forEach((line, i) => {
    c.font = `${i === 0 ? 600 : 400} 12px ${theme.faces.text}`;
    c.fillStyle = i === 0 ? theme.text : theme.muted;
    let shown = line;
    while (shown.length > 8 && c.measureText(shown).width > width - 24) shown = `${shown.slice(0, -6)}…`;
    c.fillText(shown, 12, height + 18 + 17 * i);
  });
}

/** @param {any} app @param {number} times pixels for each CSS pixel, 1 … 4 @returns {Promise<Blob>} */
export async function pictureAsPng(app, times) {
  const { width, height } = app.stage.scene;
  const whole = document.createElement("canvas");
  whole.width = Math.round(width * times);
  whole.height = Math.round((height + FOOT) * times);
  if (Math.max(whole.width, whole.height) > MOST_PIXELS) throw new RangeError(`At ${times}× the picture has more than ${MOST_PIXELS} pixels along a side; take a smaller one.`);
  const canvas = document.createElement("canvas");
  const scene = sceneLike(app, canvas, times);
  scene.draw(app.pictureCursor, null);
  const c = /** @type {CanvasRenderingContext2D} */ (whole.getContext("2d"));
  c.fillStyle = app.theme.background;
  c.fillRect(0, 0, whole.width, whole.height);
  c.drawImage(canvas, 0, 0);
  c.scale(times, times);
  drawFoot(c, app, width, height);
  return new Promise((resolve, reject) => whole.toBlob((blob) => (blob ? resolve(blob) : reject(new RangeError("The browser could not draw a picture of this size; take a smaller one."))), "image/png"));
}

/** @param {any} app @returns {Blob} */
export function pictureAsSvg(app) {
  const { width, height } = app.stage.scene;
  const ruler = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  const canvas = /** @type {any} */ ({ width: 1, height: 1, clientWidth: width, clientHeight: height, ownerDocument: document });
  const context = new SvgContext(canvas, {
    measure: (text, font) => {
      ruler.font = font;
      return ruler.measureText(text);
    },
    address: (image, box) => addressOf(image, box),
  });
  canvas.getContext = () => context;
  const { map } = app.store;
  const isVector = [...map.links.values()].reduce((sum, { from }) => sum + from.length, map.placed) <= MOST_MAP_MARKS;
  const scene = sceneLike(app, canvas, 2);
  if (isVector) scene.cached = (/** @type {string} */ _, /** @type {(c:any)=>void} */ draw) => draw(context);
  scene.draw(app.pictureCursor, null);
  const { ratio } = scene;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  drawFoot(/** @type {any} */ (context), app, width, height);
  canvas.height += FOOT * ratio;
  return new Blob([context.written(width, height + FOOT, app.theme.background, footOf(app).join(" – "))], { type: "image/svg+xml" });
}

/**
 * A picture written into an address, no larger than it needs to be.
 * @param {any} image @param {number[]|null} box the part that is shown @param {number} [most] pixels along a side
 */
export function addressOf(image, box, most = box ? MOST_THUMBNAIL : Infinity) {
  const [x, y, width, height] = box ?? [0, 0, image.naturalWidth || image.width, image.naturalHeight || image.height];
  if (!(width > 0 && height > 0)) return null;
  const by = Math.min(1, most / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * by));
  canvas.height = Math.max(1, Math.round(height * by));
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).drawImage(image, x, y, width, height, 0, 0, canvas.width, canvas.height);
  return image instanceof HTMLCanvasElement ? canvas.toDataURL("image/png") : canvas.toDataURL("image/jpeg", 0.85);
}

