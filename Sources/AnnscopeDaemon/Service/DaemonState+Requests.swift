internal import IndexFiles
internal import Logging
internal import MapLayout
internal import OrderedCollections
internal import SocketService
internal import ViewerHub
internal import WireProtocol

extension DaemonState {
    /// Answers a request of a viewer, now or when a worker is done.
    mutating func ask(_ question: Question) {
        do throws(RPCError) {
            if let reply = try reply(to: question) { hub.answer(question, .success(reply)) }
        } catch {
            hub.answer(question, .failure(error))
        }
    }

    /// - Returns: nil when the answer comes later.
    private mutating func reply(to question: Question) throws(RPCError) -> Reply? {
        switch question.request {
        case .initialize(let hello):
            log.debug("hello", metadata: ["client": "\(hello.client)"])
            return welcome(question.role)
        case .indexList: return indexList
        case .indexDescribe(let name):
            let index = try index(name)
            let entry = indexes.entry(named: name)
            let error = entry?.error
            let map = entry?.mapSummary(fullMapNodes: configuration.limits.fullMapNodes)
            // Links are counted anew, which takes a walk through the whole graph.
            return try later(question) { _ in Self.intact(index, Reply(describing: index, error: error, map: map)) }
        case .indexItems(let name, let labels, let nodes):
            let index = try index(name)
            let places = shownPlaces(of: index)
            return try Self.intact(index, Reply(itemsOf: index, labels: labels, nodes: nodes, places: places)).get()
        case .indexNode(let name, let node):
            let index = try index(name)
            guard let reply = Reply(node: node, of: index, places: shownPlaces(of: index)) else {
                throw RPCError(.notFound, "\"\(name)\" has no node \(node)")
            }
            return try Self.intact(index, reply).get()
        case .indexCell(let name, let cell, let limit):
            let index = try index(name)
            guard let reply = Reply(cell: cell, of: index, limit: limit) else {
                throw RPCError(.notFound, "\"\(name)\" has no cell \(cell)")
            }
            return try Self.intact(index, reply).get()
        case .indexQueries(let name): return Reply(queriesOf: try index(name))
        case .indexRoute(let name, let node): return try route(question, in: try index(name), to: node)
        case .indexFind(let name, let text, let limit):
            return try find(question, in: try index(name), text, limit: limit)
        case .indexVector(let name, let item): return try vector(question, of: try index(name), item)
        case .indexDistances(let name, let item, let nodes):
            return try distances(question, in: try index(name), from: item, to: nodes)
        case .searchRun(let name, let request):
            try runSearch(name, request, for: .viewer(question), of: question.client)
            return nil
        case .searchRunMany(let name, let requests):
            try runSearches(name, requests, for: .viewer(question), of: question.client)
            return nil
        case .searchCancel(let id): return try cancelSearch(id)
        case .searchTrace(let id):
            let record = try record(id)
            let places = shownPlaces(of: record.index)
            guard let reply = Reply(traceOf: record, places: places, question.columns) else {
                throw RPCError(
                    .notFound, "search \"\(id)\" was run with \"trace\":\"none\": no step of it was recorded")
            }
            return reply
        case .searchProjection(let id, let stage):
            let record = try record(id)
            let map = map(of: record.index)
            return try later(question) { _ in
                do throws(RPCError) {
                    return Self.intact(
                        record.index, try Reply(localMapOf: record, stage: stage, global: map, question.columns))
                } catch {
                    return .failure(error)
                }
            }
        case .subscribe(let stream, _):
            try followTile(question, stream)
            return nil
        case .unsubscribe, .pause, .resume: return nil
        }
    }

    /// An answer that was read from an index, or an error when its file was written to meanwhile.
    static func intact(_ index: ServedIndex, _ reply: Reply) -> Result<Reply, RPCError> {
        guard index.file.isIntact else {
            return .failure(RPCError(.busy, "the file of \"\(index.name)\" is being written; ask again later"))
        }
        return .success(reply)
    }

    private func welcome(_ role: Role) -> Reply {
        Reply([
            "server": ["name": "annscope", "version": .string(AnnscopeVersion.current)], "protocol": "annscope.v1",
            "role": .string(role.rawValue), "epoch": .string(hub.epoch), "limits": limits,
            "pingSeconds": .integer(configuration.connections.ping.components.seconds),
            "indexes": summaries,
        ])
    }

    private var limits: JSONValue {
        guard case .object(var members) = configuration.limits.json else { return .null }
        let hub = configuration.hubLimits
        members["requestsPerSecond"] = .integer(Int64(hub.requestsPerSecond))
        members["requestBurst"] = .integer(Int64(hub.requestBurst))
        members["bytesPerRequest"] = .integer(Int64(hub.bytesPerRequest))
        return .object(members)
    }

    var indexList: Reply { Reply(["indexes": summaries]) }

    private var summaries: JSONValue {
        .array(indexes.served.map { .object(IndexSummary($0.index, error: $0.error).members) })
    }

    private func index(_ name: String) throws(RPCError) -> ServedIndex {
        guard let index = indexes.entry(named: name)?.current else { throw noSuchIndex(name) }
        return index
    }

    /// The finished map of a revision; one of another revision has other nodes.
    func map(of index: ServedIndex) -> IndexMap? {
        guard let entry = indexes.entry(named: index.name), entry.mapRevision == index.revision else { return nil }
        return entry.map
    }

    private func record(_ id: String) throws(RPCError) -> SearchRecord {
        guard let record = history[id] else {
            throw RPCError(
                .notFound,
                "there is no search \"\(id.prefix(100))\"; the last \(configuration.keptSearches) are kept")
        }
        return record
    }
}
