import OrderedCollections
import Testing
import ViewerHub
import WireProtocol

@Suite("Who may do what")
struct AccessTests {
    private let anna = ViewerID(1)
    private let bert = ViewerID(2)
    private static let desk = AccessToken(name: "desk", role: .publisher, secret: "desk-secret")
    private static let wall = AccessToken(name: "wall", role: .viewer, secret: "wall-secret")
    private var test = TestHub(access: AccessRules(tokens: [desk, wall], anonymous: nil))

    private mutating func hello(_ viewer: ViewerID, _ params: String) -> (Question?, [HubOutput]) {
        test.hub.opened(viewer, peer: "192.0.2.1", at: test.now)
        let question = test.ask(viewer, "initialize", params)
        return (question, test.tick())
    }

    @Test mutating func `a token gives its role and its name, and goes no further`() throws {
        let (first, _) = hello(anna, #"{"token":"desk-secret"}"#)
        let question = try #require(first)
        #expect(question.role == .publisher && question.client == "desk")
        guard case .initialize(let hello) = question.request else { throw CancellationError() }
        #expect(hello.token == nil)
        let (second, _) = self.hello(bert, #"{"token":"wall-secret"}"#)
        #expect(second?.role == .viewer && second?.client == "wall")
        #expect(test.hub.statistics.viewers == [.publisher: 1, .viewer: 1])
    }

    @Test(arguments: [#"{"token":"desk-secreT"}"#, #"{"token":""}"#, "{}"])
    mutating func `a wrong or missing token is answered and closed, and not repeated`(params: String) throws {
        let (question, outputs) = hello(anna, params)
        #expect(question == nil)
        #expect(try outputs.sent(to: anna)[0].errorCode == -32008)
        #expect(outputs.closes == [.unauthorized])
        #expect(!outputs.closeReasons[0].contains("secre"))
        #expect(test.hub.viewerCount == 0)
        #expect(test.ask(anna, "index.list") == nil)
        #expect(test.tick().isEmpty)
    }

    @Test mutating func `a client of another version is answered and closed`() throws {
        let (question, outputs) = hello(anna, #"{"versions":["annscope.v9"],"token":"desk-secret"}"#)
        #expect(question == nil && outputs.closes == [.wrongVersion])
        #expect(try outputs.sent(to: anna)[0].errorCode == -32602)
        let (spoken, _) = hello(bert, #"{"versions":["annscope.v9","annscope.v1"],"token":"desk-secret"}"#)
        #expect(spoken != nil)
    }

    @Test mutating func `who has no token is known by the address`() throws {
        test = TestHub()
        let (question, _) = hello(anna, "{}")
        #expect(question?.client == "192.0.2.1" && question?.role == .publisher)
    }

    @Test mutating func `a viewer may not search`() throws {
        try test.join(anna, #"{"token":"wall-secret"}"#)
        let search = #"{"index":"a","label":1}"#
        #expect(test.ask(anna, "search.run", search) == nil)
        #expect(test.ask(anna, "search.cancel", #"{"search":"s1"}"#) == nil)
        #expect(test.ask(anna, "search.trace", #"{"search":"s1"}"#) != nil)
        #expect(try test.messages(to: anna).map(\.errorCode) == [-32006, -32006])
        try test.join(bert, #"{"token":"desk-secret"}"#)
        #expect(test.ask(bert, "search.run", search) != nil)
    }

    @Test mutating func `who does not stop asking for what is forbidden is closed`() throws {
        try test.join(anna, #"{"token":"wall-secret"}"#)
        func cancel(_ times: Int) { for _ in 0..<times { test.ask(anna, "search.cancel", #"{"search":"s1"}"#) } }
        cancel(99)
        // What is allowed begins the count anew.
        let allowedAsked = test.ask(anna, "index.list")
        let allowed = try #require(allowedAsked)
        test.hub.answer(allowed, .success(Reply([:])))
        cancel(99)
        #expect(test.tick().closes.isEmpty)
        cancel(1)
        let outputs = test.tick()
        #expect(outputs.closes == [.forbidden])
        #expect(try outputs.sent(to: anna).last?.errorCode == -32006)
        #expect(test.hub.statistics.requestsForbidden == 199)
    }

    @Test mutating func `new rules close those who are granted nothing any more`() throws {
        try test.join(anna, #"{"token":"desk-secret"}"#)
        try test.join(bert, #"{"token":"wall-secret"}"#)
        // The same secret under another name and with another role stays; the same name with another secret goes.
        test.hub.access = AccessRules(tokens: [
            AccessToken(name: "kiosk", role: .publisher, secret: "wall-secret"),
            AccessToken(name: "desk", role: .publisher, secret: "new"),
        ])
        let outputs = test.tick()
        #expect(outputs == [.close(anna, .unauthorized, reason: "the token is not valid any more")])
        let question = test.ask(bert, "search.cancel", #"{"search":"s1"}"#)
        #expect(question?.role == .publisher && question?.client == "kiosk")
        test.hub.access = AccessRules(tokens: [], anonymous: .publisher)
        #expect(test.tick().closes == [.unauthorized])
    }

    @Test mutating func `new rules close those without a token when one is needed`() throws {
        test = TestHub()
        try test.join(anna)
        test.hub.access = AccessRules(tokens: [Self.wall], anonymous: .viewer)
        #expect(test.tick().isEmpty)
        #expect(test.ask(anna, "search.cancel", #"{"search":"s1"}"#) == nil)
        test.hub.access = AccessRules(tokens: [Self.wall], anonymous: nil)
        #expect(test.tick().closes == [.unauthorized])
    }
}
