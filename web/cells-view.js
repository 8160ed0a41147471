/** The cells: a search of an inverted file. */
export { CellsScene as Scene } from "./scenes/cells.js";
export { CellsPanels as Panels } from "./panels/cells.js";
