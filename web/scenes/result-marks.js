import { disc, fanOut, numbered, thumbnail } from "./marks.js";

const MAX_THUMBNAILS = 8;
/** Ranks after this one are not written. */
const MAX_NUMBERED = 20;

/**
 * Result discs with their ranks, and thumbnails of the first ones beside them with a line to each.
 * @param {CanvasRenderingContext2D} c
 * @param {{theme:any,spots:({x:number,y:number}|null)[],image:(rank:number)=>CanvasImageSource|null,centre:{x:number,y:number}|null,
 *   radiusX:number,radiusY:number,width:number,bounds:any,isOver?:boolean,growth?:(rank:number)=>number}} view `spots` in the order of the results; `centre` is what
 *   thumbnails of `width` are fanned out about; before the search is over there are discs alone;
 *   `growth` is how far each has settled, 0…1
 */
export function drawResultMarks(c, { theme, spots, image, centre, radiusX, radiusY, width, bounds, isOver = true, growth = () => 1 }) {
  const shown = spots.map((p, i) => ({ p, i, picture: isOver && p && i < MAX_THUMBNAILS ? image(i) : null })).filter(({ picture }) => picture);
  const height = width * 0.73;
  const points = shown.map(({ p }) => /** @type {any} */ (p));
  const boxes = fanOut(points, centre ?? points[0], { radiusX, radiusY, width, height, bounds });
  c.strokeStyle = theme.result;
  c.lineWidth = 1.1;
  c.beginPath();
  /** @param {number} i @param {number} grown */
  const at = (i, grown) => ({ x: points[i].x + (boxes[i].x - points[i].x) * grown, y: points[i].y + (boxes[i].y - points[i].y) * grown });
  points.forEach((p, i) => {
    if (boxes[i].x !== boxes[i].x) return;
    const end = at(i, growth(shown[i].i));
    c.moveTo(p.x, p.y);
    c.lineTo(end.x, end.y);
  });
  c.stroke();
  const pictured = new Set(shown.map(({ i }) => i));
  for (let i = spots.length - 1; i >= 0; i -= 1) {
    const p = spots[i];
    if (!p) continue;
    if (!isOver || pictured.has(i) || i >= MAX_NUMBERED) disc(c, p.x, p.y, 4.4, theme.result, theme.outline);
    else if (growth(i) > 0) numbered(c, p.x, p.y, 7.5 * growth(i), i + 1, theme.result, theme.onResult, theme);
  }
  shown.forEach(({ i, picture }, row) => {
    const grown = growth(i);
    const middle = at(row, grown);
    if (middle.x !== middle.x || grown < 0.05) return;
    const left = middle.x - (width * grown) / 2;
    const top = middle.y - (height * grown) / 2;
    thumbnail(c, picture, left, top, width * grown, height * grown, theme.result, theme);
    numbered(c, left, top, 8.5 * grown, i + 1, theme.result, theme.onResult, theme);
  });
}
