import { revisionText } from "./live/marks.js";
import { Minute } from "./live/minute.js";
import { SearchList } from "./search-list.js";

/** This machine's time, ms since 1970, but never going back. */
const localTime = () => performance.timeOrigin + performance.now();

/** What happens on the index that is looked at: its searches, and the last minute. */
export class SearchLog {
  searches = new SearchList();
  /** What came on it in the last minute, whether it is looked at or not. */
  minute = new Minute();

  /** Another index is looked at: nothing of it is known. */
  restart() {
    this.searches = new SearchList();
    this.minute = new Minute();
  }

  /**
   * @param {any} event of the `searches` stream
   * @returns {any} the search that it changed, or null
   */
  apply(event) {
    this.minute.take(event, localTime());
    const search = this.searches.apply(event);
    if (search && event.type === "search.started") search.ordinal ??= this.minute.total;
    return search;
  }

  /** Events of the searches were lost. */
  lose() {
    this.minute.mark("some events were lost", localTime());
    this.searches.markLost();
  }

  /** @param {any} event of the `layout` stream */
  tellOf(event) { this.minute.tellOf(event); }

  /** @param {Summary} summary @param {Summary} before of an earlier revision */
  changed(summary, before) {
    this.minute.mark(revisionText(summary, before), localTime(), summary.revision);
  }

  /** Another daemon answers now: the searches and revisions of the one before mean nothing to it. */
  outliveDaemon() {
    this.searches = new SearchList();
    this.minute.outlive();
    this.minute.mark("the daemon was started anew", localTime());
  }
}
