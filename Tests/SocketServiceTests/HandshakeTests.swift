import Foundation
import SocketService
import Testing

@Suite("WebSocket handshakes", .serialized, .timeLimit(.minutes(1)))
struct HandshakeTests {
    private static let offer = "Sec-WebSocket-Protocol: annscope.v1\r\n"

    @Test(
        "a handshake that must not come in gets an HTTP status",
        arguments: [
            (RawClient.handshake("Sec-WebSocket-Protocol: other.v9\r\n"), 400), (RawClient.handshake(""), 400),
            (RawClient.handshake("Origin: http://evil.example\r\n" + offer), 403),
            (RawClient.handshake("Origin: null\r\n" + offer), 403), (RawClient.handshake(host: "evil.example"), 403),
            (RawClient.handshake(host: "user@localhost"), 400),
            (RawClient.handshake(offer).replacing("GET /ws", with: "GET /other"), 404),
            (RawClient.handshake(offer).replacing("Version: 13", with: "Version: 8"), 426),
            (RawClient.handshake(offer).replacing("dGhlIHNhbXBsZSBub25jZQ==", with: "short"), 400),
            (RawClient.handshake(offer).replacing("Connection: Upgrade", with: "Connection: close"), 400),
            (
                "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                    + "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n", 400
            ),
        ])
    func refused(request: String, status: Int) async throws {
        try await TestServer.serving { server in
            let client = try RawClient(port: server.port)
            client.send(request)
            let (head, body) = client.receiveResponse()
            #expect(TestServer.status(head) == status, "\(head)")
            #expect(body.last == 10)
            #expect(client.isAtEnd())
        }
    }

    @Test("an upgrade to something unknown gets one refusal")
    func unknownUpgrade() async throws {
        try await TestServer.serving { server in
            let client = try RawClient(port: server.port)
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: foobar\r\n\r\n")
            let everything = String(decoding: client.receive(100_000), as: UTF8.self)
            #expect(everything.components(separatedBy: "HTTP/1.").count == 2, "\(everything)")
        }
    }

    @Test("more connections than allowed get 503, requests are answered still, and a place that is free is taken")
    func tooMany() async throws {
        try await TestServer.serving({ $0.reloadable.maxConnections = 2 }) { server in
            let first = try server.connected()
            let second = try server.connected()
            let refused = try server.answer(to: RawClient.handshake())
            #expect(refused.status == 503 && refused.head.contains("Retry-After:"))
            #expect(try server.answer(to: "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 200)
            first.close()
            #expect(await TestServer.eventually { server.server.statistics().webSockets == 1 })
            let third = try server.connected()
            third.sendFrame(Array("hello".utf8))
            #expect(third.receiveMessage() == Array("hello".utf8))
            withExtendedLifetime(second) {}
            #expect(server.server.statistics().refused[.connections] == 1)
        }
    }

    @Test("one address may have so many connections, others are told, and the rest is closed at once")
    func perAddress() async throws {
        try await TestServer.serving({
            $0.reloadable.maxConnectionsPerAddress = 3
            $0.reloadable.countsLoopbackAddresses = true
        }) { server in
            let allowed = try (0..<3).map { _ in try server.connected() }
            #expect(try server.answer(to: RawClient.handshake()).status == 503)
            let surplus = try (0..<40).map { _ in try RawClient(port: server.port) }
            #expect(await TestServer.eventually { server.server.statistics().refused[.address, default: 0] > 20 })
            for client in surplus + allowed { client.close() }
            #expect(await TestServer.eventually { server.server.statistics().connections == 0 })
            _ = try server.connected()
        }
    }

    @Test("a server that drains answers handshakes with 503 and goes on for those who are in")
    func draining() async throws {
        try await TestServer.serving { server in
            let client = try server.connected()
            server.server.refuseNewcomers()
            let refused = try server.answer(to: RawClient.handshake())
            #expect(refused.status == 503 && refused.body.contains("stopping"))
            client.sendFrame(Array("hello".utf8))
            #expect(client.receiveMessage() == Array("hello".utf8))
        }
    }

    @Test("new rules hold for newcomers, and wrong ones change nothing")
    func reload() async throws {
        try await TestServer.serving { server in
            let early = try server.connected()
            var rules = SocketServerConfiguration.Reloadable()
            rules.allowedHosts = ["new.example"]
            try server.server.reload(rules)
            let request = "GET / HTTP/1.1\r\nHost: new.example\r\n\r\n"
            #expect(
                await TestServer.eventually { (try? server.answer(to: request).status) == 200 })
            rules.allowedHosts = ["not a host"]
            #expect(throws: SocketError.self) { try server.server.reload(rules) }
            rules.allowedHosts = []
            rules.tls = .init(certificate: "/none", key: "/none")
            #expect(throws: SocketError.self) { try server.server.reload(rules) }
            #expect(try server.answer(to: request).status == 200)
            early.sendFrame(Array("still here".utf8))
            #expect(early.receiveMessage() == Array("still here".utf8))
        }
    }
}
