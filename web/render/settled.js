import { PointGrid, sortedIntoGrid } from "../scenes/grid.js";
import { TASKS } from "./tasks.js";
import { workshop } from "./workshop.js";

/** The grid of so many nodes is made in less time than it takes to ask a worker. */
const MOST_HERE = 20_000;

/**
 * @typedef {object} Settled what is made of the places of a map at rest
 * @property {PointGrid} grid finds nodes by place
 * @property {import("./contours.js").Contours|null} contours null while they are made for the first time
 * @property {number} made rises when they are made anew
 */

/** @type {WeakMap<LayoutMap,Settled&{settled:number|null,gridded:number|null,isAsked:boolean}>} */
const kept = new WeakMap();

/**
 * The grid and the contours of a map, made by a worker: those of its last places at rest until then.
 * @param {LayoutMap} map @returns {Settled}
 */
export function settledOf(map) {
  const known = kept.get(map);
  const entry = known ?? { grid: new PointGrid(map.goalX, map.goalY, null), contours: null, made: 0, settled: null, gridded: null, isAsked: false };
  if (!known) kept.set(map, entry);
  const { total, goalX: x, goalY: y, shown, density, settled } = map;
  const isSmall = total <= MOST_HERE;
  if (isSmall && entry.gridded !== settled) Object.assign(entry, { grid: new PointGrid(x, y, sortedIntoGrid(x, y, shown)), gridded: settled });
  if (entry.settled === settled || entry.isAsked) return entry;
  const take = (/** @type {any} */ { grid, contours }) => {
    if (grid) entry.grid = new PointGrid(x, y, grid);
    Object.assign(entry, { contours, made: entry.made + 1, settled, isAsked: false });
  };
  const message = { total, x, y, shown, density, hasGrid: isSmall };
  if (!workshop.isApart) take(TASKS.settle(message));
  else {
    entry.isAsked = true;
    workshop.ask("settle", message).then((result) => {
      take(result);
      workshop.tell();
    });
  }
  return entry;
}
