import { withAlpha } from "../theme.js";

const TAU = Math.PI * 2;

/**
 * Strokes the path.
 * @param {CanvasRenderingContext2D} c
 * @param {string} color @param {number} width
 */
export function stroke(c, color, width) {
  c.strokeStyle = color;
  c.lineWidth = width;
  c.stroke();
}

/**
 * The query: a crosshair in a ring.
 * @param {CanvasRenderingContext2D} c
 * @param {number} x @param {number} y @param {number} radius @param {Theme} theme
 */
export function crosshair(c, x, y, radius, theme) {
  for (const [color, width] of /** @type {[string,number][]} */ ([[withAlpha(theme.outline, 0.75), 4.5], [theme.query, 1.8]])) {
    c.strokeStyle = color;
    c.lineWidth = width;
    c.beginPath();
    c.arc(x, y, radius * 0.62, 0, TAU);
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      c.moveTo(x + dx * radius * 0.4, y + dy * radius * 0.4);
      c.lineTo(x + dx * radius * 1.1, y + dy * radius * 1.1);
    }
    c.stroke();
  }
}

/**
 * How vague a place is: fills and dashes the path round it.
 * @param {Drawing} c @param {Theme} theme
 */
export function vagueness(c, theme) {
  c.fillStyle = withAlpha(theme.query, 0.07);
  c.fill();
  c.setLineDash([3, 5]);
  stroke(c, withAlpha(theme.query, 0.6), 1.3);
  c.setLineDash([]);
}

/**
 * The entry point.
 * @param {Drawing} c @param {number} x @param {number} y @param {number} radius @param {Theme} theme
 */
export function diamond(c, x, y, radius, theme) {
  c.beginPath();
  c.moveTo(x, y - radius);
  c.lineTo(x + radius, y);
  c.lineTo(x, y + radius);
  c.lineTo(x - radius, y);
  c.closePath();
  c.fillStyle = theme.entry;
  c.fill();
  stroke(c, theme.outline, 1.2);
}

/**
 * @param {CanvasRenderingContext2D} c @param {number} x @param {number} y @param {number} radius @param {string} color
 * @param {string|null} [outline]
 */
export function disc(c, x, y, radius, color, outline = null) {
  c.beginPath();
  c.arc(x, y, radius, 0, TAU);
  c.fillStyle = color;
  c.fill();
  if (!outline) return;
  stroke(c, outline, 1.2);
}

/**
 * A candidate: a hollow ring.
 * @param {Drawing} c @param {number} x @param {number} y @param {number} radius @param {string} color @param {Theme} theme
 */
export function ring(c, x, y, radius, color, theme, width = 1.6) {
  c.beginPath();
  c.arc(x, y, radius, 0, TAU);
  stroke(c, withAlpha(theme.outline, 0.7), width + 2);
  stroke(c, color, width);
}

/**
 * What may not be a result, deleted or left out by a filter: hollow, with a stroke through it.
 * @param {Drawing} c @param {number} x @param {number} y @param {number} radius @param {Theme} theme
 */
export function barredDot(c, x, y, radius, theme) {
  c.beginPath();
  c.arc(x, y, radius, 0, TAU);
  c.moveTo(x - radius * 1.3, y + radius * 1.3);
  c.lineTo(x + radius * 1.3, y - radius * 1.3);
  stroke(c, theme.muted, 1);
}

/**
 * What was pushed out of a queue: a hollow square.
 * @param {Drawing} c @param {number} x @param {number} y @param {number} radius @param {Theme} theme
 */
export function evictedMark(c, x, y, radius, theme) {
  c.beginPath();
  c.rect(x - radius, y - radius, radius * 2, radius * 2);
  stroke(c, withAlpha(theme.outline, 0.7), 3);
  stroke(c, theme.muted, 1.3);
}

/**
 * Kept among the nearest, beyond the k that are asked for: a ring with a dot.
 * @param {Drawing} c @param {number} x @param {number} y @param {number} radius @param {Theme} theme
 */
