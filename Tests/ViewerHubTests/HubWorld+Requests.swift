import OrderedCollections
import Testing
import ViewerHub
import WireProtocol

/// What viewers ask for, and what the model expects as the answer.
extension HubWorld {
    /// Sends a request, if the viewer can still be answered.
    ///
    /// - Returns: the request's id; nil when the viewer must be closed instead of answered.
    mutating func send(_ id: ViewerID, _ method: String, _ params: String) throws -> Int64? {
        // So that the model knows how much is on the way.
        if (model.viewers[id]?.queued ?? 0) > limits.hardQueuedBytes / 2 { try tick() }
        guard let viewer = model.viewers[id] else { return nil }
        nextNumber += 1
        lastStep = "\(id.raw) \(method) \(params)"
        let text = #"{"jsonrpc":"2.0","id":\#(nextNumber),"method":"\#(method)","params":\#(params)}"#
        if let question = hub.received(id, Array(text.utf8), at: now) {
            questions.append(question)
        } else if viewer.queued > limits.hardQueuedBytes {
            expectClose(id, .slowViewer)
            return nil
        }
        return nextNumber
    }

    enum Outcome {
        case empty
        case success(JSONObject)
        case code(Int64)
    }

    mutating func expect(_ id: ViewerID, _ number: Int64, _ outcome: Outcome) {
        let control: HubModel.Control =
            switch outcome {
            case .empty: .exactly(ServerMessage.reply(to: .integer(number), .success(Reply([:]))))
            case .success(let object): .exactly(ServerMessage.reply(to: .integer(number), .success(Reply(object))))
            case .code(let code): .error(id: number, code: code)
            }
        model.viewers[id]?.controls.append(control)
    }

    private mutating func expectGap(_ id: ViewerID, _ name: String, _ missing: Range<Int>, _ reason: String) {
        guard let stream = StreamName(name) else { return }
        guard model.streams[name]?.isReplay == true else {
            model.viewers[id]?.controls.append(.ends(stream: name, missing))
            return
        }
        model.viewers[id]?.controls.append(
            .exactly(
                ServerMessage.gap(stream: stream, from: missing.lowerBound, to: missing.upperBound, reason: reason)))
    }

