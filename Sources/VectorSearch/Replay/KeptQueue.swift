/// The k nearest by (distance, id) pairs, as hnswlib's brute force and Annoy have them.
final class KeptQueue: QueueReplay {
    private let most: Int
    private let id: (UInt32) -> Int64
    private var kept: [QueueEntry] = []

    init(most: Int, id: @escaping (UInt32) -> Int64) {
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
