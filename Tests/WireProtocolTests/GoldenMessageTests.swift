import Foundation
import OrderedCollections
import Testing
import WireProtocol

/// The messages of `Tests/Golden/messages`, which the page's tests read too.
@Suite("Golden messages")
struct GoldenMessageTests {
    private func golden(_ name: String) throws -> JSONValue {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return try JSONValue(
            parsing: [UInt8](try Data(contentsOf: folder.appending(path: "Golden/messages/\(name).json"))))
    }

    @Test("every request is understood")
    func requests() throws {
        guard case .array(let messages) = try golden("requests") else { throw CocoaError(.fileReadCorruptFile) }
        var byLabel = SearchRequest(query: .label(40), k: 5, efSearch: 6)
        byLabel.trace = .full
        byLabel.source = "browser"
        var byVector = SearchRequest(query: .vector([1, -0.5]), k: 5, nprobe: 6)
        byVector.subject = SearchSubject(text: "A white dog.")
        func filtered(_ filter: SearchFilter) -> Request {
            var search = SearchRequest(query: .label(40), k: 5)
            search.filter = filter
            return .searchRun(index: "photos", search)
        }
        var measured = SearchRequest(query: .label(40), k: 5)
        measured.trace = .summary
        measured.exact = true
        measured.searchK = 90
        measured.isQueueBounded = false
        measured.checksRelativeDistance = false
        measured.deadlineMilliseconds = 250
        var keyed = SearchRequest(query: .label(40), k: 5)
        keyed.key = "order 17"
        func many(_ queries: [SearchRequest.Query], k: Int, source: String? = nil, key: String? = nil) -> Request {
            let searches = queries.map { query in
                var search = SearchRequest(query: query, k: k)
                search.source = source
                search.key = key
                return search
            }
            return .searchRunMany(index: "photos", searches)
        }
        let two: [SearchRequest.Query] = [.vector([1, -0.5]), .vector([0.25, 3])]
        let expected: [Request] = [
            .initialize(ClientHello(client: "annscope-page 1", columns: .base64, versions: ["annscope.v1"])),
            .subscribe(stream: "indexes", after: nil),
            .subscribe(stream: "searches/photos", after: StreamPosition(epoch: "abc", offset: 41)),
            .subscribe(stream: "layout/large/tiles/2/3/0", after: nil),
            .unsubscribe(stream: "searches/photos"), .indexList, .indexDescribe(index: "photos"),
            .indexItems(index: "photos", labels: [40, 18_446_744_073_709_551_615], nodes: [0]),
            .indexNode(index: "photos", node: 115), .indexCell(index: "photos", cell: 3, limit: 10),
            .indexQueries(index: "photos"), .searchRun(index: "photos", byLabel),
            .searchRun(index: "photos", byVector),
            .searchRun(index: "photos", SearchRequest(query: .vector([1, -0.5]), k: 5)),
            filtered(SearchFilter(condition: "category = \"dog\" and year >= 2000")),
            filtered(
                SearchFilter(allow: [40, 18_446_744_073_709_551_615], deny: [7], condition: "year >= 2000")),
            filtered(SearchFilter(allow: [])),
            .searchRun(index: "photos", measured), .searchCancel(search: "s1"), .searchTrace(search: "s1"),
            .searchProjection(search: "s1", stage: nil), .searchProjection(search: "s1", stage: 1),
            .searchRun(index: "photos", keyed), many(two, k: 2, source: "a test", key: "batch 1"),
            many(two, k: 2), many([.label(40), .label(18_446_744_073_709_551_615)], k: 5),
            .indexRoute(index: "photos", node: 115), .indexFind(index: "photos", text: "dog", limit: 50),
            .indexFind(index: "photos", text: "40", limit: 3), .indexVector(index: "photos", .node(115)),
            .indexVector(index: "photos", .label(18_446_744_073_709_551_615)),
            .indexDistances(index: "photos", from: .label(40), to: [7, 115]),
            .indexDistances(index: "photos", from: .node(7), to: []),
        ]
        #expect(messages.count == expected.count)
        for (message, request) in zip(messages, expected) {
            let parsed = try RequestMessage(parsing: message.encoded())
            #expect(parsed.id == message["id"])
            #expect(try parsed.request.get() == request)
        }
    }

