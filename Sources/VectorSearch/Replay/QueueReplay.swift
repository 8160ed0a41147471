/// A member of a queue. Smaller keys are nearer: similarities have their sign turned.
struct QueueEntry {
    let node: UInt32
    let key: Float
}

/// The queues that a stage keeps on its lowest layer, in its cells or over all vectors.
protocol QueueReplay: AnyObject {
    /// The lowest layer is entered. The key is NaN where the library has no distance.
    func enter(_ node: UInt32, _ key: Float, mayBeResult: Bool)
    /// Takes a candidate away. Returns whether it was there.
    func take(_ node: UInt32) -> Bool
    /// A distance entered at least one queue. Returns what it pushed out.
    func keep(_ node: UInt32, _ key: Float, mayBeResult: Bool) -> [StageReplay.Leaving]
    /// From here on it is unknown what is in the queues.
    func forget()
    /// Nearest first.
    var candidates: [QueueEntry] { get }
    /// Nearest first.
    var results: [QueueEntry] { get }
}

extension QueueReplay {
    /// A candidate's links are read.
    func expand(_ node: UInt32) -> [StageReplay.Leaving] {
        take(node) ? [(node, .candidates, .expanded)] : []
    }

    func enter(_ node: UInt32, _ key: Float, mayBeResult: Bool) {}
    func take(_ node: UInt32) -> Bool { false }
    var candidates: [QueueEntry] { [] }

    /// Nearest first, by number among equals.
    func sorted(_ entries: some Sequence<QueueEntry>) -> [QueueEntry] {
        entries.sorted { ($0.key, $0.node) < ($1.key, $1.node) }
    }
}
