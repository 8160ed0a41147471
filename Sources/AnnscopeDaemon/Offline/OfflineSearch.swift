public import IndexFiles
public import VectorSearch
public import WireProtocol

/// One search on an index file with no daemon running.
public struct OfflineSearch {
    /// How good it was.
    public enum Truth: Sendable {
        /// - Parameter over: what the exact neighbours were found among, for people.
        case measured(Recall, over: String)
        /// Why nobody can tell.
        case unavailable(String)
    }

    public let index: IndexFile
    public let outcome: SearchOutcome
    let trace: SearchJob.Trace
    /// Wall time without recording.
    public let microseconds: Int
    /// The filter as it was used; nil without one.
    public let filter: AppliedSearchFilter?
    /// nil when nobody asked for it.
    public let truth: Truth?
    /// What the sidecar's items say of a node.
    let caption: (UInt32) -> String?

    public var events: [TraceEvent] { trace.events }
    /// Not every step has an event of its own, as there were too many.
    public var isTruncated: Bool { trace.isTruncated || trace.summarisedFrom != nil }

    public var recall: Recall? {
        if case .measured(let recall, _)? = truth { recall } else { nil }
    }
}
