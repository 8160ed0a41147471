internal import IndexFiles
internal import OrderedCollections
internal import VectorSearch
internal import ViewerHub
internal import WireProtocol

/// What viewers ask about single items of an index, as far as that is not read off at once.
extension DaemonState {
    mutating func route(_ question: Question, in index: ServedIndex, to node: UInt32) throws(RPCError) -> Reply? {
        guard let graph = index.file.structure.graph else {
            throw RPCError(.notFound, "\"\(index.name)\" has no graph: no route leads to its nodes")
        }
        try Self.check([node], of: index)
        return try walk(question) { finder, cancellation in
            let outcome = finder.route(to: node, in: index.file.structure) {
                cancellation.isCancelled || !index.file.isIntact
            }
            guard let outcome, outcome != .cancelled else { return .failure(Self.calledOff(index)) }
            return Self.intact(index, Reply(routeTo: node, outcome, in: graph, of: index))
        }
    }

    mutating func find(
        _ question: Question, in index: ServedIndex, _ text: String, limit: Int
    ) throws(RPCError) -> Reply? {
        let places = shownPlaces(of: index)
        return try walk(question) { _, cancellation in
            let finder = ItemFinder(index: index, text: text)
            guard let found = finder.find(isCancelled: { cancellation.isCancelled }) else {
                return .failure(Self.calledOff(index))
            }
            return Self.intact(index, Reply(found, of: index, places: places, limit: limit))
        }
    }

    mutating func vector(_ question: Question, of index: ServedIndex, _ item: StoredItem) throws(RPCError) -> Reply? {
        if case .node(let node) = item { try Self.check([node], of: index) }
        return try later(question) { _ in
            Self.reply(of: index) { () throws(RPCError) in
                let node = try Self.node(item, of: index)
                guard let vector = index.file.comparedVector(node) else {
                    throw RPCError(.searchFailed, "the file of \"\(index.name)\" holds no vectors")
                }
                return Reply(vector, node, of: index, question.columns)
            }
        }
    }

    mutating func distances(
        _ question: Question, in index: ServedIndex, from item: StoredItem, to nodes: [UInt32]
    ) throws(RPCError) -> Reply? {
        if case .node(let node) = item { try Self.check([node], of: index) }
        try Self.check(nodes, of: index)
        return try later(question) { cancellation in
            Self.reply(of: index) { () throws(RPCError) in
                let node = try Self.node(item, of: index)
                guard let exact = index.truth.unprepared else {
                    throw RPCError(.searchFailed, "\"\(index.name)\": \(index.truth.obstacle ?? "")")
                }
                guard let distances = exact.distances(from: node, to: nodes, cancellation: cancellation) else {
                    throw Self.calledOff(index)
                }
                return Reply([
                    "revision": .integer(Int64(index.revision)),
                    "distances": .array(distances.map { $0.isFinite ? .number(Double($0)) : .null }),
                ])
            }
        }
    }

    private static func reply(
        of index: ServedIndex, _ make: () throws(RPCError) -> Reply
    ) -> Result<Reply, RPCError> {
        do throws(RPCError) { return intact(index, try make()) } catch { return .failure(error) }
    }

    private static func node(_ item: StoredItem, of index: ServedIndex) throws(RPCError) -> UInt32 {
        switch item {
        case .node(let node): return node
        case .label(let label):
            guard let node = index.loaded.labels.node(of: label) else {
                throw RPCError(.notFound, "\"\(index.name)\" has no vector with the label \(label)")
            }
            return node
        }
    }

    private static func check(_ nodes: [UInt32], of index: ServedIndex) throws(RPCError) {
        guard let unknown = nodes.first(where: { $0 >= UInt32(index.file.count) }) else { return }
        throw RPCError(.notFound, "\"\(index.name)\" has no node \(unknown)")
    }

    /// For nobody, or of a file that is being written.
    private static func calledOff(_ index: ServedIndex) -> RPCError {
        RPCError(.busy, "the file of \"\(index.name)\" is being written; ask again later")
    }
}