export function heldMark(c, x, y, radius, theme) {
  ring(c, x, y, radius, theme.result, theme, 1.3);
  disc(c, x, y, radius * 0.42, theme.result);
}

/**
 * A true neighbour that was not found: a dashed ring.
 * @param {Drawing} c @param {number} x @param {number} y @param {number} radius @param {Theme} theme
 */
export function missedRing(c, x, y, radius, theme) {
  c.beginPath();
  c.arc(x, y, radius, 0, TAU);
  stroke(c, withAlpha(theme.outline, 0.7), 4);
  c.setLineDash([3, 2.5]);
  stroke(c, theme.missed, 2);
  c.setLineDash([]);
}

/**
 * A node that the projection misplaces: a hollow triangle.
 * @param {Drawing} c @param {number} x @param {number} y @param {number} radius @param {Theme} theme
 */
export function misplacedMark(c, x, y, radius, theme) {
  c.beginPath();
  c.moveTo(x, y - radius);
  c.lineTo(x + radius * 0.9, y + radius * 0.6);
  c.lineTo(x - radius * 0.9, y + radius * 0.6);
  c.closePath();
  for (const [color, width] of /** @type {[string,number][]} */ ([[withAlpha(theme.outline, 0.75), 3.4], [theme.text, 1.4]])) {
    stroke(c, color, width);
  }
}

/**
 * A filled disc with a number in it.
 * @param {Drawing} c @param {number} x @param {number} y @param {number} radius @param {number} number @param {string} fill @param {string} ink @param {Theme} theme
 */
export function numbered(c, x, y, radius, number, fill, ink, theme) {
  disc(c, x, y, radius, fill, theme.outline);
  c.fillStyle = ink;
  c.font = `700 ${Math.round(radius * 1.25)}px ${theme.faces.heading}`;
  c.textAlign = "center";
  c.textBaseline = "middle";
  c.fillText(String(number), x, y + 0.5);
}

/**
 * Text that stays readable over a map.
 * @param {{font?:string,color?:string,align?:CanvasTextAlign,halo?:string}} [style]
 * @param {Drawing} c @param {string} text @param {number} x @param {number} y @param {Theme} theme
 */
export function label(c, text, x, y, theme, style = {}) {
  c.font = style.font ?? `12px ${theme.faces.text}`;
  c.textAlign = style.align ?? "left";
  c.textBaseline = "middle";
  c.lineJoin = "round";
  c.lineWidth = 3.5;
  c.strokeStyle = style.halo ?? withAlpha(theme.background, 0.8);
  c.strokeText(text, x, y);
  c.fillStyle = style.color ?? theme.text;
  c.fillText(text, x, y);
}

/**
 * A remark about the picture.
 * @param {CanvasTextAlign} align @param {string} [halo]
 * @param {Drawing} c @param {string} text @param {number} x @param {number} y @param {Theme} theme
 */
export function note(c, text, x, y, theme, align = "center", halo) {
  label(c, text, x, y, theme, { font: `italic 11px ${theme.faces.text}`, color: theme.muted, align, halo });
}

/**
 * A picture in a rounded frame, cut to fill it.
 * @param {Drawing} c @param {any} image @param {number} x @param {number} y @param {number} width @param {number} height @param {string} color @param {Theme} theme
 */
export function thumbnail(c, image, x, y, width, height, color, theme) {
  c.save();
  c.beginPath();
  c.roundRect(x, y, width, height, 5);
  c.shadowColor = theme.shadow;
  c.shadowBlur = 10;
  c.shadowOffsetY = 3;
  c.fillStyle = theme.panel;
  c.fill();
  c.shadowColor = "transparent";
  c.clip();
  const wide = image.naturalWidth || image.width || width;
  const high = image.naturalHeight || image.height || height;
  const scale = Math.max(width / wide, height / high);
  c.drawImage(image, (wide - width / scale) / 2, (high - height / scale) / 2, width / scale, height / scale, x, y, width, height);
  c.restore();
  c.beginPath();
  c.roundRect(x, y, width, height, 5);
  stroke(c, color, 1.8);
}

