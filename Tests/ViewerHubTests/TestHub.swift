import OrderedCollections
import Testing
import ViewerHub
import WireProtocol

/// A hub with the streams of one index, its time, and what tests ask of it.
struct TestHub {
    var hub: ViewerHub
    var now = Duration.zero

    init(_ limits: HubLimits = .unpaced, access: AccessRules = AccessRules()) {
        hub = ViewerHub(epoch: "e1", access: access, limits: limits)
        hub.addStream(.indexes, .state)
        hub.addStream(.layout(index: "a"), .state)
        hub.addStream(.searches(index: "a"), .replay)
    }

    /// A request with its parameters as JSON; its id is 7 unless another is given.
    @discardableResult
    mutating func ask(_ viewer: ViewerID, _ method: String, _ params: String = "{}", id: Int = 7) -> Question? {
        hub.received(
            viewer, Array(#"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":\#(params)}"#.utf8), at: now)
    }

    /// Lets a viewer in.
    mutating func join(_ viewer: ViewerID, _ params: String = "{}") throws {
        hub.opened(viewer, peer: "192.0.2.\(viewer.raw)", at: now)
        let question = ask(viewer, "initialize", params)
        hub.answer(try #require(question), .success(Reply([:])))
        _ = hub.tick(at: now)
    }

    mutating func follow(_ viewer: ViewerID, _ stream: String, _ more: String = "") {
        ask(viewer, "stream.subscribe", #"{"stream":"\#(stream)"\#(more)}"#)
    }

    /// Appends an event with a number to the searches of the index.
    mutating func publish(_ number: Int64, padding: Int = 0) {
        hub.append(
            StreamEvent("t", ["n": .integer(number), "p": .string(String(repeating: "p", count: padding))]),
            to: .searches(index: "a"))
    }

    mutating func tick(after time: Duration = .zero) -> [HubOutput] {
        now += time
        return hub.tick(at: now)
    }

    /// What a tick sends to a viewer.
    mutating func messages(to viewer: ViewerID, after time: Duration = .zero) throws -> [JSONValue] {
        try tick(after: time).sent(to: viewer)
    }

    /// The viewer reads all that is on the way.
    mutating func read(_ viewer: ViewerID) { hub.sent(viewer, bytes: .max / 2) }
}

extension [HubOutput] {
    func sent(to viewer: ViewerID) throws -> [JSONValue] {
        try compactMap { output in
            guard case .send(let text, let viewers) = output, viewers.contains(viewer) else { return nil }
            return try JSONValue(parsing: text)
        }
    }

    var closes: [CloseCode] { compactMap { if case .close(_, let code, _) = $0 { code } else { nil } } }

    var closeReasons: [String] { compactMap { if case .close(_, _, let reason) = $0 { reason } else { nil } } }
}

extension JSONValue {
    /// The numbers of the events of a `stream.events`.
    var numbers: [Int64] {
        guard case .array(let events)? = self["params"]?["events"] else { return [] }
        return events.compactMap { if case .integer(let number)? = $0["n"] { number } else { nil } }
    }

    var errorCode: JSONValue? { self["error"]?["code"] }
}

extension HubLimits {
    /// Every tick delivers.
    static var unpaced: HubLimits {
        var limits = HubLimits()
        limits.pacePerDelivery = .zero
        return limits
    }
}
