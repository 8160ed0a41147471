import { withAlpha } from "../theme.js";
import { disc } from "./marks.js";

const GAP = 3;

/**
 * Where the cells of a strip lie: as wide as the vectors read in them, narrow ones so that they can be seen.
 * @param {import("../search-figures.js").Probe[]} probes @param {number} width CSS pixels @returns {{x:number,width:number}[]}
 */
export function stripPlaces(probes, width) {
  const gap = Math.min(GAP, width / Math.max(1, probes.length) / 3);
  const least = Math.min(3, width / Math.max(1, probes.length) / 3);
  const total = probes.reduce((sum, { size }) => sum + size, 0);
  const free = Math.max(0, width - probes.length * (gap + least) + gap);
  let x = 0;
  return probes.map(({ size }) => {
    const wide = least + (total > 0 ? (free * size) / total : free / probes.length);
    const place = { x, width: wide };
    x += wide + gap;
    return place;
  });
}

/**
 * The probes in order, where results were found below them, and how far the scan has come.
 * @param {CanvasRenderingContext2D} c
 * @param {{probes:import("../search-figures.js").Probe[],theme:any,width:number,cursor:number,isOver:boolean}} view
 */
export function drawProbeStrip(c, { probes, theme, width, cursor, isOver }) {
  const places = stripPlaces(probes, width);
  let hand = null;
  probes.forEach((probe, i) => {
    const { x, width: wide } = places[i];
    const part = probe.size > 0 ? probe.read / probe.size : Number(probe.at < cursor);
    const fade = 0.85 - 0.55 * (i / Math.max(1, probes.length - 1 || 1));
    for (const [to, alpha] of [[1, fade * 0.4], [part, fade]]) {
      c.save();
      c.beginPath();
      c.roundRect(x, 2, wide, 18, Math.min(4, wide / 2));
      c.clip();
      c.fillStyle = withAlpha(theme.route, alpha);
      c.fillRect(x, 2, wide * to, 18);
      c.restore();
    }
    if (probe.at < cursor) hand = x + wide * part;
    c.font = `700 12px ${theme.faces.heading}`;
    const text = String(probe.order);
    if (c.measureText(text).width + 6 < wide) {
      c.textAlign = "left";
      c.textBaseline = "middle";
      c.fillStyle = part === 1 && fade > 0.6 ? theme.onRoute : theme.text;
      c.fillText(text, x + 5, 11.5);
    }
    for (const at of probe.found) disc(c, Math.max(x + 3, Math.min(x + wide - 3, x + wide * at)), 29, 3.2, theme.result);
  });
  if (hand === null || isOver) return;
  c.fillStyle = theme.text;
  c.fillRect(hand - 0.9, 0, 1.8, 34);
}
