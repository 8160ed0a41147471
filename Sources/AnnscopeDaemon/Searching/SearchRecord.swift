internal import VectorSearch
internal import WireProtocol

/// One search as the daemon keeps it: what was asked, what was found, and the steps in between. The map is not kept with it:
/// it is the one of now that matters.
struct SearchRecord: Sendable {
    let started: SearchStarted
    /// It was told one by one, not only counted.
    let isListed: Bool
    /// The revision that was searched, kept alive for its vectors.
    let index: ServedIndex
    let query: [Float]
    let finished: SearchJob.Finished
    /// Why it ended before its time; nil when it is complete.
    let stop: SearchFinished.Stop?
    /// nil while nobody has looked.
    var recall: SearchRecall?

    /// About so many bytes of memory, without the revision.
    var byteCount: Int {
        var bytes = Self.overhead
        bytes += (finished.trace?.events.count ?? 0) * MemoryLayout<TraceEvent>.stride
        bytes += (query.count + (finished.outcome.transformedQuery?.count ?? 0)) * MemoryLayout<Float>.stride
        bytes += finished.outcome.hits.count * MemoryLayout<SearchHit>.stride
        bytes += (started.subject?.text?.utf8.count ?? 0) + (started.subject?.image?.utf8.count ?? 0)
        if let filter = started.filter?.filter {
            bytes += ((filter.allow?.count ?? 0) + (filter.deny?.count ?? 0)) * MemoryLayout<WireLabel>.stride
        }
        if case .measured(let measured) = recall {
            bytes += (measured.exact.count + measured.missed.count) * MemoryLayout<SearchResult>.stride
        }
        return bytes
    }

    /// What the structures, the header and short texts take.
    private static let overhead = 2048
}
