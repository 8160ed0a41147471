import { changeText } from "./format.js";
import { drawings } from "./render/drawing.js";
import { EASES } from "./render/pace.js";
import { Kind, NONE, stagesOf } from "./replay.js";
import { STAGE_MASK } from "./replay/kinds.js";

/**
 * Nodes with a distance that was evaluated, by layer, in the order of evaluation.
 * @param {import("./replay.js").Columns} columns @param {number} cursor @param {(stage:number)=>boolean} [isOverVectors]
 * @returns {number[][]} from layer 0 up
 */
export function visitedByLayer(columns, cursor, isOverVectors = () => true) {
  /** @type {Set<number>[]} */
  const layers = [];
  for (let i = 0; i < cursor; i += 1) {
    const layer = columns.layer[i];
    if (!isOverVectors(columns.flags[i] & STAGE_MASK)) continue;
    if (columns.kind[i] > Kind.reject || columns.to[i] === NONE || Number.isNaN(columns.distance[i]) || layer < 0) continue;
    while (layers.length <= layer) layers.push(new Set());
    layers[layer].add(columns.to[i]);
  }
  return layers.map((nodes) => [...nodes]);
}

/**
 * What the page shows, as plain data, for those who drive it.
 * @param {any} app
 */
export function snapshot(app) {
  const { store, search, player } = app;
  const cursor = search ? Math.min(player.cursor, search.length) : 0;
  const state = search ? search.replay.at(cursor, search.length) : null;
  const stages = search ? stagesOf(search.header) : [];
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
    visitedByLayer: search ? visitedByLayer(search.columns, cursor, (stage) => stages[stage]?.nodes !== "centroids") : [],
    litCells: state ? [...state.litCells] : [],
    results: app.shownResults(),
    distances: state?.evaluated ?? 0,
    rescored: state?.rescored ?? 0,
    leftOut: state?.leftOut ?? 0,
    stopReason: state?.stopReason ?? null,
    stages: state?.stages.map(/** @param {StagePicture} stage */ ({ name, nodes, algorithm, evaluated, stopReason, perLayer, waitingCount, results, route }) => ({
      name, nodes, algorithm, distances: evaluated, stopReason, layers: perLayer, candidates: waitingCount, results: results.map(/** @param {Hit} hit */ (hit) => hit.node), route,
    })) ?? [],
    explanation: app.parts.explanation.textContent,
    recall: search?.recall?.share ?? null,
    missed: app.missed().map(/** @param {any} hit */ ({ label, node, reason }) => ({ label, node, reason })),
    localMap: search?.projection ? { nodes: [...search.projection.node], text: search.projection.lines.join(": ") } : null,
    lens: app.stage.scene?.lens ?? null,
    selected: app.selected,
    panels: app.views.panels?.snapshot?.() ?? null,
    playing: player.playing,
    firstFrameAt: app.firstFrameAt,
    renderer: drawings.name,
    frames: app.pace.frames,
    frameMilliseconds: app.pace.took,
    eased: EASES[app.pace.ease],
    camera: app.stage.scene?.camera ?? null,
    scale: app.stage.scale,
    isThin: app.stage.scene?.isThin ?? false,
    contours: app.stage.scene?.map ? app.stage.scene.contours?.levels.length ?? null : null,
    map: mapOf(store.map, app),
  };
}

/** @param {LayoutMap|null} map @param {any} app */
function mapOf(map, { tiles, marksMisplaced, search }) {
  if (!map) return null;
  const detail = map.shown ? tiles.inSight(map.revision) : [];
  const { revision, finished, total, placed, quality } = map;
  return {
    revision, finished, total, placed, quality, whole: map.shown === null, density: map.density !== null, moves: map.marks !== null,
    tiles: tiles.followed, detail: detail.reduce(/** @param {number} sum */ (sum, /** @type {any} */ { node }) => sum + node.reduce(/** @param {number} more @param {any} one */ (more, one) => more + ((map.shown?.[one] ?? 0) > 0 ? 0 : 1), 0), 0),
    unplaced: search ? [...search.replay.at(search.length, search.length).visited.values()].flatMap((nodes) => [...nodes]).filter((node) => !(map.goalX[node] >= 0)).length : 0,
    places: total <= 400 ? Array.from(map.goalX, (x, i) => [x, map.goalY[i]]) : null, change: changeText(map), misplaced: map.misplaced?.node.length ?? 0, marksMisplaced,
  };
}