    private func message(
        _ stream: StreamName, _ offset: Int, _ last: Int, snapshot: Bool = false, columns mode: ColumnMode = .arrays,
        _ events: [StreamEvent]
    ) throws -> JSONValue {
        try JSONValue(
            parsing: ServerMessage.events(
                stream: stream, offset: offset, last: last, isSnapshot: snapshot, events.map { $0.encoded(mode) }))
    }

    @Test("events are written as the golden ones")
    func events() throws {
        let all = try golden("events")
        let summary = IndexSummary(
            library: "faiss", kind: "IVF Flat (IwFl)", name: "photos", title: "Pictures", note: nil,
            shape: .ivf(nlist: 2, nprobe: 1),
            metric: "l2", metricIsGuessed: false, largerIsNearer: false, dimension: 2, count: 3, deleted: 0,
            isSettled: true, obstacle: nil, revision: 1, bytes: 300, hasWideLabels: false,
            defaults: .init(k: 5, nprobe: 1), hasMedia: true,
            hasCaptions: true, columns: ["id", "category"], queries: 0, warnings: [], error: nil)
        #expect(
            try message(
                .indexes, 4, 7, snapshot: true,
                [
                    IndexEvents.loaded(summary),
                    IndexEvents.failed(
                        name: "bad", path: "/data/bad.index", code: "truncated", message: "it ends", offset: 96,
                        field: "codes", keeps: nil),
                    IndexEvents.progress(name: "large", phase: "checking", done: 3, total: 9),
                    IndexEvents.removed(name: "old"),
                ]) == all["indexes"])
        #expect(
            try message(
                .layout(index: "photos"), 0, 4,
                [
                    LayoutEvents.started(
                        revision: 1, structure: "ivf", nodes: 3, levels: 1, cells: 2, method: "centroids"),
                    LayoutEvents.cells(
                        x: [0, 65535], y: [10, 20], size: [1, 2], start: [0, 3, 6], cornerX: [0, 1, 2, 3, 4, 5],
                        cornerY: [5, 4, 3, 2, 1, 0]),
                    LayoutEvents.nodes(level: 0, chunk: 0, node: [0, 1, 2], x: [0, 32768, 65535], y: [65535, 0, 1]),
                    LayoutEvents.links(level: 0, from: [0], to: [2]),
                    LayoutEvents.finished(revision: 1, nodes: 3, milliseconds: 12),
                ]) == all["layout"])
    }

    @Test("maps that are not sent whole, and what changes on a map, are written as the golden events")
    func maps() throws {
        let all = try golden("events")
        #expect(
            try message(
                .layout(index: "large"), 20, 25,
                [
                    LayoutEvents.started(
                        revision: 2, structure: "hnsw", nodes: 200_000, levels: 2, cells: 0, method: "links",
                        isWhole: false, previous: 1),
                    LayoutEvents.nodes(level: 1, chunk: 0, node: [7, 9], x: [1, 65535], y: [2, 3]),
                    LayoutEvents.density(side: 2, most: 150_000, from: 100_000, density: [0, 65535, 21845, 1]),
                    LayoutEvents.nodes(
                        level: 0, chunk: 0, node: [199_999], x: [40000], y: [50000], isSample: true),
                    LayoutEvents.nodes(level: 0, chunk: 1, node: [], x: [], y: [], isSample: true),
                    LayoutEvents.progress(done: 3, total: 8),
                ]) == all["part"])
        #expect(
            try message(
                .layout(index: "large"), 26, 31,
                [
                    LayoutEvents.added(revision: 2, count: 30000, node: [199_999, 7]),
                    LayoutEvents.moved(revision: 2, count: 1, node: [9], fromX: [65000], fromY: [3]),
                    LayoutEvents.removed(revision: 2, count: 2, x: [1, 2], y: [3, 4]),
                    LayoutEvents.quality(
                        revision: 2, neighbours: 15, trustworthiness: 0.9921875, kept: 0.375, sampled: 1000,
                        among: 50000, nodes: 200_000),
                    LayoutEvents.misplaced(revision: 2, count: 2, of: 50, node: [9, 7], stretch: [12.5, 3.25]),
                    LayoutEvents.finished(revision: 2, nodes: 200_000, milliseconds: 900),
                ]) == all["changes"])
        #expect(
            try message(
                .tile(index: "large", zoom: 2, column: 3, row: 0), 5, 5, snapshot: true,
                [
                    LayoutEvents.tile(
                        revision: 2, zoom: 2, column: 3, row: 0, total: 5000, node: [9, 12], x: [65535, 50000],
                        y: [3, 16383], level: [1, 0])
                ]) == all["tile"])
    }

    @Test("a search is written as the golden one, in both column modes")
    func search() throws {
        let all = try golden("events")
        let started = SearchStarted(
            search: "s1", index: "photos", revision: 1, at: 1_700_000_000_000, source: "a test", label: 40,
            labelsAreText: false, subject: SearchSubject(text: "A white dog."),
            filter: AppliedSearchFilter(
                filter: SearchFilter(allow: [40, 41, 5000], condition: "category = \"dog\""), allowed: 2, unknown: 1),
            isFollowed: true,
            header: [
                "algorithm": "hnswlib", "k": 1, "efSearch": 1, "nprobe": 0, "bare": false, "largerIsNearer": false,
                "stages": [["name": "graph", "nodes": "vectors"]],
            ])
        var steps = StepColumns()
        steps.kind = [0, 2, 9]
        steps.flags = [0, 0, 0]
        steps.layer = [0, 0, -1]
        steps.from = [.max, 2, .max]
        steps.to = [2, 1, 0]
        steps.distance = [0.5, 1.25, .nan]
        let batch = SearchEvents.steps(search: "s1", first: 0, steps)
        var places = NodePlaces()
        places.node = [2, 1]
        places.x = [0, 65535]
        places.y = [10, 20]
        steps.places = places
        #expect(
            try message(.searches(index: "photos"), 8, 8, [SearchEvents.steps(search: "s1", first: 0, steps)])
                == all["placed"])
        let finished = SearchFinished(
            search: "s1", index: "photos", revision: 1,
            results: [SearchResult(label: 40, node: 2, distance: 0.5)], labelsAreText: false,
            counters: ["distances": 2], microseconds: 17, events: 3, isTruncated: false)
        #expect(
            try message(
                .searches(index: "photos"), 7, 10,
                [
                    SearchEvents.started(started), batch,
                    SearchEvents.place(search: "s1", x: 1, y: 65535, spread: 9), SearchEvents.finished(finished),
                ]) == all["searches"])
        #expect(try message(.searches(index: "photos"), 8, 8, columns: .base64, [batch]) == all["packed"])
        let gap = ServerMessage.gap(
            stream: .searches(index: "photos"), from: 3, to: 9,
            reason: "this viewer reads more slowly than events come")
        #expect(try JSONValue(parsing: gap) == all["gap"])
        let error = ServerMessage.reply(to: 5, .failure(RPCError(.noSuchIndex, "there is no index \"x\"")))
        #expect(try JSONValue(parsing: error) == all["error"])
    }

    @Test("how good a search was is written as the golden events, and how it ended early")
    func recalls() throws {
        let started = SearchStarted(
            search: "s1", index: "photos", revision: 1, at: 0, source: nil, label: nil, labelsAreText: false,
            subject: nil, isFollowed: false, header: [:])
        let missed = SearchResult(label: 7, node: 0, distance: 0.75)
        let recall = SearchRecall.Measured(
            k: 2, recall: 0.5, exact: [SearchResult(label: 40, node: 2, distance: 0.5), missed], missed: [missed],
            basis: .stored, microseconds: 21, skipped: 3)
        let cut = SearchFinished(
            search: "s1", index: "photos", revision: 1, results: [], labelsAreText: false,
            counters: ["distances": 512], microseconds: 900, events: 512, summarisedFrom: 400, isTruncated: true,
            stop: .deadline)
        #expect(
            try message(
                .searches(index: "photos"), 11, 13,
                [
                    SearchEvents.recall(started, .measured(recall)),
                    SearchEvents.recall(started, .unavailable("the file holds no vectors to compare")),
                    SearchEvents.finished(cut),
                ]) == (try golden("events"))["recalls"])
    }

    @Test("searches that are only counted are written as the golden event, in both column modes")
    func counted() throws {
        let event = SearchEvents.counted(
            SearchCounted(
                rows: [
                    .init(
                        search: 21, source: "shop", k: 5, effort: 50, distances: 900, microseconds: 40, best: 0.5,
                        recall: 0.75, outcome: .complete),
                    .init(search: 22, source: nil, k: 10, effort: 0, outcome: .failed),
                    .init(
                        search: 24, source: "shop", k: 5, effort: 50, distances: 120, microseconds: 7, best: 0.25,
                        outcome: .stopped),
                ], at: 1_700_000_000_000))
        let all = try golden("events")
        #expect(try message(.searches(index: "photos"), 14, 14, [event]) == all["counted"])
        #expect(try message(.searches(index: "photos"), 14, 14, columns: .base64, [event]) == all["countedPacked"])
    }

    @Test("the answer to many searches, and an error with a time, are the golden ones")
    func answers() throws {
        let all = try golden("events")
        let finished = SearchFinished(
            search: "s1", index: "photos", revision: 1,
            results: [SearchResult(label: 40, node: 2, distance: 0.5)], labelsAreText: false,
            counters: ["distances": 2], microseconds: 17, events: 3, isTruncated: false)
        let many = Reply(many: [
            .success(Reply(finished.members)), .failure(RPCError(.searchFailed, "the query has 3 components")),
        ])
        #expect(try JSONValue(parsing: ServerMessage.reply(to: 7, .success(many))) == all["many"])
        let tooMany = RPCError(.tooMany, "wait", retryAfter: .milliseconds(1250))
        #expect(try JSONValue(parsing: ServerMessage.reply(to: 6, .failure(tooMany))) == all["tooMany"])
    }

    @Test(
        "what is wrong with a request is told",
        arguments: [
            (#"{"jsonrpc":"2.0","id":1,"method":"search.run","params":{"index":"a"}}"#, RPCError.Code.invalidParams),
            (
                #"{"jsonrpc":"2.0","id":1,"method":"search.run","params":{"index":"a","label":1,"vector":[1]}}"#,
                .invalidParams
            ),
            (
                #"{"jsonrpc":"2.0","id":1,"method":"search.run","params":{"index":"a","vector":[1,"2"]}}"#,
                .invalidParams
            ),
            (#"{"jsonrpc":"2.0","id":1,"method":"search.run","params":{"index":"a","vector":"AA=="}}"#, .invalidParams),
            (#"{"jsonrpc":"2.0","id":1,"method":"search.run","params":{"index":"a","label":1,"k":0}}"#, .invalidParams),
            (#"{"jsonrpc":"2.0","id":1,"method":"search.run","params":{"index":"a","label":1,"k":10001}}"#, .limit),
            (#"{"jsonrpc":"2.0","id":1,"method":"search.run","params":{"index":"a","label":1.5}}"#, .invalidParams),
            (
                #"{"jsonrpc":"2.0","id":1,"method":"search.run","params":{"index":"a","label":1,"trace":"all"}}"#,
                .invalidParams
            ),
            (
                #"{"jsonrpc":"2.0","id":1,"method":"search.run","params":{"index":"a","label":1,"exact":1}}"#,
                .invalidParams
            ),
            (
                #"{"jsonrpc":"2.0","id":1,"method":"search.run","params":{"index":"a","label":1,"deadlineMilliseconds":600001}}"#,
                .limit
            ),
            (#"{"jsonrpc":"2.0","id":1,"method":"search.run","params":[1]}"#, .invalidParams),
            (#"{"jsonrpc":"2.0","id":1,"method":"index.node","params":{"index":"a","node":-1}}"#, .invalidParams),
            (
                #"{"jsonrpc":"2.0","id":1,"method":"search.run","params":{"index":"a","label":1,"filter":1}}"#,
                .invalidParams
            ),
            (
                #"{"jsonrpc":"2.0","id":1,"method":"search.run","params":{"index":"a","label":1,"filter":{"were":"x"}}}"#,
                .invalidParams
            ),
            (
                #"{"jsonrpc":"2.0","id":1,"method":"search.run","params":{"index":"a","label":1,"filter":{"allow":[1.5]}}}"#,
                .invalidParams
            ),
            (#"{"jsonrpc":"2.0","id":1,"method":"x.y"}"#, .unknownMethod),
        ])
    func refused(text: String, code: RPCError.Code) throws {
        let message = try RequestMessage(parsing: Array(text.utf8))
        #expect(throws: RPCError.self) { try message.request.get() }
        if case .failure(let error) = message.request { #expect(error.code == code, "\(error)") }
    }

    @Test("filters have limits")
    func filterLimits() throws {
        func code(_ filter: JSONValue) throws -> RPCError.Code? {
            let params: JSONValue = ["index": "a", "label": 1, "filter": filter]
            let message: JSONValue = ["jsonrpc": "2.0", "id": 1, "method": "search.run", "params": params]
            if case .failure(let error) = try RequestMessage(parsing: message.encoded()).request { return error.code }
            return nil
        }
        let labels = { (count: Int) in JSONValue.array((0..<count).map { .integer(Int64($0)) }) }
        let text = { (count: Int) in JSONValue.string(String(repeating: "x", count: count)) }
        #expect(try code(["allow": labels(100_000), "deny": labels(100_000)]) == nil)
        #expect(try code(["allow": labels(100_001)]) == .limit)
        #expect(try code(["deny": labels(100_001)]) == .limit)
        #expect(try code(text(4096)) == nil && code(["where": text(4096)]) == nil)
        #expect(try code(text(4097)) == .limit)
        #expect(try code(["where": text(4097)]) == .limit)
    }

    @Test("viewers are shown the first labels of long lists")
    func longLists() {
        let started = SearchStarted(
            search: "s1", index: "a", revision: 1, at: 0, source: nil, label: nil, labelsAreText: true, subject: nil,
            filter: AppliedSearchFilter(
                filter: SearchFilter(allow: Array(0..<1000), deny: [1]), allowed: 999, unknown: 0), isFollowed: true,
            header: [:])
        let filter = JSONValue.object(started.members)["filter"]
        #expect(filter?["allow"] == .array((0..<100).map { .string(String($0)) }))
        #expect(filter?["allowTotal"] == 1000 && filter?["deny"] == ["1"] && filter?["denyTotal"] == nil)
        #expect(filter?["allowed"] == 999 && filter?["unknown"] == nil)
    }

    @Test(
        "what is no request at all is refused",
        arguments: ["", "[]", "1", #"{"id":1,"method":"a"}"#, #"{"jsonrpc":"2.0","id":{},"method":"a"}"#])
    func noRequest(text: String) {
        #expect(throws: RPCError.self) { try RequestMessage(parsing: Array(text.utf8)) }
    }
}
