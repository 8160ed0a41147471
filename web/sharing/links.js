import { readLink, writeLink } from "../link.js";
import { ownView } from "../views.js";

/** Between two changes of the address: browsers take a few hundred a minute at most. */
const PAUSE_MILLISECONDS = 400;
/** Characters of a daemon's epoch that a link bears: enough to tell whether its searches are those of this daemon. */
const EPOCH_CHARACTERS = 8;

/** The address of what is looked at: kept up to date, and followed when it is opened or gone back to. */
export class Links {
  #timer = 0;
  /** The next change is a place of its own to come back to. */
  #isStep = false;
  #isFollowing = false;
  /** The address that is followed, or was written. Another one was gone to, and will be followed: it is not to be overwritten. */
  #known = location.hash;
  /**
   * A place of the camera that waits for the picture it belongs to.
   * @type {import("../link.js").CameraPlace|null}
   */
  #camera = null;
  /** @param {any} app */
  constructor(app) {
    this.app = app;
    this.#camera = app.link.camera;
  }

  /**
   * What a link to what is shown says.
   * @returns {string}
   */
  get hash() {
    const { app } = this;
    const { store, search, player, query, connection } = app;
    if (store.indexes.get(store.selected)?.file) return location.hash;
    const started = search?.started;
    /** @param {any} row */
    const shown = (row) => row && !(row.row ?? row.parentElement).hidden;
    /** @param {string} name @param {any} field */
    const isAsked = (name, field) => (search?.header?.[name] > 0 ? search.header[name] : shown(field) ? field.value : null);
    return writeLink({
      index: store.selected ?? app.link.index, view: app.view, search: search?.id, epoch: search && connection.hello?.epoch?.slice(0, EPOCH_CHARACTERS),
      step: search && !player.playing && player.cursor < player.length ? player.cursor : null, camera: cameraOf(app.stage.scene),
      compare: app.view === "compare" ? app.compare?.toLink?.() ?? app.link.compare : null, theme: app.shell.chosenTheme, label: started?.label, k: search?.header?.k ?? query.k?.value,
      ef: isAsked("efSearch", query.ef), nprobe: isAsked("nprobe", query.nprobe), filter: started?.filter ? started.filter.where : shown(query.filter) ? query.filter.value : null,
    });
  }

  /** Brings the address up to date, soon. */
  write() {
    if (this.#timer || this.app.store.selected === null) return;
    this.#timer = setTimeout(() => this.#write(), PAUSE_MILLISECONDS);
  }

  /**
   * Another search is looked at.
   * @param {boolean} isByItself nobody chose it: there is no way back to the one before
   */
  watched(isByItself) {
    if (!isByItself && !this.#isFollowing && readLink(location.hash).search !== null) this.#isStep = true;
    this.write();
  }

  #write() {
    this.#timer = 0;
    if (this.app.store.selected === null || this.#isFollowing || location.hash !== this.#known) return;
    const { hash } = this;
    if (hash !== location.hash) history[this.#isStep ? "pushState" : "replaceState"](null, "", hash);
    this.#known = location.hash;
    this.#isStep = false;
  }

  /** The picture of an index is drawn: the place that a link named can be gone to. */
  drawn() {
    const { stage } = this.app;
    const { scene } = stage;
    if (!this.#camera || !scene?.map || scene.index?.name !== this.app.store.selected) return;
    const { x, y, zoom } = this.#camera;
    this.#camera = null;
    stage.look({ scale: zoom, x: scene.width / 2 - x * scene.width * zoom, y: scene.height / 2 - y * scene.height * zoom });
  }

  /**
   * Shows the search that a link names: the very one where the daemon still has it, else what it asked for, anew.
   * @param {import("../link.js").Link} link
   */
  async land(link) {
    const { app } = this;
    if (link.search === null && link.label === null) return;
    this.#isFollowing = true;
    try {
      const search = link.search === null ? null : await this.#find(link);
      if (search) app.watch(search);
      else if (link.label !== null) {
        if (link.search !== null) app.complain(`Search ${link.search} is not kept any more; what it asked for is searched again.`);
        await app.runLabel(link.label);
      } else app.complain(`Search ${link.search} is not kept any more, and the link does not tell what it asked for.`);
      // A search that begins may choose another view.
      if (link.view !== null && link.view !== app.view) await app.setView(link.view);
      if (link.step !== null && app.search) app.seek(link.step);
    } finally {
      this.#isFollowing = false;
      this.write();
    }
  }

  /** @param {import("../link.js").Link} link @returns {Promise<any>} */
  async #find({ search, epoch, label }) {
    const { app } = this;
    // Each start of the daemon counts its searches from the beginning.
    if (epoch !== null && !app.connection.hello?.epoch?.startsWith(epoch)) return null;
    try {
      const found = app.store.searches.get(search) ?? await app.session.fetchTrace(search);
      const isIt = found && found.index === app.store.selected && (label === null || String(found.started.label) === label);
      return isIt ? found : null;
    } catch {
      return null;
    }
  }

  /**
   * Somebody went back, forward, or changed the address by hand.
   * @param {import("../link.js").Link} link
   * @param {string} hash what it was read from
   */
  async follow(link, hash) {
    const { app } = this;
    this.#known = hash;
    app.link = link;
    this.#camera = link.camera;
    if (link.theme !== null) app.useTheme(link.theme);
    if (link.index !== null && link.index !== app.store.selected) return app.open(link.index);
    if (link.view !== null) app.setView(link.view);
    else if (link.label !== null) app.setView(ownView(app.store.summary));
    if (link.search !== null && link.search === app.search?.id) {
      if (link.step !== null) app.seek(link.step);
    } else {
      if (link.label !== null) await app.query.use(app.store.summary, link);
      await this.land(link);
    }
    app.refresh();
  }
}

/** @param {any} scene @returns {import("../link.js").CameraPlace|null} null where all of the picture is seen */
function cameraOf(scene) {
  if (!scene?.camera || scene.camera.scale <= 1) return null;
  const { scale, x, y } = scene.camera;
  return { x: (scene.width / 2 - x) / scale / scene.width, y: (scene.height / 2 - y) / scale / scene.height, zoom: scale };
}
