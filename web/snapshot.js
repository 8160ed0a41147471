import { Kind, NONE } from "./replay.js";

/**
 * Nodes with a distance that was evaluated, by layer, in the order of evaluation.
 * @param {import("./replay.js").Columns} columns @param {number} cursor
 * @returns {number[][]} from layer 0 up
 */
export function visitedByLayer(columns, cursor) {
  /** @type {Set<number>[]} */
  const layers = [];
  for (let i = 0; i < cursor; i += 1) {
    const layer = columns.layer[i];
    if (columns.kind[i] > Kind.reject || columns.to[i] === NONE || Number.isNaN(columns.distance[i]) || layer < 0) continue;
    while (layers.length <= layer) layers.push(new Set());
    layers[layer].add(columns.to[i]);
  }
  return layers.map((nodes) => [...nodes]);
}

/** What the page shows, as plain data, for those who drive it. @param {any} app */
export function snapshot(app) {
  const { store, search, player } = app;
  const cursor = search ? Math.min(player.cursor, search.length) : 0;
  const state = search ? search.replay.at(cursor, search.length) : null;
  const isGraph = search?.header.algorithm === "hnswlib";
  return {
    connected: app.connection.isOpen,
    indexes: [...store.indexes.keys()],
    index: store.selected,
    view: app.view,
    fineMode: app.fineMode,
    search: search?.id ?? null,
    revision: store.summary?.revision ?? null,
    cursor,
    total: search?.length ?? 0,
    complete: search?.complete ?? false,
    visitedByLayer: search && isGraph ? visitedByLayer(search.columns, cursor) : [],
    litCells: state ? [...state.litCells] : [],
    results: app.shownResults(),
    distances: state?.evaluated ?? 0,
    playing: player.playing,
    firstFrameAt: app.firstFrameAt,
  };
}
