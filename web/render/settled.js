import { PointGrid } from "../scenes/grid.js";
import { TASKS } from "./tasks.js";
import { workshop } from "./workshop.js";

/** For so many nodes it takes a few milliseconds, and no worker is asked. */
const MOST_HERE = 20_000;

/**
 * @typedef {object} Settled what is made of the places of a map at rest
 * @property {PointGrid} grid finds nodes by place
 * @property {import("./contours.js").Contours|null} contours null while they are made for the first time
 * @property {number} made rises when they are made anew
 */

/** @type {WeakMap<any,Settled&{settled:number|null,isAsked:boolean}>} */
const kept = new WeakMap();

/**
 * The grid and the contours of a map, made by a worker where it is large: those of its last places at rest until then.
 * @param {any} map @returns {Settled}
 */
export function settledOf(map) {
  let entry = kept.get(map);
  if (!entry) kept.set(map, (entry = { grid: new PointGrid(map.goalX, map.goalY, null), contours: null, made: 0, settled: null, isAsked: false }));
  if (entry.settled === map.settled || entry.isAsked) return entry;
  const { total, goalX: x, goalY: y, shown, density, settled } = map;
  const take = ({ grid, contours }) => Object.assign(entry, { grid: new PointGrid(x, y, grid), contours, made: entry.made + 1, settled, isAsked: false });
  const message = { total, x, y, shown, density };
  if (total <= MOST_HERE || !workshop.isApart) take(TASKS.settle(message));
  else {
    entry.isAsked = true;
    workshop.ask("settle", message).then((result) => {
      take(result);
      workshop.tell();
    });
  }
  return entry;
}
