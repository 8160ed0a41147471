import SocketService
import Synchronization
import Testing

/// The client gets files of the real server, on real sockets.
@Suite("Socket client's files", .serialized, .timeLimit(.minutes(1)))
struct SocketClientFetchTests {
    /// What a server answers; nil is nothing at all.
    private typealias Answer = @Sendable (HTTPRequest) -> HTTPResponse?

    /// Starts a server, and a client that is connected to it.
    private func connected(
        to page: String = "", _ answer: @escaping Answer,
        _ body: (SocketClient, inout SocketClientEvents.Iterator) async throws -> Void
    ) async throws {
        var served = SocketServerConfiguration()
        served.listeners = [.tcp(host: "127.0.0.1", port: 0)]
        served.webSocketPath = "/\(page)ws"
        let box = Mutex<SocketServer?>(nil)
        let server = SocketServer(configuration: served) { events in
            for case .request(let id, let request) in events {
                if let response = answer(request) { box.withLock { $0 }?.respond(to: id, response) }
            }
        }
        box.withLock { $0 = server }
        let port = try #require(try server.start().first?.port)
        let client = SocketClient(try #require(SocketClientConfiguration(page: "http://127.0.0.1:\(port)/\(page)")))
        client.start()
        var events = client.events.makeAsyncIterator()
        #expect(await events.next() == .opened)
        do { try await body(client, &events) } catch { Issue.record(error) }
        client.close()
        server.stop()
        server.join()
        box.withLock { $0 = nil }
    }

    private static func fetch(_ path: String, token: String? = nil, maxBytes: Int = 3_000_000) -> SocketClientFetch {
        SocketClientFetch(path: path, token: token, maxBytes: maxBytes)
    }

    @Test(arguments: ["", "below/"])
    func `a file beside the WebSocket comes whole, asked for with the token`(page: String) async throws {
        let file = (0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        let answer: Answer = { request in
            guard request.method == .get, request.path == "/\(page)media/a b/1.jpg",
                request.authorization == "Bearer secret"
            else { return HTTPResponse(status: 404) }
            return HTTPResponse(status: 200, body: file)
        }
        try await connected(to: page, answer) { client, events in
            for _ in 0..<3 {
                client.fetch(Self.fetch("media/a%20b/1.jpg", token: "secret"))
                #expect(await events.next() == .fetched(file))
            }
            client.fetch(Self.fetch("media/a%20b/1.jpg"))
            #expect(await events.next() == .fetched(nil))
        }
    }

    @Test(arguments: [401, 404, 302, 503])
    func `what the server does not give can't be had`(status: Int) async throws {
        try await connected({ _ in
            HTTPResponse(status: status, headers: [("Location", "/elsewhere")], body: Array("words".utf8))
        }) { client, events in
            client.fetch(Self.fetch("media/1.jpg"))
            #expect(await events.next() == .fetched(nil))
        }
    }

    @Test func `a file of more bytes than wanted is not taken, and an empty one is`() async throws {
        try await connected({
            HTTPResponse(status: 200, body: [UInt8](repeating: 7, count: $0.path == "/empty" ? 0 : 100_001))
        }) {
            client, events in
            client.fetch(Self.fetch("large", maxBytes: 100_000))
            #expect(await events.next() == .fetched(nil))
            client.fetch(Self.fetch("large", maxBytes: 100_001))
            #expect(await events.next() == .fetched([UInt8](repeating: 7, count: 100_001)))
            client.fetch(Self.fetch("empty"))
            #expect(await events.next() == .fetched([]))
        }
    }

    @Test(
        "paths that lead elsewhere are not asked for",
        arguments: [
            "", "../a", "media/../../a", "media/%2e%2e/a", "/a", "media//a", "media/a b", "media/a\r\nX: y",
            "media/%zz",
        ])
    func paths(path: String) async throws {
        try await connected({ _ in HTTPResponse(status: 200, body: [1]) }) { client, events in
            client.fetch(Self.fetch(path))
            #expect(await events.next() == .fetched(nil))
        }
    }

    @Test func `a token that would end a line of the head is not sent`() async throws {
        try await connected({ HTTPResponse(status: 200, body: Array(($0.authorization ?? "none").utf8)) }) {
            client, events in
            client.fetch(Self.fetch("media/a", token: "x\r\nX-Other: y"))
            #expect(await events.next() == .fetched(Array("none".utf8)))
        }
    }

    @Test func `one comes at a time, and none after the connection`() async throws {
        try await connected({ _ in nil }) { client, events in
            client.fetch(Self.fetch("media/a"))
            client.fetch(Self.fetch("media/b"))
            #expect(await events.next() == .fetched(nil))
            client.close()
            var rest: [SocketClientEvent] = []
            while let event = await events.next() { rest.append(event) }
            #expect(rest.count == 2 && rest.first == .fetched(nil))
            guard case .closed? = rest.last else {
                Issue.record("it does not end with its end")
                return
            }
        }
    }

    @Test func `it wakes its reader after a time, among the other events`() async throws {
        try await connected({ _ in HTTPResponse(status: 200, body: [1]) }) { client, events in
            client.wake(after: .milliseconds(1))
            #expect(await events.next() == .woken)
            client.fetch(Self.fetch("media/a"))
            #expect(await events.next() == .fetched([1]))
        }
    }
}
