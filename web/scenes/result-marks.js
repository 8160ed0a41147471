import { disc, fanOut, numbered, thumbnail } from "./marks.js";

const MAX_THUMBNAILS = 8;
/** Ranks after this one are not written. */
const MAX_NUMBERED = 20;

/**
 * Result discs with their ranks, and thumbnails of the first ones beside them with a line to each.
 * @param {CanvasRenderingContext2D} c
 * @param {{theme:any,spots:({x:number,y:number}|null)[],image:(rank:number)=>CanvasImageSource|null,centre:{x:number,y:number}|null,
 *   radiusX:number,radiusY:number,width:number,bounds:any,isOver?:boolean}} view `spots` in the order of the results; `centre` is what
 *   thumbnails of `width` are fanned out about; before the search is over there are discs alone
 */
export function drawResultMarks(c, { theme, spots, image, centre, radiusX, radiusY, width, bounds, isOver = true }) {
  const shown = spots.map((p, i) => ({ p, i, picture: isOver && p && i < MAX_THUMBNAILS ? image(i) : null })).filter(({ picture }) => picture);
  const height = width * 0.73;
  const points = shown.map(({ p }) => /** @type {any} */ (p));
  const boxes = fanOut(points, centre ?? points[0], { radiusX, radiusY, width, height, bounds });
  c.strokeStyle = theme.result;
  c.lineWidth = 1.1;
  c.beginPath();
  points.forEach((p, i) => {
    if (boxes[i].x !== boxes[i].x) return;
    c.moveTo(p.x, p.y);
    c.lineTo(boxes[i].x, boxes[i].y);
  });
  c.stroke();
  const pictured = new Set(shown.map(({ i }) => i));
  for (let i = spots.length - 1; i >= 0; i -= 1) {
    const p = spots[i];
    if (!p) continue;
    if (!isOver || pictured.has(i) || i >= MAX_NUMBERED) disc(c, p.x, p.y, 4.4, theme.result, theme.outline);
    else numbered(c, p.x, p.y, 7.5, i + 1, theme.result, theme.onResult, theme);
  }
  shown.forEach(({ i, picture }, at) => {
    const left = boxes[at].x - width / 2;
    const top = boxes[at].y - height / 2;
    if (left !== left) return;
    thumbnail(c, picture, left, top, width, height, theme.result, theme);
    numbered(c, left, top, 8.5, i + 1, theme.result, theme.onResult, theme);
  });
}
