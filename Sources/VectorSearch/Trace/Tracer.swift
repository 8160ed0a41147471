/// Takes the steps of a search as they happen. A search is generic over its tracer, so that `NoTrace` costs nothing.
public protocol Tracer {
    mutating func record(_ event: TraceEvent)

    /// True when the search should end at its next step. Asked for at every expansion and every few hundred rows.
    mutating func shouldStop() -> Bool
}

/// Records nothing.
public struct NoTrace: Tracer {
    private let cancellation: Cancellation?

    /// - Parameter cancellation: can end the search early.
    public init(cancellation: Cancellation? = nil) { self.cancellation = cancellation }

    @inlinable @inline(__always) public func record(_ event: TraceEvent) {}
    public func shouldStop() -> Bool { cancellation?.isCancelled ?? false }
}
