import Foundation
import SocketService
import Testing

/// Clients that take their time, come in crowds or send nonsense.
@Suite("Limits", .serialized, .timeLimit(.minutes(2)))
struct LimitsTests {
    private func impatient(_ configuration: inout SocketServerConfiguration) {
        configuration.deadlines.head = .seconds(1)
        configuration.deadlines.stall = .seconds(1)
        configuration.deadlines.idle = .seconds(1)
    }

    @Test("a head that never ends, though bytes come all the time, is cut off")
    func slowHead() async throws {
        try await TestServer.serving(impatient) { server in
            let client = try RawClient(port: server.port)
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\n")
            for _ in 0..<15 {
                client.send("X: y\r\n")
                try await Task.sleep(for: .milliseconds(200))
            }
            #expect(client.isAtEnd())
            #expect(server.server.statistics().refused[.deadline] == 1)
        }
    }

    @Test("a connection that says nothing, a body that stops and an idle one are closed")
    func silence() async throws {
        try await TestServer.serving(impatient) { server in
            let silent = try RawClient(port: server.port)
            let body = try RawClient(port: server.port)
            body.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhello")
            let idle = try RawClient(port: server.port)
            idle.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(TestServer.status(idle.receiveResponse().head) == 200)
            for client in [silent, body, idle] { #expect(client.isAtEnd()) }
        }
    }

    @Test("a client that does not read its answer is cut off, and others go on")
    func slowReader() async throws {
        let large = [UInt8](repeating: 65, count: 32 << 20)
        try await TestServer.serving(impatient, answer: { _ in HTTPResponse(status: 200, body: large) }) { server in
            let client = try RawClient(port: server.port, receiveBytes: 4096)
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(
                await TestServer.eventually {
                    let statistics = server.server.statistics()
                    return statistics.refused[.deadline] == 1 && statistics.connections == 0
                })
        }
    }

    @Test("text that is no UTF-8 is closed with 1007, an opcode that there is not with 1002")
    func malformedFrames() async throws {
        try await TestServer.serving { server in
            let text = try server.connected()
            text.sendFrame([0x61, 0xFF, 0xFE])
            #expect(text.receiveClose() == 1007)
            let reserved = try server.connected()
            reserved.sendFrame([1], opcode: 3)
            #expect(reserved.receiveClose() == 1002)
        }
    }

    @Test("a ping is answered, and a client that answers none is closed")
    func pings() async throws {
        try await TestServer.serving({ $0.pingSeconds = 1 }) { server in
            let client = try server.connected()
            client.sendFrame(Array("are you there".utf8), opcode: 9)
            let pong = client.receiveFrame()
            #expect(pong?.opcode == 10 && pong?.payload == Array("are you there".utf8))
            var opcodes: [UInt8] = []
            while let frame = client.receiveFrame() { opcodes.append(frame.opcode) }
            #expect(opcodes.first == 9)
            #expect(await TestServer.eventually { server.server.statistics().webSockets == 0 })
        }
    }

    @Test("a pong goes ahead of the answer to the message that its ping came before or within")
    func pongsFirst() async throws {
        try await TestServer.serving { server in
            let ping = RawClient.frame(Array("p".utf8), opcode: 9)
            let whole = ping + RawClient.frame(Array("message".utf8))
            let fragments =
                RawClient.frame(Array("mess".utf8), isFinal: false) + ping
                + RawClient.frame(Array("age".utf8), opcode: 0)
            // Who is first would be a matter of luck else.
            for packet in (0..<50).flatMap({ _ in [whole, fragments] }) {
                let client = try server.connected()
                client.send(packet)
                #expect(client.receiveFrame()?.opcode == 10)
                #expect(client.receiveMessage() == Array("message".utf8))
            }
        }
    }

    @Test("what comes behind a close frame is not taken, even the end of a message that came before it")
    func behindClose() async throws {
        try await TestServer.serving { server in
            let close = RawClient.frame([3, 0xE8], opcode: 8)
            let whole = close + RawClient.frame(Array("late".utf8))
            let fragments =
                RawClient.frame(Array("too ".utf8), isFinal: false) + close
                + RawClient.frame(Array("late".utf8), opcode: 0)
            for packet in (0..<50).flatMap({ _ in [whole, fragments] }) {
                let client = try server.connected()
                client.send(packet)
                let answer = client.receiveFrame()
                #expect(answer?.opcode == 8 && answer?.payload == [3, 0xE8])
                #expect(client.isAtEnd())
            }
            #expect(server.server.statistics().messagesIn == 0)
        }
    }

    @Test("pings between the fragments of a large message do not spoil it")
    func pingsBetweenFragments() async throws {
        let message = (0..<4_000_000).map { UInt8(97 + $0 % 26) }
        try await TestServer.serving({
            $0.maxMessageBytes = 8 << 20
            $0.maxQueuedBytes = 32 << 20
        }) { server in
            let client = try server.connected()
            client.sendFrame(message)
            for _ in 0..<20 { client.sendFrame(Array("p".utf8), opcode: 9) }
            #expect(client.receiveMessage() == message)
        }
    }

    @Test("many small messages queued at once come in their order, whole and separate")
    func manySmall() async throws {
        var configuration = SocketServerConfiguration()
        configuration.listeners = [.tcp(host: "127.0.0.1", port: 0)]
        let (server, events) = SocketServer.streaming(configuration)
        let client = try TestServer(server: server, listeners: try server.start()).connected()
        var sent = 0
        let messages = (0..<5000).map { Array("message \($0) ".utf8) + [UInt8](repeating: 65, count: $0 % 300) }
        for await event in events {
            if case .opened(let id, _) = event {
                for message in messages { server.send(SharedFrame(message), to: [id]) }
            }
            if case .sent(let all) = event { sent += all.reduce(0) { $0 + $1.bytes } }
            if case .opened = event { for message in messages { #expect(client.receiveMessage() == message) } }
            if sent == messages.reduce(0, { $0 + $1.count }) { break }
        }
        #expect(server.statistics().messagesOut == 5000)
        server.stop()
        server.join()
    }

    @Test("thousands of connection attempts leave a server that serves")
    func flood() async throws {
        try await TestServer.serving { server in
            for round in 0..<3000 {
                let client = try RawClient(port: server.port)
                if round % 3 == 0 { client.send("GET / HTTP/1.1\r\n") }
                if round % 7 == 0 { client.send([UInt8](repeating: 0xFF, count: 64)) }
                client.close()
            }
            let healthy = try server.connected()
            healthy.sendFrame(Array("fine".utf8))
            #expect(healthy.receiveMessage() == Array("fine".utf8))
            healthy.close()
            #expect(await TestServer.eventually { server.server.statistics().connections == 0 })
        }
    }
}
