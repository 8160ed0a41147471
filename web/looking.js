import { ownView, viewNamed } from "./views.js";

/** Which index is looked at. */
export class Looking {
  /** @param {Shell} shell */
  constructor(shell) {
    this.shell = shell;
  }

  /** @param {string} name */
  open(name) {
    const { shell } = this;
    const entry = shell.store.indexes.get(name);
    if (!entry?.summary || name === shell.store.selected) return;
    this.follow(name);
    shell.rest.use(entry.summary);
    const wanted = viewNamed(shell.link.view);
    shell.setView(wanted?.has(entry.summary) ? wanted.id : ownView(entry.summary));
  }

  openFirst() {
    const { store, link } = this.shell;
    const names = [...store.indexes.keys()].filter((name) => store.indexes.get(name)?.summary).sort();
    if (names.length > 0) this.open(link.index !== null && names.includes(link.index) ? link.index : names[0]);
  }

  /** @param {string|null} name null: no index */
  follow(name) {
    const { shell } = this;
    shell.session.follow(name);
    shell.tiles.use(name);
    shell.rest.followed();
  }

  /** @param {string|null} name of the index that changed, null when any may have */
  changed(name) {
    const { store, states, frame, rest } = this.shell;
    if (store.selected !== null && !store.indexes.get(store.selected)?.summary) {
      if (name === store.selected && !store.indexes.has(name)) states.removed(name);
      this.follow(null);
    }
    if (store.selected === null) this.openFirst();
    else if (name === store.selected || name === null) rest.use(store.indexes.get(store.selected)?.summary);
    frame.stale();
  }
}
