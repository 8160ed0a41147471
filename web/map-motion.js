/** How long places travel: from one revision to the next, and from one draft of a map to the next. */
const TRAVEL_MILLISECONDS = 600;
const DRAFT_MILLISECONDS = 120;
/** How long what was added and removed is marked. */
const MARK_MILLISECONDS = 1600;
/** Drafts of larger maps are not eased, those of still larger ones drawn at most 15 times a second. */
const MOST_EASED_DRAFT = 20_000;
const LARGE_MAP = 50_000;
const LARGE_PAUSE = 1000 / 15;

/** What moves on a map: places that ease to where they belong, and marks of what came and went. */
export class MapMotion {
  #isChanged = false;
  #isSuccessor = false;
  #drawnAt = -Infinity;
  /** @type {{x:Float32Array,y:Float32Array,began:number,length:number}|null} */
  #travel = null;
  #markedAt = NaN;

  /** Something of the map is another. */
  changed() {
    this.#isChanged = true;
  }

  /** The map has taken the place of the revision before. */
  succeed() {
    this.#isChanged = this.#isSuccessor = true;
    this.#travel = null;
    this.#markedAt = NaN;
  }

  /**
   * As `MapBuilder.advance`.
   * @param {LayoutMap} map @param {number} now @param {boolean} isReduced
   */
  advance(map, now, isReduced) {
    const pause = map.total > LARGE_MAP ? LARGE_PAUSE - (now - this.#drawnAt) : 0;
    if (pause > 0 && (this.#isChanged || this.#travel)) return pause;
    if (this.#isChanged) this.#take(map, now, isReduced);
    if (this.#travel) this.#step(map, now);
    if (map.marks) {
      map.marks.time = (now - this.#markedAt) / MARK_MILLISECONDS;
      if (map.marks.time >= 1) map.marks = null;
    }
    return this.#travel || map.marks ? 0 : null;
  }

  /** @param {LayoutMap} map @param {number} now @param {boolean} isReduced */
  #take(map, now, isReduced) {
    const isSuccessor = this.#isSuccessor;
    this.#isChanged = this.#isSuccessor = false;
    this.#drawnAt = now;
    map.version += 1;
    map.grown += 1;
    const isEased = !isReduced && map.goalX !== map.nodeX;
    if (isSuccessor && map.follows && map.moved && isEased) {
      const { node, x, y } = map.moved;
      for (let i = 0; i < node.length; i += 1) {
        map.nodeX[node[i]] = x[i];
        map.nodeY[node[i]] = y[i];
      }
      map.hasMoved = true;
    }
    if (map.follows && (map.added || map.removed) && !isReduced && Number.isNaN(this.#markedAt)) {
      this.#markedAt = now;
      map.marks = { time: 0 };
    }
    if (map.hasMoved || this.#travel) {
      const length = isSuccessor ? TRAVEL_MILLISECONDS : map.total > MOST_EASED_DRAFT ? 0 : DRAFT_MILLISECONDS;
      this.#travel = { x: isEased ? map.nodeX.slice() : map.nodeX, y: isEased ? map.nodeY.slice() : map.nodeY, began: now, length: isEased ? length : 0 };
    } else if (map.hasGrown) map.settled += 1;
    map.hasGrown = map.hasMoved = false;
  }

  /** @param {LayoutMap} map @param {number} now */
  #step(map, now) {
    const { x, y, began, length } = /** @type {any} */ (this.#travel);
    const { nodeX, nodeY, goalX, goalY } = map;
    this.#drawnAt = now;
    map.version += 1;
    const time = length > 0 ? (now - began) / length : 1;
    if (time >= 1) {
      this.#travel = null;
      map.settled += 1;
      if (goalX === nodeX) return;
      nodeX.set(goalX);
      nodeY.set(goalY);
      return;
    }
    const way = 1 - (1 - time) ** 3;
    for (let i = 0; i < nodeX.length; i += 1) {
      nodeX[i] = x[i] + (goalX[i] - x[i]) * way;
      nodeY[i] = y[i] + (goalY[i] - y[i]) * way;
    }
  }
}
