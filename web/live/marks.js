import { count, plural } from "../format.js";

const MOST = 20;

/** What happened to an index and its stream, each with the daemon's time. */
export class Marks {
  /** @type {{at:number,revision:number|null,text:string,added:number,removed:number}[]} */
  #marks = [];

  /**
   * @param {number} at ms
   * @param {string} text
   * @param {number|null} revision
   */
  add(at, text, revision) {
    this.#marks.push({ at, revision, text, added: 0, removed: 0 });
    if (this.#marks.length > MOST) this.#marks.shift();
  }

  /** @param {{type:string,revision?:number,count?:number}} event */
  tellOf({ type, revision, count: number = 0 }) {
    const mark = this.#marks.findLast((one) => one.revision === revision);
    if (!mark || (type !== "layout.added" && type !== "layout.removed")) return;
    mark[type === "layout.added" ? "added" : "removed"] = number;
    const parts = [mark.added && `${plural(mark.added, "vector")} added`, mark.removed && `${plural(mark.removed, "vector")} removed`].filter(Boolean);
    if (parts.length > 0) mark.text = `r${revision}: ${parts.join(", ")}`;
  }

  /** @param {number} begin ms */
  since(begin) {
    return this.#marks.filter(({ at }) => at >= begin);
  }
}

/**
 * What a new revision brought, as far as the counts tell.
 * @param {{revision:number,count:number}} now a summary
 * @param {{count:number}} before
 */
export function revisionText(now, before) {
  const by = now.count - before.count;
  const what = by > 0 ? `${plural(by, "vector")} added` : by < 0 ? `${plural(-by, "vector")} removed` : `still ${count(now.count)} vectors`;
  return `r${now.revision}: ${what}`;
}
