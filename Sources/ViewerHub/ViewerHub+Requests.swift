internal import OrderedCollections
public import WireProtocol

extension ViewerHub {
    /// The version of the protocol that is spoken here.
    static var version: String { "annscope.v1" }

    /// Takes a message of a viewer.
    ///
    /// - Returns: what the hub can't answer itself; the answer goes back by `answer`.
    public mutating func received(_ id: ViewerID, _ text: [UInt8], at now: Duration) -> Question? {
        guard let slot = viewers.place(of: id) else { return nil }
        counted.requests += 1
        // Nobody's bytes are read at length before it is known who that is, or when they come too fast.
        guard viewers.values[slot].isInitialized || text.count <= limits.helloBytes else {
            drop(id, .malformed, reason: "initialize comes first, in at most \(limits.helloBytes) bytes")
            return nil
        }
        let refusal = viewers.values[slot].allowance.refusal(bytes: text.count, at: now, limits)
        if refusal != nil, text.count > limits.helloBytes {
            drop(id, .tooMany, reason: "large messages came faster than they may")
            return nil
        }
        let message: RequestMessage
        do {
            message = try RequestMessage(parsing: text, limits: wireLimits)
        } catch {
            answer(ServerMessage.reply(to: .null, .failure(error)), to: id)
            drop(id, .malformed, reason: error.message)
            return nil
        }
        if let refusal {
            refuse(id, message, retryAfter: refusal)
            return nil
        }
        do throws(RPCError) {
            let request = try message.request.get()
            if case .initialize(let hello) = request { return try introduce(id, hello, message.id) }
            guard viewers.values[slot].isInitialized else {
                throw RPCError(.notInitialized, "initialize must come first")
            }
            guard viewers.values[slot].role >= request.role else {
                forbid(id, message.id, request.role)
                return nil
            }
            viewers.values[slot].forbidden = 0
            guard try !take(request, of: id, message.id) else { return nil }
            return try question(id, message.id, request)
        } catch {
            reply(to: message.id, of: id, .failure(error))
            return nil
        }
    }

    /// Does what concerns the viewer's subscriptions.
    ///
    /// - Returns: false when somebody else must answer.
    private mutating func take(
        _ request: Request, of id: ViewerID, _ number: JSONValue?
    ) throws(RPCError) -> Bool {
        switch request {
        case .subscribe(let text, let after):
            let stream = try streamName(text)
            try checkSubscription(id, to: stream)
            // The stream of a tile is there only when somebody wants it: who made the map has to say what is in it.
            if case .tile = stream, streams.place(of: stream) == nil {
                guard tileCount < limits.tiles else {
                    throw RPCError(.busy, "\(tileCount) tiles are followed at once, which is the limit")
                }
                return false
            }
            try subscribe(id, to: stream, after: after, answering: number)
        case .unsubscribe(let stream):
            try unsubscribe(id, from: stream)
            reply(to: number, of: id, .success(Reply([:])))
        case .pause(let stream):
            try pause(id, stream)
            reply(to: number, of: id, .success(Reply([:])))
        case .resume(let stream): try resume(id, stream, answering: number)
        default: return false
        }
        return true
    }

    private mutating func question(
        _ id: ViewerID, _ number: JSONValue?, _ request: Request
    ) throws(RPCError) -> Question? {
        guard let slot = viewers.place(of: id) else { return nil }
        let viewer = viewers.values[slot]
        guard viewer.unanswered < limits.unanswered else {
            throw RPCError(.busy, "\(viewer.unanswered) requests of this connection are unanswered; wait for some")
        }
        if number != nil { viewers.values[slot].unanswered += 1 }
        return Question(
            viewer: id, role: viewer.role, client: viewer.client, id: number, request: request, columns: viewer.columns)
    }

    /// Lets a viewer in, or closes it.
    private mutating func introduce(
        _ id: ViewerID, _ hello: ClientHello, _ number: JSONValue?
    ) throws(RPCError) -> Question? {
        guard let slot = viewers.place(of: id) else { return nil }
        guard !viewers.values[slot].isInitialized else { throw RPCError(.invalidRequest, "initialize comes once") }
        if let versions = hello.versions, !versions.contains(Self.version) {
            let reason = "only \(Self.version) is spoken here"
            reply(to: number, of: id, .failure(RPCError(.invalidParams, reason)))
            drop(id, .wrongVersion, reason: reason)
            return nil
        }
        guard let grant = rules.grant(hello.token) else {
            let reason = hello.token == nil ? "a token is needed" : "the token is not known"
            reply(to: number, of: id, .failure(RPCError(.unauthorized, reason)))
            drop(id, .unauthorized, reason: reason)
            return nil
        }
        viewers.values[slot].waitingSince = nil
        waitingCount -= 1
        viewers.values[slot].grant = grant
        viewers.values[slot].columns = hello.columns
        var known = hello
        known.token = nil
        return try question(id, number, .initialize(known))
    }

    private mutating func forbid(_ id: ViewerID, _ number: JSONValue?, _ needed: Role) {
        guard let slot = viewers.place(of: id) else { return }
        counted.requestsForbidden += 1
        viewers.values[slot].forbidden += 1
        let words = "a \(viewers.values[slot].role.rawValue) may not do that; it takes a \(needed.rawValue)"
        let isTooOften = viewers.values[slot].forbidden >= limits.forbiddenInARow
        reply(to: number, of: id, .failure(RPCError(.forbidden, words)))
        if isTooOften {
            drop(id, .forbidden, reason: "\(limits.forbiddenInARow) forbidden requests in a row: \(words)")
        }
    }

    private mutating func refuse(_ id: ViewerID, _ message: RequestMessage, retryAfter: Duration) {
        guard let slot = viewers.place(of: id) else { return }
        counted.requestsRefused += 1
        let isTooOften = viewers.values[slot].allowance.refused >= limits.refusals
        let words = "a connection may make \(limits.requestsPerSecond) requests a second"
        reply(to: message.id, of: id, .failure(RPCError(.tooMany, words, retryAfter: retryAfter)))
        if isTooOften { drop(id, .tooMany, reason: "requests went on after \(limits.refusals) were refused: \(words)") }
    }

    /// Answers what `received` returned.
    public mutating func answer(_ question: Question, _ result: Result<Reply, RPCError>) {
        settle(question)
        reply(to: question.id, of: question.viewer, result)
    }

    /// A question is not unanswered any more.
    mutating func settle(_ question: Question) {
        guard question.id != nil, let slot = viewers.place(of: question.viewer) else { return }
        viewers.values[slot].unanswered -= 1
    }

    mutating func reply(to id: JSONValue?, of viewer: ViewerID, _ result: Result<Reply, RPCError>) {
        guard let id, viewers.place(of: viewer) != nil else { return }
        answer(ServerMessage.reply(to: id, result), to: viewer)
    }
}
