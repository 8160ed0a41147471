/// One step of a search, 16 bytes. What the step means for the heaps and the route follows by replay (`TraceReplay`).
@frozen public struct TraceEvent: Sendable, Equatable {
    /// What happened.
    public enum Kind: UInt8, Sendable, CaseIterable {
        /// A layer is entered at node `to`, or a quantizer is asked. The distance is there where the library computes one.
        case enter = 0
        /// The distance from the query to `to`, a link of `from` (or a vector of cell `from`), entered a queue of the library.
        case keep = 1
        /// Likewise, but it did not.
        case reject = 2
        /// The links of `to` are read next.
        case expand = 3
        /// The search goes from `layer` to the one below, at node `to`.
        case descend = 4
        /// The distance to the centroid of cell `to` was computed.
        case rank = 5
        /// The cell `to` is opened for scanning; the distance is its centroid's.
        case open = 6
        /// A candidate is scored anew by a finer code.
        case rescore = 7
        /// A tree node is split at.
        case split = 8
        /// The search, or one of its stages, is over; `to` is a `StopReason`.
        case stop = 9
        /// Stands for the distances computed since the event before: `to` of them, of which `from` entered a queue. Only in
        /// summaries, and beyond the limit of a full trace.
        case tally = 10
    }

    /// Why a search ended.
    public enum StopReason: UInt32, Sendable, CaseIterable {
        /// No candidate is left.
        case exhausted = 0
        /// The nearest candidate (`from`, `distance`) is farther than the worst of the efSearch kept.
        case bound = 1
        /// Every probed cell, or every vector, was read.
        case complete = 2
        /// The index is empty.
        case empty = 3
        /// Somebody called it off.
        case cancelled = 4
        /// As many nearer candidates as efSearch were met already (Faiss's relative distance check); `from` and `distance` are
        /// the candidate's.
        case relative = 5
        /// As many candidates as the search is allowed were expanded, or gathered from trees.
        case budget = 6
    }

    public var kind: Kind
    /// Bits 0 to 3: stage. Bit 7: `to` may not be a result (deleted or filtered).
    public var flags: UInt8
    /// −1 where there are no layers.
    public var layer: Int16
    /// `none` where there is no source.
    public var from: UInt32
    public var to: UInt32
    /// The library's own value; NaN where none was computed.
    public var distance: Float

    public static let none: UInt32 = 0xFFFF_FFFF
    /// The bits of `flags` that hold the stage.
    public static let stageMask: UInt8 = 0x0F
    public static let notAResult: UInt8 = 0x80

    /// The number of the stage in the trace's header.
    public var stage: Int { Int(flags & Self.stageMask) }
    public var mayBeResult: Bool { flags & Self.notAResult == 0 }
    /// False for what a filter leaves out before its distance is computed.
    public var isComputed: Bool { mayBeResult || !distance.isNaN }

    @inlinable public init(
        _ kind: Kind, flags: UInt8 = 0, layer: Int16 = -1, from: UInt32 = TraceEvent.none, to: UInt32,
        distance: Float = .nan
    ) {
        self.kind = kind
        self.flags = flags
        self.layer = layer
        self.from = from
        self.to = to
        self.distance = distance
    }

    /// NaN distances compare equal, so that traces can be compared.
    public static func == (a: TraceEvent, b: TraceEvent) -> Bool {
        a.kind == b.kind && a.flags == b.flags && a.layer == b.layer && a.from == b.from && a.to == b.to
            && (a.distance == b.distance || (a.distance.isNaN && b.distance.isNaN))
    }
}
