import Foundation
import SocketService
import Testing

/// The server on a real port, seen from the other end of real sockets.
@Suite("Socket server", .serialized, .timeLimit(.minutes(1)))
struct SocketServerTests {
    /// Starts a server that echoes: messages come back to their sender, requests with method, path, query and body.
    private func serving(
        _ change: (inout SocketServerConfiguration) -> Void = { _ in },
        _ body: (SocketServer, UInt16) async throws -> Void
    ) async throws {
        var configuration = SocketServerConfiguration()
        configuration.listeners = [.init(host: "127.0.0.1", port: 0)]
        change(&configuration)
        let server = SocketServer(configuration: configuration)
        let port = try #require(try server.start().first)
        let echo = Task(executorPreference: ThreadExecutor()) {
            for await event in server.events {
                switch event {
                case .message(let id, let bytes): server.send(SharedFrame(bytes), to: [id])
                case .request(let id, let request):
                    let text = "\(request.method.rawValue) \(request.path) ?\(request.query) \(request.body.count)"
                    server.respond(
                        to: id,
                        HTTPResponse(
                            status: 200,
                            headers: [("Content-Type", "text/plain"), ("X-Content-Type-Options", "nosniff")],
                            body: request.path == "/large" ? [UInt8](repeating: 65, count: 300_000) : Array(text.utf8)))
                default: continue
                }
            }
        }
        do { try await body(server, port) } catch { Issue.record(error) }
        server.stop()
        await echo.value
    }

    private func connected(_ port: UInt16) throws -> RawClient {
        let client = try RawClient(port: port)
        client.send(RawClient.handshake())
        #expect(client.receiveHead().hasPrefix("HTTP/1.1 101"))
        return client
    }

    @Test("it listens on the loopback address and nowhere else")
    func boundAddress() async throws {
        try await serving { _, port in
            let hex = String(port, radix: 16, uppercase: true)
            let suffix = ":" + String(repeating: "0", count: 4 - hex.count) + hex
            let four = try String(contentsOfFile: "/proc/net/tcp", encoding: .utf8)
            let listening = four.split(separator: "\n").map { $0.split(separator: " ") }
                .filter { $0.count > 3 && $0[1].hasSuffix(suffix) && $0[3] == "0A" }
            #expect(listening.map { String($0[1]) } == ["0100007F" + suffix])
            let six = (try? String(contentsOfFile: "/proc/net/tcp6", encoding: .utf8)) ?? ""
            #expect(!six.split(separator: "\n").contains { $0.contains(suffix + " ") && $0.contains(" 0A ") })
        }
    }

    @Test("messages of any size come back whole, also in fragments")
    func messages() async throws {
        try await serving { _, port in
            let client = try connected(port)
            for count in [1, 125, 126, 65_535, 65_536, 65_537, 300_000] {
                let message = (0..<count).map { UInt8(97 + $0 % 26) }
                client.sendFrame(message)
                #expect(client.receiveMessage() == message)
            }
            client.sendFrame(Array("one ".utf8), isFinal: false)
            client.sendFrame(Array("message".utf8), opcode: 0)
            #expect(client.receiveMessage() == Array("one message".utf8))
        }
    }

