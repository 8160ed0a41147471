import { Coming } from "./coming.js";
import { Meanwhile } from "./meanwhile.js";
import { drawings } from "./render/drawing.js";
import { styled } from "./styles.js";
import { viewNamed } from "./views.js";

/** The first picture may take so long once the daemon has answered; then the rest comes all the same. */
const PATIENCE_MILLISECONDS = 1000;

/**
 * The rest of the page while its code is still to come: there is no search, and what somebody wants of it waits. It is sent for
 * when the first picture is drawn, or when something is wanted before.
 */
export class Before {
  search = null;
  /** @type {Panes} */
  panes = {
    sentence: () => null, stale: () => {}, drawLists: () => {}, draw: (picture) => this.#drawn(picture),
    toDraw: () => ({ data: { search: null, replay: null, media: null }, cursor: 0, fineMode: "distance" }),
  };
  #isDrawn = false;
  /** @type {Coming<App>} */
  #coming;

  /** @param {Shell} shell */
  constructor(shell) {
    this.shell = shell;
    const { share, find, help } = shell.parts;
    const meanwhile = new Meanwhile([share, find, help], () => this.#coming.send());
    this.#coming = new Coming({
      load: async () => {
        loadAhead();
        // What goes wrong with it is told when the view is opened.
        viewNamed(shell.view)?.panels().catch(() => {});
        const { App } = await styled("panels", import("./app.js"));
        const app = new App(shell);
        await app.begin();
        meanwhile.catchUp();
        return app;
      },
      onChange: () => shell.refresh(),
    });
  }

  get hasFailed() { return this.#coming.hasFailed; }

  /** @param {(app:App)=>void} act */
  later(act) { this.#coming.whenThere(act); }

  /** @param {import("./connection.js").ConnectionState} state */
  connectionChanged({ kind }) {
    // Where there is no daemon, a saved search can be looked at all the same.
    if (kind === "closed" || kind === "reconnecting") this.#coming.send();
  }

  connected() {
    const { search, label } = this.shell.link;
    const isWanted = search !== null || label !== null || this.hasFailed;
    if (isWanted) this.#coming.send();
    else setTimeout(() => this.#coming.send(), PATIENCE_MILLISECONDS);
  }

  viewChosen() {
    if (!viewNamed(this.shell.view)?.isMap) this.#coming.send();
  }

  /** @param {Hover|null} hover */
  picked(hover) { if (hover) this.later((app) => app.picked(hover)); }

  writers() { return 0; }

  // Of these only the rest makes something.
  tokenTaken() {}
  followed() {}
  use() {}
  mapReplaced() {}
  viewShown() {}
  hovered() {}

  /** @param {any} picture what the stage has drawn, or null */
  #drawn(picture) {
    if (!picture || this.#isDrawn) return;
    this.#isDrawn = true;
    // Once it is on the screen.
    requestAnimationFrame(() => setTimeout(() => this.#coming.send()));
  }

  snapshot() {
    const { store, view, link, stage } = this.shell;
    const { map } = store;
    return {
      connected: false, indexes: [...store.indexes.keys()], index: store.selected, view, wanted: link.index, renderer: drawings.name, search: null,
      isThin: stage.scene?.isThin ?? false, camera: stage.scene?.camera ?? null, map: map && { revision: map.revision, placed: map.placed, total: map.total, finished: map.finished },
    };
  }
}

/** Asks for all modules of the rest at once, and not one after the other as they are imported: index.html names them. */
function loadAhead() {
  for (const link of /** @type {NodeListOf<HTMLLinkElement>} */ (document.querySelectorAll("link[rel=later]"))) link.rel = "modulepreload";
}
