import Glibc
import SocketService
import Testing

/// Clients that send no more: those that still listen, and those that are gone.
@Suite("Half-closed connections", .serialized, .timeLimit(.minutes(1)))
struct HalfClosedTests {
    private static func request(_ method: String, _ path: String = "/p", version: String = "1.1") -> String {
        let head = "\(method) \(path) HTTP/\(version)\r\nHost: localhost\r\n"
        return head + (method == "POST" ? "Content-Length: 5\r\n\r\nhello" : "\r\n")
    }

    @Test("a request is answered and the connection closed", arguments: ["GET", "HEAD", "POST"], [true, false])
    func answered(method: String, isUnix: Bool) async throws {
        try await TestServer.withFolder { folder in
            try await TestServer.serving({
                if isUnix { $0.listeners = [.unix(path: "\(folder)/socket")] }
            }) { server in
                // Who is first, the end or the answer, is a matter of luck.
                for round in 0..<100 {
                    let client = try isUnix ? RawClient(path: "\(folder)/socket") : RawClient(port: server.port)
                    client.send(Self.request(method))
                    usleep(UInt32(round * 5))
                    client.endSending()
                    var head = client.receiveHead()
                    // A sweep may come just between.
                    if method == "POST", TestServer.status(head) == 100 { head = client.receiveHead() }
                    #expect(TestServer.status(head) == 200)
                    let body = "\(method) /p ? \(method == "POST" ? 5 : 0)"
                    let received = client.receive(100)
                    #expect(String(decoding: received, as: UTF8.self) == (method == "HEAD" ? "" : body))
                }
            }
        }
    }

    @Test(
        "a request that takes its time is answered too, and a POST may be told to go on before",
        arguments: [("GET", "1.1", 200), ("POST", "1.0", 200), ("POST", "1.1", 100)])
    func answeredLate(method: String, version: String, firstStatus: Int) async throws {
        try await TestServer.serving { request in
            usleep(500_000)
            return TestServer.echo(request)
        } _: { server in
            let client = try RawClient(port: server.port)
            client.send(Self.request(method, version: version))
            client.endSending()
            var (head, body) = client.receiveResponse()
            #expect(TestServer.status(head) == firstStatus, "\(head)")
            if firstStatus == 100 { (head, body) = client.receiveResponse() }
            #expect(String(decoding: body, as: UTF8.self) == "\(method) /p ? \(method == "POST" ? 5 : 0)")
            #expect(head.contains("Connection: close"))
            #expect(client.isAtEnd())
        }
    }

    @Test("an answer that the kernel does not take at once comes whole")
    func large() async throws {
        let large = [UInt8](repeating: 65, count: 8 << 20) + [66]
        try await TestServer.serving(answer: { _ in
            usleep(100_000)
            return HTTPResponse(status: 200, body: large)
        }) { server in
            let client = try RawClient(port: server.port, receiveBytes: 4096)
            client.send(Self.request("GET"))
            client.endSending()
            // Told apart by hand: a difference between such lengths takes minutes to describe.
            let isWhole = client.receiveResponse().body == large
            #expect(isWhole)
            #expect(client.isAtEnd())
            #expect(await TestServer.eventually { server.server.statistics().connections == 0 })
        }
    }

    @Test("one that does not read its answer is cut off")
    func slowReader() async throws {
        try await TestServer.serving({ $0.deadlines.stall = .milliseconds(500) }) { _ in
            usleep(100_000)
            return HTTPResponse(status: 200, body: [UInt8](repeating: 65, count: 32 << 20))
        } _: { server in
            let client = try RawClient(port: server.port, receiveBytes: 4096)
            client.send(Self.request("GET"))
            client.endSending()
            #expect(
                await TestServer.eventually {
                    let statistics = server.server.statistics()
                    return statistics.refused[.deadline] == 1 && statistics.connections == 0
                })
        }
    }

    enum Leaving: CaseIterable { case closing, closingUnix, resetting }

    @Test("a client that goes away while it waits is told of", arguments: Leaving.allCases)
    func abandoned(leaving: Leaving) async throws {
        try await TestServer.withFolder { folder in
            var configuration = SocketServerConfiguration()
            configuration.listeners = [.tcp(host: "127.0.0.1", port: 0), .unix(path: "\(folder)/socket")]
            let (server, events) = SocketServer.streaming(configuration)
            let port = try #require(try server.start().first?.port)
            let client = try leaving == .closingUnix ? RawClient(path: "\(folder)/socket") : RawClient(port: port)
            // What can't be called off is not asked after.
            client.send(Self.request(leaving == .closing ? "POST" : "GET"))
            var asked: HTTPRequestID?
            for await event in events {
                if case .request(let id, _) = event {
                    asked = id
                    if leaving == .resetting { client.reset() } else { client.close() }
                }
                if case .abandoned(let id) = event {
                    #expect(id == asked)
                    break
                }
            }
            server.stop()
            server.join()
        }
    }
}