/**
 * The route: solid with discs where links were followed.
 * @param {{x:number,y:number}[]} points
 * @param {Drawing} c @param {Theme} theme
 */
export function routeLine(c, points, theme, width = 3.2) {
  if (points.length === 0) return;
  c.lineJoin = c.lineCap = "round";
  c.beginPath();
  points.forEach((p, i) => (i ? c.lineTo(p.x, p.y) : c.moveTo(p.x, p.y)));
  stroke(c, withAlpha(theme.outline, 0.65), width + 2.6);
  stroke(c, theme.route, width);
  c.lineCap = "butt";
  for (const p of points) disc(c, p.x, p.y, width * 1.25, theme.route, withAlpha(theme.outline, 0.65));
}

/**
 * Where the route drops a layer: dashed, with an arrow head.
 * @param {number} [grown] 0…1 of the way
 * @param {Drawing} c @param {Point} from @param {Point} end @param {Theme} theme
 */
export function dropLine(c, from, end, theme, grown = 1) {
  const to = { x: from.x + (end.x - from.x) * grown, y: from.y + (end.y - from.y) * grown };
  c.setLineDash([7, 5]);
  c.beginPath();
  c.moveTo(from.x, from.y);
  c.lineTo(to.x, to.y);
  stroke(c, withAlpha(theme.outline, 0.6), 5);
  stroke(c, theme.route, 2.4);
  c.setLineDash([]);
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  c.save();
  c.translate(to.x, to.y);
  c.rotate(angle);
  c.beginPath();
  c.moveTo(-3, 0);
  c.lineTo(-12, -5);
  c.lineTo(-12, 5);
  c.closePath();
  c.fillStyle = theme.route;
  c.fill();
  c.restore();
}

/**
 * Places boxes round a centre, one for each point, near the point's direction and without overlaps.
 * @param {{x:number,y:number}[]} points @param {{x:number,y:number}} centre
 * @param {{radiusX:number,radiusY:number,width:number,height:number,bounds:{x:number,y:number,width:number,height:number}}} room
 * @returns {{x:number,y:number}[]} centres of the boxes, in the order of the points
 */
export function fanOut(points, centre, room) {
  /** @type {{x:number,y:number}[]} */
  const placed = [];
  const { bounds, width, height } = room;
  for (const point of points) {
    const wish = Math.atan2((point.y - centre.y) / room.radiusY, (point.x - centre.x) / room.radiusX);
    let best = null;
    for (let turn = 0; turn < 72 && !best; turn += 1) {
      const angle = wish + (turn % 2 ? 1 : -1) * Math.ceil((turn % 36) / 2) * (TAU / 36);
      const away = turn < 36 ? 1 : 1.35;
      const x = centre.x + Math.cos(angle) * room.radiusX * away;
      const y = centre.y + Math.sin(angle) * room.radiusY * away;
      const inside = x - width / 2 > bounds.x && x + width / 2 < bounds.x + bounds.width
        && y - height / 2 > bounds.y && y + height / 2 < bounds.y + bounds.height;
      const free = placed.every((p) => Math.abs(p.x - x) > width + 8 || Math.abs(p.y - y) > height + 8);
      if (inside && free) best = { x, y };
    }
    placed.push(best ?? { x: NaN, y: NaN });
  }
  return placed;
}

/**
 * Up to `digits` significant places, as short as the value allows.
 * @param {number} value
 */
export function distanceText(value, digits = 3) {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size >= 10000 || size < 0.0001 ? value.toExponential(1) : value.toFixed(Math.max(0, Math.min(4, digits - 1 - Math.floor(Math.log10(size)))));
}
