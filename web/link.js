import { viewNamed } from "./views.js";

/** Fields and their names in an address. */
const NAMES = Object.freeze({
  view: "v", index: "i", search: "s", epoch: "e", step: "step", camera: "cam", compare: "cmp", theme: "theme",
  label: "label", k: "k", ef: "ef", nprobe: "nprobe", filter: "filter",
});
/** No search has more steps. */
const MOST_STEPS = 1e9;

/**
 * What a deep link asks for.
 * @typedef {{x:number,y:number,zoom:number}} CameraPlace what is in the middle, as a share of the picture at zoom 1, and the zoom
 * @typedef {{index:string|null,view:string|null,search:string|null,epoch:string|null,step:number|null,camera:CameraPlace|null,compare:string|null,
 *   theme:string|null,label:string|null,k:number|null,ef:number|null,nprobe:number|null,filter:string|null}} Link
 */

/** @param {string} hash of the address, with or without "#" @returns {Link} */
export function readLink(hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  /** @param {keyof typeof NAMES} name */
  const text = (name) => fields.get(name) ?? fields.get(NAMES[name]);
  /** @param {keyof typeof NAMES} name @param {number} [least] */
  const number = (name, least = 1) => {
    const said = text(name);
    const value = Number(said);
    return said !== null && said !== "" && Number.isInteger(value) && value >= least && value <= MOST_STEPS ? value : null;
  };
  const theme = text("theme");
  return {
    index: text("index"), view: viewNamed(text("view"))?.id ?? null,
    search: text("search") || null, epoch: text("epoch"), step: number("step", 0), camera: cameraOf(text("camera")), compare: text("compare") || null,
    theme: theme === "dark" || theme === "light" ? theme : null,
    label: text("label"), k: number("k"), ef: number("ef"), nprobe: number("nprobe"), filter: text("filter"),
  };
}

/** @param {string|null} text @returns {CameraPlace|null} */
function cameraOf(text) {
  const [x, y, zoom, ...more] = (text ?? "").split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));
  return more.length === 0 && zoom >= 1 && zoom <= 64 && Math.abs(x) <= 2 && Math.abs(y) <= 2 ? { x, y, zoom } : null;
}

/** @param {Partial<Record<keyof Link,any>>} fields @returns {string} the hash with "#" */
export function writeLink(fields) {
  const out = new URLSearchParams();
  for (const [name, short] of /** @type {[keyof typeof NAMES,string][]} */ (Object.entries(NAMES))) {
    const value = fields[name];
    if (value === null || value === undefined || value === "") continue;
    out.set(short, name === "camera" ? [value.x, value.y, value.zoom].map((part) => Number(part.toFixed(4))).join(",") : String(value));
  }
  return `#${out.toString().replaceAll("%2C", ",")}`;
}
