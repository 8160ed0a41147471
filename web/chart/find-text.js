import { count } from "../format.js";

/**
 * How many were found, where not all of them are shown.
 * @param {{items:readonly unknown[],total?:number,truncated?:boolean}} answer of `index.find`
 */
export function foundText({ items, total = items.length, truncated = false }) {
  if (items.length === 0) return "nothing found";
  if (total > items.length) return `${count(items.length)} of ${count(total)} found`;
  return truncated ? `${count(items.length)} or more found` : "";
}
