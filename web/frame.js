import { drawHeader } from "./panels/header.js";
import { drawIndexes } from "./panels/indexes.js";
import { drawTabs } from "./panels/tabs.js";
import { drawWords } from "./panels/words.js";

/** Brings what is on the screen up to date, once a frame: all that moves, and of the rest what has changed. */
export class Frame {
  /** Lists with buttons are drawn anew only when they change: a button that is replaced under the pointer loses its click. */
  #listsStale = true;
  /** @type {any} */
  #mapTimer = 0;

  /** @param {Shell} shell */
  constructor(shell) {
    this.shell = shell;
  }

  /** Lists, results and all that hangs on them are others. */
  stale() {
    this.#listsStale = true;
    this.shell.rest.panes.stale();
    this.shell.refresh();
  }

  draw() {
    const { shell } = this;
    const { rest, stage, store, theme, tiles, parts } = shell;
    this.#advanceMap();
    const { data, cursor, fineMode } = rest.panes.toDraw();
    const picture = store.summary && store.map && stage.scene ? { index: store.summary, map: store.map, tiles, ...data } : null;
    if (picture) stage.draw(picture, theme, cursor, fineMode);
    rest.panes.draw(picture);
    drawWords(shell);
    shell.states.draw();
    if (!this.#listsStale) return;
    this.#listsStale = false;
    drawTabs(parts.tabs, shell);
    drawHeader(shell);
    drawIndexes(parts.indexes, shell);
    rest.panes.drawLists();
  }

  /** Lets the map move on, for as long as something on it moves. */
  #advanceMap() {
    const { shell } = this;
    const { layout, map } = shell.store;
    const wait = layout.advance(performance.now(), shell.isReduced());
    if (wait !== null) {
      clearTimeout(this.#mapTimer);
      this.#mapTimer = setTimeout(() => shell.refresh(), wait);
    }
    if (!map) return;
    for (const tile of map.shown ? shell.tiles.inSight(map.revision) : []) layout.know(tile);
  }
}
