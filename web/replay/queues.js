import { FaissBoundedQueues, FaissPoolQueue, FaissUnboundedQueues } from "./faiss-queues.js";
import { BestQueue, PairQueue } from "./flat-queues.js";
import { HnswlibQueues, UsearchQueues } from "./graph-queues.js";

/** @typedef {import("./queue.js").Queues} Queues */

/** @param {import("./kinds.js").Stage} stage @param {boolean} largerIsNearer @returns {Queues} */
export function queuesOf(stage, largerIsNearer) {
  const k = stage.k ?? 0;
  const efSearch = Math.max(stage.efSearch ?? 0, k);
  switch (stage.algorithm) {
    case "hnswlib": return new HnswlibQueues(efSearch, k);
    case "faissHNSW": return stage.bounded === false ? new FaissUnboundedQueues(efSearch, largerIsNearer) : new FaissBoundedQueues(efSearch, k, largerIsNearer);
    case "usearch": return new UsearchQueues(efSearch);
    case "faissNSG": return new FaissPoolQueue(efSearch);
    case "faissIVF":
    case "faissFlat":
    case "faissRefine": return new BestQueue(k, largerIsNearer);
    case "annoy":
    case "hnswlibFlat": return new PairQueue(k);
    default: return new BestQueue(efSearch, largerIsNearer);
  }
}
