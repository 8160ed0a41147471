export { ChartScene as Scene } from "../scenes/chart.js";
