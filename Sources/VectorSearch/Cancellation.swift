internal import Synchronization

/// Calls a search off from another thread. A search looks at it at every expansion and every few hundred rows, so it ends
/// within a fraction of a millisecond.
public final class Cancellation: Sendable {
    private let flag = Atomic(false)

    public init() {}

    public func cancel() { flag.store(true, ordering: .relaxed) }
    public var isCancelled: Bool { flag.load(ordering: .relaxed) }
}
