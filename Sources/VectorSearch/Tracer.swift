/// Takes the steps of a search as they happen. A search is generic over its tracer, so that `NoTrace` costs nothing.
public protocol Tracer {
    mutating func record(_ event: TraceEvent)

    /// True when the search should end at its next step.
    var isCancelled: Bool { get }
}

/// Records nothing.
public struct NoTrace: Tracer {
    public init() {}

    @inlinable public func record(_ event: TraceEvent) {}
    @inlinable public var isCancelled: Bool { false }
}
