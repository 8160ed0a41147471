import SocketService
import Testing

/// What HTTP clients, good and bad, are answered, byte by byte.
@Suite("HTTP at the wire", .serialized, .timeLimit(.minutes(1)))
struct HTTPWireTests {
    @Test(
        "a body without one good length is refused and the connection closed",
        arguments: [
            ("Transfer-Encoding: chunked\r\n", 411), ("Content-Length: -5\r\n", 400), ("", 411),
            ("Content-Length: +5\r\n", 400), ("Content-Length: 5, 5\r\n", 400), ("Content-Length: 0x5\r\n", 400),
            ("Content-Length: 5\r\nContent-Length: 7\r\n", 400), ("Content-Length: 5\r\nContent-Length: 5\r\n", 400),
            ("Content-Length: 99999999999999999999\r\n", 413), ("Content-Length: 90000000\r\n", 413),
            ("Content-Length : 5\r\n", 400), ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 411),
            ("Content-Length: 5\r\nTransfer-Encoding : chunked\r\n", 400), ("Content-Length: 5 5\r\n", 400),
        ])
    func refusedBodies(headers: String, status: Int) async throws {
        try await TestServer.serving { server in
            let client = try RawClient(port: server.port)
            client.send("POST /p HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\nhelloGET /smuggled HTTP/1.1\r\n\r\n")
            let (head, body) = client.receiveResponse()
            #expect(TestServer.status(head) == status, "\(head)")
            #expect(head.contains("Connection: close"))
            #expect(!body.isEmpty)
            #expect(client.isAtEnd())
        }
    }

    @Test("a refused request is not heard of, also when its body is there already")
    func refusedWhole() async throws {
        var configuration = SocketServerConfiguration()
        configuration.listeners = [.tcp(host: "127.0.0.1", port: 0)]
        let (server, events) = SocketServer.streaming(configuration)
        let port = try #require(try server.start().first?.port)
        for head in [
            "POST /p HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n",
            "GET /p HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n",
            "POST /p HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 5\r\n",
        ] {
            let client = try RawClient(port: port)
            client.send(head + "\r\nhello")
            #expect((TestServer.status(client.receiveResponse().0) ?? 0) >= 400)
            #expect(client.isAtEnd())
        }
        server.stop()
        var heard = 0
        for await event in events { if case .request = event { heard += 1 } }
        #expect(heard == 0)
        server.join()
    }

    @Test("a byte too much and a reader that stalls end the connection, and leave the loop in peace")
    func surplusByte() async throws {
        try await TestServer.serving({ $0.deadlines.stall = .milliseconds(500) }) { _ in
            HTTPResponse(status: 200, body: [UInt8](repeating: 65, count: 16 << 20))
        } _: { server in
            let client = try RawClient(port: server.port)
            client.send("POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello!")
            // It is being answered, which takes longer than the stall.
            try await Task.sleep(for: .seconds(2))
            let before = server.server.statistics()
            #expect(before.connections == 0)
            try await Task.sleep(for: .seconds(1))
            let turns = before.turns
            #expect(server.server.statistics().turns - turns < 100)
        }
    }

    @Test("a space after a length is none of its digits")
    func spacedLength() async throws {
        try await TestServer.serving { server in
            let answer = try server.answer(
                to: "POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Length:   5 \r\n\r\nhello")
            #expect(answer.body == "POST /p ? 5")
        }
    }

    @Test(
        "other methods get a status and what is taken",
        arguments: [
            ("PUT", 405), ("DELETE", 405), ("OPTIONS", 405), ("PATCH", 405), ("TRACE", 501), ("BREW", 501),
            ("CONNECT", 501),
        ])
    func methods(method: String, status: Int) async throws {
        try await TestServer.serving { server in
            let client = try RawClient(port: server.port)
            client.send("\(method) / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let (head, _) = client.receiveResponse()
            #expect(TestServer.status(head) == status, "\(head)")
            #expect(head.contains("Allow: GET, HEAD, POST"))
            #expect(client.isAtEnd())
        }
    }

    @Test(
        "what is no HTTP at all is told so and closed",
        arguments: ["\u{16}\u{03}\u{01}\u{02}", "\r\n\r\nx\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"])
    func garbage(bytes: String) async throws {
        try await TestServer.serving { server in
            let client = try RawClient(port: server.port)
            client.send(bytes)
            client.endSending()
            let head = client.receiveHead()
            #expect(head.isEmpty || (TestServer.status(head) ?? 0) >= 400, "\(head)")
        }
    }

    @Test(
        "a request is answered for its own hosts only",
        arguments: [
            ("Host: localhost\r\n", 200), ("Host: LOCALHOST.:80\r\n", 200), ("Host: 127.3.4.5:1\r\n", 200),
            ("Host: [::1]:7700\r\n", 200), ("Host: known.example:8\r\n", 200), ("Host: evil.example\r\n", 403),
            ("Host: localhost.evil.example\r\n", 403), ("Host: 127.0.0.1.evil.example\r\n", 403),
            ("Host: user@localhost\r\n", 400), ("Host: evil.example@localhost\r\n", 400), ("Host: \r\n", 400),
            ("", 400), ("Host: localhost:x\r\n", 400), ("Host: localhost\r\nHost: evil.example\r\n", 400),
            ("Host: localhost/..\r\n", 400), ("Host: 192.168.0.1\r\n", 403), ("Host: [::1\r\n", 400),
            ("Host: localhost:70000\r\n", 400), ("Host: 127.0.0.256\r\n", 403),
        ])
    func hosts(header: String, status: Int) async throws {
        try await TestServer.serving({ $0.reloadable.allowedHosts = ["Known.Example."] }) { server in
            let answer = try server.answer(to: "GET / HTTP/1.1\r\n\(header)\r\n")
            #expect(answer.status == status, "\(answer.head) \(answer.body)")
        }
    }

    @Test(
        "a page of another origin is refused, on POST too",
        arguments: [
            ("http://localhost:7700", 200), ("https://localhost:7700", 200), ("HTTP://LOCALHOST:7700", 200),
            ("https://friend.example", 200), ("https://friend.example:443", 200), ("http://friend.example", 403),
            ("http://localhost", 403), ("http://evil.example", 403), ("null", 403), ("localhost:7700", 403),
            ("http://localhost:7700.evil.example", 403), ("http://evil@localhost:7700", 403), ("file://", 403),
        ])
    func origins(origin: String, status: Int) async throws {
        try await TestServer.serving({ $0.reloadable.allowedOrigins = ["https://friend.example"] }) { server in
            for request in ["GET / HTTP/1.1\r\n", "POST / HTTP/1.1\r\nContent-Length: 0\r\n"] {
                let answer = try server.answer(to: "\(request)Host: localhost:7700\r\nOrigin: \(origin)\r\n\r\n")
                #expect(answer.status == status, "\(answer.head)")
            }
        }
    }

    @Test(
        "every answer carries the security headers, refusals too",
        arguments: [
            "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
            "BREW / HTTP/1.1\r\n\r\n",
        ])
    func securityHeaders(request: String) async throws {
        try await TestServer.serving { server in
            let head = try server.answer(to: request).head
            for header in [
                "X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer", "frame-ancestors 'none'",
                "Cross-Origin-Opener-Policy: same-origin", "Cross-Origin-Resource-Policy: same-origin", "Date: ",
            ] { #expect(head.contains(header), "\(header) is not in \(head)") }
            #expect(!head.contains("unsafe-"))
        }
    }

    @Test("an answer's own header takes the place of the usual one, and no value can end its line")
    func headers() async throws {
        try await TestServer.serving(
            answer: { _ in
                HTTPResponse(
                    status: 200, headers: [("referrer-policy", "origin"), ("X-Name", "a\r\nSet-Cookie: b")],
                    body: [65])
            }
        ) { server in
            let head = try server.answer(to: "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").head
            #expect(head.contains("referrer-policy: origin") && !head.contains("no-referrer"))
            #expect(!head.contains("\r\nSet-Cookie"))
        }
    }

    @Test("HEAD and 304 have no body, and the connection goes on")
    func withoutBody() async throws {
        try await TestServer.serving(
            answer: { request in
                request.ifNoneMatch == nil
                    ? TestServer.echo(request)
                    : HTTPResponse(status: 304, headers: [("ETag", "\"a\"")], body: Array("lost".utf8))
            }
        ) { server in
            let client = try RawClient(port: server.port)
            client.send("HEAD /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(client.receiveHead().contains("Content-Length: 300000"))
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: \"a\"\r\n\r\n")
            let head = client.receiveHead()
            #expect(head.hasPrefix("HTTP/1.1 304 Not Modified") && !head.contains("Content-Length"))
            client.send("GET /next HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(String(decoding: client.receiveResponse().body, as: UTF8.self) == "GET /next ? 0")
        }
    }

    /// libwebsockets 4.1.6 reads a POST request that it has held back from freed memory.
    @Test(
        "of requests sent in one go the first is answered and the connection closed",
        arguments: ["POST", "GET"], ["POST", "GET"])
    func pipelined(first: String, second: String) async throws {
        func request(_ method: String, _ path: String) -> String {
            method == "POST"
                ? "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc"
                : "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n"
        }
        try await TestServer.serving { server in
            let client = try RawClient(port: server.port)
            client.send(request(first, "/1") + (2..<20).map { request(second, "/\($0)") }.joined())
            let (head, body) = client.receiveResponse()
            #expect(String(decoding: body, as: UTF8.self) == "\(first) /1 ? \(first == "POST" ? 3 : 0)")
            #expect(head.contains("Connection: close"))
            #expect(client.isAtEnd())
            #expect(server.server.statistics().requests == 1)
        }
    }

    @Test("requests one after the other, of any kind and in pieces, use one connection")
    func keptAlive() async throws {
        try await TestServer.serving { server in
            let client = try RawClient(port: server.port)
            for number in 0..<50 {
                if number % 2 == 0 {
                    client.send("POST /\(number) HTTP/1.1\r\nHost: local")
                    try await Task.sleep(for: .milliseconds(2))
                    client.send("host\r\nContent-Length: 4\r\n\r\nab")
                    try await Task.sleep(for: .milliseconds(2))
                    client.send("cd")
                } else {
                    client.send("GET /\(number) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                }
                let (head, body) = client.receiveResponse()
                let expected = number % 2 == 0 ? "POST /\(number) ? 4" : "GET /\(number) ? 0"
                #expect(String(decoding: body, as: UTF8.self) == expected && !head.contains("Connection: close"))
            }
            #expect(server.server.statistics().accepted == 1)
        }
    }

    @Test("a frame right behind its handshake is read")
    func earlyFrame() async throws {
        try await TestServer.serving { server in
            let client = try RawClient(port: server.port)
            client.send(RawClient.handshake())
            client.sendFrame(Array("early".utf8))
            #expect(client.receiveHead().hasPrefix("HTTP/1.1 101"))
            #expect(client.receiveMessage() == Array("early".utf8))
        }
    }

    @Test("a client that asks to close, or speaks HTTP/1.0, is closed after its answer")
    func closing() async throws {
        try await TestServer.serving { server in
            for request in [
                "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "GET / HTTP/1.0\r\nHost: localhost\r\n\r\n",
            ] {
                let client = try RawClient(port: server.port)
                client.send(request)
                #expect(client.receiveResponse().head.contains("Connection: close"))
                #expect(client.isAtEnd())
            }
        }
    }

    @Test(
        "paths that try to climb or to confuse stay paths",
        arguments: [
            ("/../../etc/passwd", "/etc/passwd"), ("/a/%2e%2e/%2e%2e/etc", "/etc"), ("//a///b", "/a/b"),
            ("/a%2fb", "/a/b"), ("/a\\..\\b", "/a\\..\\b"), ("/a/./b", "/a/b"), ("/%252e%252e/a", "/%2e%2e/a"),
        ])
    func paths(path: String, decoded: String) async throws {
        try await TestServer.serving { server in
            let answer = try server.answer(to: "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(answer.body == "GET \(decoded) ? 0")
        }
    }

    @Test(
        "paths that are no text never arrive",
        arguments: ["/a%00b", "/%c0%ae%c0%ae/etc", "/%ff", "/%zz", "/%1b", "/%", "/a%0db", "/a%0aX:b", "/%00a"])
    func refusedPaths(path: String) async throws {
        try await TestServer.serving { server in
            let client = try RawClient(port: server.port)
            client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let head = client.receiveHead()
            #expect(head.isEmpty || (400...403).contains(Self.anyStatus(head)), "\(head)")
        }
    }

    /// Of any HTTP version: some refusals are libwebsockets' own.
    private static func anyStatus(_ head: String) -> Int {
        Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0
    }

    @Test("a head of more than 16 KiB is closed, one of less is read")
    func headSize() async throws {
        try await TestServer.serving { server in
            let request = "GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: "
            let short = try server.answer(to: request + String(repeating: "x", count: 12_000) + "\r\n\r\n")
            #expect(short.status == 200)
            let client = try RawClient(port: server.port)
            client.send(request + String(repeating: "x", count: 40_000) + "\r\n\r\n")
            let head = client.receiveHead()
            #expect(head.isEmpty, "\(head)")
        }
    }

    @Test("a client that asks before it sends its body is told to go on")
    func expectContinue() async throws {
        try await TestServer.serving { server in
            let client = try RawClient(port: server.port)
            client.send("POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
            #expect(client.receiveHead() == "HTTP/1.1 100 Continue\r\n\r\n")
            client.send("hello")
            #expect(String(decoding: client.receiveResponse().body, as: UTF8.self) == "POST /p ? 5")
        }
    }

    @Test("requests that wait when the server stops are still answered")
    func answeredWhileStopping() async throws {
        var configuration = SocketServerConfiguration()
        configuration.listeners = [.tcp(host: "127.0.0.1", port: 0)]
        let (server, events) = SocketServer.streaming(configuration)
        let port = try #require(try server.start().first?.port)
        let client = try RawClient(port: port)
        client.send("GET /late HTTP/1.1\r\nHost: localhost\r\n\r\n")
        for await event in events {
            guard case .request(let id, let request) = event else { continue }
            server.stop()
            server.respond(to: id, TestServer.echo(request) ?? HTTPResponse(status: 500))
        }
        let (head, body) = client.receiveResponse()
        #expect(String(decoding: body, as: UTF8.self) == "GET /late ? 0")
        #expect(head.contains("Connection: close"))
        #expect(throws: RawClient.Failure.self) { try RawClient(port: port) }
        server.join()
    }
}
