// What the page's modules hand each other, for `tsc --checkJs`. No code: the browser never asks for it.

type Label = number | string;
type Hit = { label?: Label, node: number, distance: number };
type Scored = { node: number, distance: number };
type Point = { x: number, y: number };
type Place = (x: number, y: number) => Point;
type Room = { x: number, y: number, width: number, height: number };
type Camera = { scale: number, x: number, y: number };
type Hover = { node?: number, cell?: number, lens?: boolean, [more: string]: unknown };
type Drawing = CanvasRenderingContext2D;

type Theme = import("./theme.js").Theme;
type Shell = import("./shell.js").Shell;
type App = import("./app.js").App;
type LayoutMap = import("./map-builder.js").LayoutMap;
/** What a search has in hand at a cursor. */
type Picture = import("./replay.js").SearchPicture;
type StagePicture = ReturnType<import("./replay/stage.js").StageState["picture"]>;
type Columns = import("./replay.js").Columns;
type Header = import("./replay.js").Header;

/** An index in a few words: PROTOCOL.md, "Summaries". */
interface Summary {
  name: string, title?: string, note?: string, library: string, kind: string, structure: "hnsw" | "ivf" | "flat",
  metric: string, metricGuessed: boolean, largerIsNearer: boolean, dimension: number, count: number, deleted: number | null,
  settled: boolean, searchable: boolean, obstacle?: string, limit?: string, revision: number, bytes: number, labels: string,
  defaults: { k: number, efSearch?: number, nprobe?: number, searchK?: number }, hasMedia: boolean, hasCaptions: boolean,
  columns: string[], queries: number, warnings: string[], error?: { message: string }, levels: number[], entryPoint: number,
  M: number, efConstruction?: number, nlist: number, nprobe: number, [more: string]: any,
}

interface Item { label: Label, node: number, caption?: string, category?: string, media?: string, fields?: Record<string, string>, place?: { x: number, y: number } }

/** How much of the exact answer a search found. */
interface Recall { share: number, k: number, exact: Hit[], missed: Hit[], over: string, skipped: number, unavailable: string | null }

/** A search as the page knows it; its columns grow. */
interface Search {
  id: string, index: string, revision: number, header: Header, started: any, columns: Columns, length: number, results: Hit[] | null,
  place: { x: number, y: number, spread: number } | null, counters: any, microseconds: number | null, complete: boolean,
  projection: import("./local-map.js").LocalMap | null, total: number | null, truncated: boolean, failure: string | null,
  placed: { node: Uint32Array, x: Float32Array, y: Float32Array, on: unknown }[], limit: string | null, summarisedFrom: number | null,
  stopped: string | null, recall: Recall | null, gap: boolean, replay: import("./replay.js").Replay, [more: string]: any,
}

// Of ECMAScript 2023, which the compiler's libraries do not know yet.
interface Array<T> {
  findLast(is: (value: T, index: number, all: T[]) => unknown): T | undefined;
  findLastIndex(is: (value: T, index: number, all: T[]) => unknown): number;
}

// Of the canvas, which they do not know either.
interface CanvasPath {
  roundRect(x: number, y: number, width: number, height: number, radii?: number | number[]): void;
}

/** What the page is beside its shell: one that only waits, until the code of the other is there. */
interface Rest {
  search: Search | null;
  /** Its code could not be loaded the last time. */
  hasFailed: boolean;
  /** Does something with the whole page, once that is there. */
  later(act: (app: App) => void): void;
  tokenTaken(token: string): void;
  connectionChanged(state: import("./connection.js").ConnectionState): void;
  connected(): void;
  /** Another index is looked at, or none. */
  followed(): void;
  /** The index that is looked at, or its revision, is another. */
  use(summary: Summary): void;
  mapReplaced(before: LayoutMap | null): void;
  viewChosen(): void;
  viewShown(): void;
  picked(hover: Hover | null): void;
  hovered(hover: Hover | null, at: Point | null): void;
  /** Programs that searched of late. */
  writers(): number;
  panes: Panes;
  snapshot(): any;
}

/** What lies over the map and beside it. */
interface Panes {
  /** What the scene draws over the map. */
  toDraw(): { data: any, cursor: number, fineMode: string };
  /** Brings what moves up to date; `picture` is what the stage has drawn, or null. */
  draw(picture: any): void;
  drawLists(): void;
  /** Lists, results and all that hangs on them are others. */
  stale(): void;
  /** What happened at the cursor; null without a search. */
  sentence(): string | null;
}

interface Window {
  /** For those who drive the page. */
  annscope: { snapshot: () => any };
}
