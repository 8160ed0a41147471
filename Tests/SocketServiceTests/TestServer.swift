import Foundation
import SocketService
import Testing

/// A server on free ports that echoes: messages come back to their sender, requests with method, path, query and size.
struct TestServer {
    let server: SocketServer
    let listeners: [BoundListener]

    var port: UInt16 { listeners[0].port }

    /// Runs `body` against a server that echoes, and stops it.
    static func serving(
        _ change: (inout SocketServerConfiguration) -> Void = { _ in }, _ body: (TestServer) async throws -> Void
    ) async throws {
        try await serving(change, answer: echo, body)
    }

    /// The same with other answers to requests; none leaves one waiting.
    static func serving(
        _ change: (inout SocketServerConfiguration) -> Void = { _ in },
        answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse?,
        _ body: (TestServer) async throws -> Void
    ) async throws {
        var configuration = SocketServerConfiguration()
        configuration.listeners = [.tcp(host: "127.0.0.1", port: 0)]
        change(&configuration)
        let (server, events) = SocketServer.streaming(configuration)
        let listeners = try server.start()
        let echo = Task(executorPreference: ThreadExecutor()) {
            for await event in events {
                switch event {
                case .message(let id, let bytes): server.send(SharedFrame(bytes), to: [id])
                case .request(let id, let request):
                    if let response = answer(request) { server.respond(to: id, response) }
                case .held(let id): server.readOn(id)
                default: continue
                }
            }
        }
        do { try await body(TestServer(server: server, listeners: listeners)) } catch { Issue.record(error) }
        server.stop()
        await echo.value
        server.join()
    }

    @Sendable static func echo(_ request: HTTPRequest) -> HTTPResponse? {
        let text = "\(request.method.rawValue) \(request.path) ?\(request.query) \(request.body.count)"
        return HTTPResponse(
            status: 200, headers: [("Content-Type", "text/plain")],
            body: request.path == "/large" ? [UInt8](repeating: 65, count: 300_000) : Array(text.utf8))
    }

    /// A WebSocket connection.
    func connected() throws -> RawClient {
        let client = try RawClient(port: port)
        client.send(RawClient.handshake())
        let head = client.receiveHead()
        #expect(head.hasPrefix("HTTP/1.1 101"), "\(head)")
        return client
    }

    /// What is answered to these bytes: the status, the head and the body.
    func answer(to request: String) throws -> (status: Int?, head: String, body: String) {
        let client = try RawClient(port: port)
        client.send(request)
        let (head, body) = client.receiveResponse()
        return (Self.status(head), head, String(decoding: body, as: UTF8.self))
    }

    static func status(_ head: String) -> Int? {
        guard head.hasPrefix("HTTP/1.1 ") else { return nil }
        return Int(head.dropFirst(9).prefix(3))
    }

    /// Waits for something that the server does in its own time.
    static func eventually(_ condition: () -> Bool) async -> Bool {
        for _ in 0..<1000 {
            if condition() { return true }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    /// A new folder that is gone afterwards.
    static func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "annscope-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(folder.path)
    }
}

extension SocketServer {
    /// A server, and what happens on it until it has stopped.
    static func streaming(
        _ configuration: SocketServerConfiguration
    ) -> (server: SocketServer, events: AsyncStream<SocketEvent>) {
        let (events, continuation) = AsyncStream<SocketEvent>.makeStream()
        let server = SocketServer(configuration: configuration) { all in
            for event in all {
                if case .stopped = event { continuation.finish() } else { continuation.yield(event) }
            }
        }
        return (server, events)
    }
}
