internal import Logging
internal import OrderedCollections
internal import ViewerHub
internal import WireProtocol

extension DaemonState {
    /// Vectors that a projection is made of at most.
    private static let maxProjectedNodes = 4096

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
            return welcome
        case .indexList: return indexList
        case .indexDescribe(let name):
            let index = try index(name)
            return Reply(describing: index, error: indexes.entry(named: name)?.error)
        case .indexItems(let name, let labels, let nodes):
            return Reply(itemsOf: try index(name), labels: labels, nodes: nodes)
        case .indexNode(let name, let node):
            guard let reply = Reply(node: node, of: try index(name)) else {
                throw RPCError(.notFound, "\"\(name)\" has no node \(node)")
            }
            return reply
        case .indexCell(let name, let cell, let limit):
            guard let reply = Reply(cell: cell, of: try index(name), limit: limit) else {
                throw RPCError(.notFound, "\"\(name)\" has no cell \(cell)")
            }
            return reply
        case .indexQueries(let name): return Reply(queriesOf: try index(name))
        case .searchRun(let name, let request):
            try startSearch(name, request, for: .viewer(question))
            return nil
        case .searchTrace(let id): return Reply(traceOf: try record(id), question.columns)
        case .searchProjection(let id):
            let record = try record(id)
            let queue = queue
            let isAccepted = errands.submit { _ in
                let reply = Reply(projectionOf: record, maxNodes: Self.maxProjectedNodes, question.columns)
                queue.yield(
                    .answered(
                        question,
                        reply.map { .success($0) }
                            ?? .failure(RPCError(.searchFailed, "this search evaluated too few vectors to project"))))
            }
            guard isAccepted else { throw RPCError(.busy, "too much is waiting; ask again later") }
            return nil
        case .subscribe, .unsubscribe: return nil
        }
    }

    private var welcome: Reply {
        Reply([
            "server": ["name": "annscope", "version": .string(AnnscopeVersion.current)], "protocol": "annscope.v1",
            "role": "publisher", "epoch": .string(hub.epoch), "limits": configuration.limits.json,
            "indexes": summaries,
        ])
    }

    var indexList: Reply { Reply(["indexes": summaries]) }

    private var summaries: JSONValue {
        .array(indexes.served.map { .object(IndexSummary($0.index, error: $0.error).members) })
    }

    private func index(_ name: String) throws(RPCError) -> ServedIndex {
        guard let index = indexes.entry(named: name)?.current else { throw noSuchIndex(name) }
        return index
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
