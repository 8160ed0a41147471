internal import IndexFiles

/// What a search has kept, where nothing is known of its queues but that they hold so many.
final class KeptQueue: QueueReplay {
    private let most: Int
    private let id: (UInt32) -> VectorLabel
    private var kept: [QueueEntry] = []

    init(most: Int, id: @escaping (UInt32) -> VectorLabel) {
        self.most = most
        self.id = id
    }

    func keep(_ node: UInt32, _ key: Float, mayBeResult: Bool) -> [StageReplay.Leaving] {
        guard mayBeResult else { return [] }
        kept.append(QueueEntry(node: node, key: key))
        kept.sort { ($0.key, id($0.node)) < ($1.key, id($1.node)) }
        guard kept.count > most else { return [] }
        return [(kept.removeLast().node, .results, .displaced(by: node))]
    }

    func forget() { kept = [] }

    var results: [QueueEntry] { kept }
}
