import { viewNamed } from "./views.js";

const NAMES = Object.freeze({ index: "i", view: "v", label: "label", k: "k", ef: "ef", nprobe: "nprobe", filter: "filter", compare: "cmp" });

/**
 * What a deep link asks for.
 * @param {string} hash of the address, with or without "#"
 * @returns {{index:string|null,view:string|null,label:string|null,k:number|null,ef:number|null,nprobe:number|null,filter:string|null,compare:string|null}}
 */
export function readLink(hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const text = (name) => fields.get(name) ?? fields.get(NAMES[name]);
  const number = (name) => {
    const value = Number(text(name));
    return Number.isInteger(value) && value > 0 ? value : null;
  };
  const view = text("view");
  return {
    index: text("index"), view: viewNamed(view)?.id ?? null,
    label: text("label"), k: number("k"), ef: number("ef"), nprobe: number("nprobe"), filter: text("filter"), compare: text("compare"),
  };
}

/** @param {Record<string,string|number|null|undefined>} fields @returns {string} the hash with "#" */
export function writeLink(fields) {
  const out = new URLSearchParams();
  for (const name of Object.keys(NAMES)) {
    const value = fields[name];
    if (value !== null && value !== undefined && value !== "") out.set(name, String(value));
  }
  return `#${out}`;
}
