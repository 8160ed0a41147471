/** The descent: a search through the layers of a graph. */
export { DescentScene as Scene } from "./scenes/descent.js";
export { DescentPanels as Panels } from "./panels/descent.js";
