import SocketService
import Testing

/// Requests with a body that are answered by their head alone.
@Suite("Early answers", .serialized, .timeLimit(.minutes(1)))
struct EarlyAnswerTests {
    private static let head = "POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n"

    /// Takes bodies only from who shows the word.
    private static func guarded(_ configuration: inout SocketServerConfiguration, word: String) {
        configuration.reloadable.answerBeforeBody = { request in
            guard request.authorization != word else { return nil }
            return HTTPResponse(
                status: 401, headers: [("Content-Type", "application/json"), ("WWW-Authenticate", "Bearer")],
                body: Array("{\(request.method) \(request.path) \(request.body.count)}".utf8))
        }
    }

    @Test(
        "the answer comes before any of the body is sent, and the connection is closed",
        arguments: ["", "Authorization: wrong\r\n", "Expect: 100-continue\r\n"])
    func refused(header: String) async throws {
        try await TestServer.serving({ Self.guarded(&$0, word: "right") }) { server in
            let client = try RawClient(port: server.port)
            client.send("\(Self.head)\(header)\r\n")
            let (head, body) = client.receiveResponse()
            #expect(head.hasPrefix("HTTP/1.1 401 Unauthorized\r\n"), "\(head)")
            for line in ["Content-Type: application/json", "WWW-Authenticate: Bearer", "Connection: close"] {
                #expect(head.contains("\r\n\(line)\r\n"), "\(head)")
            }
            #expect(String(decoding: body, as: UTF8.self) == "{post /p 0}")
            #expect(client.isAtEnd())
            let statistics = server.server.statistics()
            #expect(statistics.refused[.access] == 1 && statistics.bytesIn == 0 && statistics.requests == 0)
        }
    }

    @Test("a body that is on its way all the same is passed over, and the answer still arrives")
    func surplusBody() async throws {
        try await TestServer.serving({ Self.guarded(&$0, word: "right") }) { server in
            let client = try RawClient(port: server.port)
            client.send("\(Self.head)\r\n")
            client.send([UInt8](repeating: 65, count: 1_000_000))
            #expect(TestServer.status(client.receiveResponse().head) == 401)
            #expect(client.isAtEnd())
            #expect(server.server.statistics().bytesIn == 0)
        }
    }

    @Test("who may is told to go on, and the body is taken")
    func taken() async throws {
        try await TestServer.serving({ Self.guarded(&$0, word: "right") }) { server in
            let client = try RawClient(port: server.port)
            client.send("\(Self.head)Authorization: right\r\nExpect: 100-continue\r\n\r\n")
            #expect(client.receiveHead() == "HTTP/1.1 100 Continue\r\n\r\n")
            client.send([UInt8](repeating: 65, count: 1_000_000))
            #expect(String(decoding: client.receiveResponse().body, as: UTF8.self) == "POST /p ? 1000000")
        }
    }

    @Test("a request without a body is the server owner's to answer later, and its connection goes on")
    func withoutBody() async throws {
        try await TestServer.serving({ Self.guarded(&$0, word: "right") }) { server in
            let client = try RawClient(port: server.port)
            for request in ["GET /p HTTP/1.1\r\n", "POST /p HTTP/1.1\r\nContent-Length: 0\r\n"] {
                client.send("\(request)Host: localhost\r\n\r\n")
                #expect(TestServer.status(client.receiveResponse().head) == 200)
            }
        }
    }

    @Test("what is reloaded judges the next request")
    func reloaded() async throws {
        try await TestServer.serving({ Self.guarded(&$0, word: "right") }) { server in
            var configuration = SocketServerConfiguration()
            Self.guarded(&configuration, word: "other")
            try server.server.reload(configuration.reloadable)
            for (word, status) in [("right", 401), ("other", 200)] {
                let answer = try server.answer(
                    to: "POST /p HTTP/1.1\r\nHost: localhost\r\nAuthorization: \(word)\r\nContent-Length: 2\r\n\r\nab")
                #expect(answer.status == status, "\(answer.head)")
            }
        }
    }
}