    /// A request about a stream, by anyone about any unless it is said.
    mutating func request(
        _ method: String, by asker: ViewerID? = nil, about stream: String? = nil,
        _ change: (inout HubModel.Viewer, String) -> Outcome
    ) throws {
        guard let id = asker ?? anyone(), let name = stream ?? random.element(Self.streams) else { return }
        guard let number = try send(id, "stream.\(method)", #"{"stream":"\#(name)"}"#),
            var viewer = model.viewers[id]
        else { return }
        guard viewer.isInitialized else { return expect(id, number, .code(-32000)) }
        let outcome = change(&viewer, name)
        viewer.forbidden = 0
        model.viewers[id] = viewer
        model.dropUnwatched(name)
        expect(id, number, outcome)
    }

    mutating func pause(_ id: ViewerID? = nil, _ stream: String? = nil) throws {
        try request("pause", by: id, about: stream) { viewer, name in
            guard let following = viewer.following[name] else { return .code(-32002) }
            guard !following.isPaused else { return .code(-32600) }
            viewer.following[name]?.isPaused = true
            return .empty
        }
    }

    mutating func resume() throws {
        var gap: (ViewerID, String, Range<Int>)?
        guard let id = anyone(), let name = random.element(Self.streams) else { return }
        let isPausedOne = anyone { $0.following[name]?.isPaused == true }
        let chosen = isPausedOne ?? id
        guard let number = try send(chosen, "stream.resume", #"{"stream":"\#(name)"}"#),
            let viewer = model.viewers[chosen]
        else { return }
        guard viewer.isInitialized else { return expect(chosen, number, .code(-32000)) }
        model.viewers[chosen]?.forbidden = 0
        guard let following = viewer.following[name], let stream = model.streams[name] else {
            return expect(chosen, number, .code(-32002))
        }
        guard following.isPaused else { return expect(chosen, number, .code(-32600)) }
        model.viewers[chosen]?.following[name]?.isPaused = false
        if let missing = following.missing(in: stream) {
            gap = (chosen, name, missing)
            model.viewers[chosen]?.following[name]?.skip(in: stream)
        }
        let cursor = model.viewers[chosen]?.following[name]?.cursor ?? 0
        if stream.isReplay || gap != nil {
            expect(
                chosen, number, .success(["offset": .integer(Int64(cursor)), "recovered": .bool(gap == nil)]))
        } else {
            model.viewers[chosen]?.controls.append(.resumed(id: number))
        }
        if let (id, name, missing) = gap {
            expectGap(id, name, missing, "these events went by while the stream was paused")
        }
    }

    mutating func subscribe() throws {
        guard let id = anyone(), let name = random.element(Self.streams) else { return }
        let next = model.streams[name]?.next ?? model.streamOffset
        var after: Int?
        var more = ""
        switch random.below(4) {
        case 0:
            let offset = random.below(next + 3) - 1
            after = offset
            more = #","after":{"epoch":"e1","offset":\#(offset)}"#
        case 1: more = #","after":{"epoch":"e0","offset":\#(random.below(50))}"#
        default: break
        }
        let asked = questions.count
        guard let number = try send(id, "stream.subscribe", #"{"stream":"\#(name)"\#(more)}"#),
            let viewer = model.viewers[id]
        else { return }
        guard viewer.isInitialized else { return expect(id, number, .code(-32000)) }
        model.viewers[id]?.forbidden = 0
        if let error = refusal(viewer, name) { return expect(id, number, error) }
        let isThere = model.streams[name].map { !$0.isRetired } ?? false
        if !isThere, !name.contains("/tiles/") { return expect(id, number, .code(-32002)) }
        if !isThere {
            guard viewer.unanswered < limits.unanswered else { return expect(id, number, .code(-32003)) }
            guard questions.count == asked + 1 else { throw HubModel.Failure("nobody was asked for \(name)") }
            model.viewers[id]?.unanswered += 1
        } else {
            follow(id, number, name, after)
        }
    }

    private func refusal(_ viewer: HubModel.Viewer, _ name: String) -> Outcome? {
        if viewer.following[name] != nil { return .code(-32600) }
        return viewer.following.count >= limits.subscriptions ? .code(-32004) : nil
    }

    private mutating func follow(_ id: ViewerID, _ number: Int64, _ name: String, _ after: Int?) {
        guard let stream = model.streams[name] else { return }
        var following = HubModel.Following(
            cursor: stream.isReplay ? stream.next : 0, joinedAt: stream.next, knowsFrom: stream.next)
        var missing: Range<Int>?
        if let after {
            guard after < stream.next else { return expect(id, number, .code(-32602)) }
            following.cursor = after + 1
            if after >= 0 { following.knowsFrom = 0 }
            missing = following.missing(in: stream)
            if missing != nil { following.skip(in: stream) }
        }
        model.viewers[id]?.following[name] = following
        expect(
            id, number,
            .success([
                "epoch": "e1", "offset": .integer(Int64(following.cursor)),
                "recovered": .bool(after != nil && missing == nil),
            ]))
        if let missing { expectGap(id, name, missing, "these events are not kept any more") }
    }

    mutating func ask() throws {
        guard let id = anyone(), let number = try send(id, "index.list", "{}"), let viewer = model.viewers[id]
        else { return }
        guard viewer.isInitialized else { return expect(id, number, .code(-32000)) }
        model.viewers[id]?.forbidden = 0
        guard viewer.unanswered < limits.unanswered else { return expect(id, number, .code(-32003)) }
        model.viewers[id]?.unanswered += 1
    }

    /// Who answers questions answers one.
    mutating func answer() throws {
        guard let question = random.element(questions) else { return }
        if (model.viewers[question.viewer]?.queued ?? 0) > limits.hardQueuedBytes / 2 { try tick() }
        lastStep = "answer \(question.viewer.raw) \(question.request)"
        questions.removeAll { $0.id == question.id }
        guard case .integer(let number)? = question.id else { return }
        let id = question.viewer
        let isThere = model.viewers[id].map { $0.closing == nil } ?? false
        let isFull = (model.viewers[id]?.queued ?? 0) > limits.hardQueuedBytes
        model.viewers[id]?.unanswered -= 1
        if case .subscribe(let name, let after) = question.request, let stream = StreamName(name) {
            hub.addStream(stream, .state)
            if model.streams[name] == nil {
                model.streams[name] = HubModel.Stream(isReplay: false, next: model.streamOffset)
            }
            append("tile", to: name)
            hub.subscribe(question)
            if isThere, let viewer = model.viewers[id] {
                if isFull {
                    expectClose(id, .slowViewer)
                } else if let error = refusal(viewer, name) {
                    expect(id, number, error)
                } else {
                    follow(id, number, name, after?.epoch == "e1" ? after?.offset : nil)
                }
            }
            model.dropUnwatched(name)
        } else {
            let reply: JSONObject = ["text": .string(String(repeating: "t", count: random.below(400)))]
            hub.answer(question, .success(Reply(reply)))
            guard isThere else { return }
            if isFull { expectClose(id, .slowViewer) } else { expect(id, number, .success(reply)) }
        }
    }

    mutating func cancel() throws {
        guard let id = anyone({ $0.isInitialized && $0.role == .viewer }) else { return }
        for _ in 0...random.below(5) {
            guard model.viewers[id]?.closing == nil, let number = try send(id, "search.cancel", #"{"search":"s"}"#),
                let viewer = model.viewers[id]
            else { return }
            expect(id, number, .code(-32006))
            model.viewers[id]?.forbidden += 1
            if viewer.forbidden + 1 >= limits.forbiddenInARow { expectClose(id, .forbidden) }
        }
    }
}