    @Test("two viewers get the same large frame intact")
    func sharedFrame() async throws {
        var configuration = SocketServerConfiguration()
        configuration.listeners = [.init(host: "127.0.0.1", port: 0)]
        let server = SocketServer(configuration: configuration)
        let port = try #require(try server.start().first)
        let clients = try [connected(port), connected(port)]
        var ids: [ConnectionID] = []
        for await event in server.events {
            if case .opened(let id) = event { ids.append(id) }
            if ids.count == 2 { break }
        }
        let message = (0..<300_000).map { UInt8(97 + $0 % 23) }
        server.send(SharedFrame(message), to: ids)
        for client in clients { #expect(client.receiveMessage() == message) }
        server.stop(code: 1012)
        for client in clients { #expect(client.receiveClose() == 1012) }
    }

    @Test("a message over the limit and a binary one are closed by their codes, and others go on")
    func limits() async throws {
        try await serving({ $0.maxMessageBytes = 1000 }) { _, port in
            let large = try connected(port)
            large.sendFrame([UInt8](repeating: 65, count: 1001))
            #expect(large.receiveClose() == 1009)
            let binary = try connected(port)
            binary.sendFrame([0, 1, 2], opcode: 2)
            #expect(binary.receiveClose() == 1003)
            let healthy = try connected(port)
            healthy.sendFrame(Array("still here".utf8))
            #expect(healthy.receiveMessage() == Array("still here".utf8))
        }
    }

    @Test("a viewer that never reads is closed when too much waits for it")
    func slowViewer() async throws {
        var configuration = SocketServerConfiguration()
        configuration.listeners = [.init(host: "127.0.0.1", port: 0)]
        configuration.maxQueuedBytes = 1 << 20
        let server = SocketServer(configuration: configuration)
        let port = try #require(try server.start().first)
        let client = try connected(port)
        defer { client.close() }
        let frame = SharedFrame([UInt8](repeating: 65, count: 1 << 19))
        var sent = 0
        var isClosed = false
        for await event in server.events {
            switch event {
            // More than the kernel's buffers and the queue hold together.
            case .opened(let id): for _ in 0..<64 { server.send(frame, to: [id]) }
            case .sent(_, let bytes): sent += bytes
            case .closed: isClosed = true
            default: continue
            }
            if isClosed { break }
        }
        #expect(isClosed)
        #expect(sent < 64 * frame.byteCount)
        server.stop()
    }

    @Test(
        "a handshake that must not come in gets an HTTP status",
        arguments: [
            (RawClient.handshake("Sec-WebSocket-Protocol: other.v9\r\n"), "400"),
            (RawClient.handshake(""), "400"),
            (RawClient.handshake("Origin: http://evil.example\r\nSec-WebSocket-Protocol: annscope.v1\r\n"), "403"),
            (RawClient.handshake(host: "evil.example"), "403"),
            (
                "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                    + "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n", "400"
            ),
        ])
    func refusedHandshakes(request: String, status: String) async throws {
        try await serving { _, port in
            let client = try RawClient(port: port)
            client.send(request)
            let line = client.receiveHead().split(separator: "\r\n").first.map(String.init) ?? "nothing"
            #expect(line.split(separator: " ").dropFirst().first.map(String.init) == status, "\(line)")
        }
    }

    @Test("a page of the same origin comes in, and no extension is agreed on")
    func sameOrigin() async throws {
        try await serving { _, port in
            let client = try RawClient(port: port)
            client.send(
                RawClient.handshake(
                    "Origin: http://localhost:\(port)\r\nSec-WebSocket-Protocol: annscope.v1\r\n"
                        + "Sec-WebSocket-Extensions: permessage-deflate\r\n", host: "localhost:\(port)"))
            let head = client.receiveHead()
            #expect(head.hasPrefix("HTTP/1.1 101"))
            #expect(!head.lowercased().contains("sec-websocket-extensions"))
        }
    }

    @Test("requests are answered one after the other on one connection")
    func requests() async throws {
        try await serving { _, port in
            let client = try RawClient(port: port)
            client.send("GET /a%20b?x=1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            let first = client.receiveResponse()
            #expect(first.head.hasPrefix("HTTP/1.1 200"))
            #expect(first.head.lowercased().contains("x-content-type-options: nosniff"))
            #expect(String(decoding: first.body, as: UTF8.self) == "GET /a b ?x=1 0")
            client.send("GET /large HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            #expect(client.receiveResponse().body == [UInt8](repeating: 65, count: 300_000))
            client.send("POST /p HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n\r\nhello")
            #expect(String(decoding: client.receiveResponse().body, as: UTF8.self) == "POST /p ? 5")
        }
    }

    @Test(
        "a body without one good length, a foreign host and a foreign page are refused",
        arguments: [
            ("Transfer-Encoding: chunked\r\n", "411"), ("Content-Length: -5\r\n", "400"), ("", "411"),
            ("Content-Length: 5\r\nContent-Length: 7\r\n", "400"), ("Content-Length: 99999999999999999999\r\n", "413"),
            ("Content-Length: 90000000\r\n", "413"), ("Content-Length: 2\r\nOrigin: http://evil.example\r\n", "403"),
        ])
    func refusedBodies(headers: String, status: String) async throws {
        try await serving { _, port in
            let client = try RawClient(port: port)
            client.send("POST /p HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n")
            let line = client.receiveHead().split(separator: "\r\n").first.map(String.init) ?? "nothing"
            #expect(line.split(separator: " ").dropFirst().first.map(String.init) == status, "\(line)")
        }
    }

    @Test("clients that vanish in the middle of a frame harm nobody")
    func vanishing() async throws {
        try await serving { _, port in
            for _ in 0..<20 {
                let client = try connected(port)
                client.send([0x81, 0xFE, 0x10])
                client.close()
            }
            let healthy = try connected(port)
            healthy.sendFrame(Array("fine".utf8))
            #expect(healthy.receiveMessage() == Array("fine".utf8))
        }
    }
}
