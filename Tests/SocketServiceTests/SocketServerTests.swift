import Foundation
import SocketService
import Testing

/// The server on a real port, seen from the other end of real sockets.
@Suite("Socket server", .serialized, .timeLimit(.minutes(1)))
struct SocketServerTests {
    @Test("messages of any size come back whole, also in fragments")
    func messages() async throws {
        try await TestServer.serving { server in
            let client = try server.connected()
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
        configuration.listeners = [.tcp(host: "127.0.0.1", port: 0)]
        let (server, events) = SocketServer.streaming(configuration)
        let test = TestServer(server: server, listeners: try server.start())
        let clients = try [test.connected(), test.connected()]
        var ids: [ConnectionID] = []
        for await event in events {
            if case .opened(let id, let peer) = event {
                ids.append(id)
                #expect(peer.address == "127.0.0.1")
            }
            if ids.count == 2 { break }
        }
        let message = (0..<300_000).map { UInt8(97 + $0 % 23) }
        server.send(SharedFrame(message), to: ids)
        for client in clients { #expect(client.receiveMessage() == message) }
        server.stop(code: 1012)
        for client in clients { #expect(client.receiveClose() == 1012) }
        server.join()
    }

    @Test("a message over the limit and a binary one are closed by their codes, and others go on")
    func limits() async throws {
        try await TestServer.serving({ $0.maxMessageBytes = 1000 }) { server in
            let large = try server.connected()
            large.sendFrame([UInt8](repeating: 65, count: 1001))
            #expect(large.receiveClose() == 1009)
            let binary = try server.connected()
            binary.sendFrame([0, 1, 2], opcode: 2)
            #expect(binary.receiveClose() == 1003)
            let healthy = try server.connected()
            healthy.sendFrame(Array("still here".utf8))
            #expect(healthy.receiveMessage() == Array("still here".utf8))
        }
    }

    @Test("a viewer that never reads is closed when too much waits for it")
    func slowViewer() async throws {
        var configuration = SocketServerConfiguration()
        configuration.listeners = [.tcp(host: "127.0.0.1", port: 0)]
        configuration.maxQueuedBytes = 1 << 20
        let (server, events) = SocketServer.streaming(configuration)
        let client = try TestServer(server: server, listeners: try server.start()).connected()
        defer { client.close() }
        let frame = SharedFrame([UInt8](repeating: 65, count: 1 << 19))
        var sent = 0
        var isClosed = false
        for await event in events {
            switch event {
            // More than the kernel's buffers and the queue hold together.
            case .opened(let id, _): for _ in 0..<64 { server.send(frame, to: [id]) }
            case .sent(let all): sent += all.reduce(0) { $0 + $1.bytes }
            case .closed: isClosed = true
            default: continue
            }
            if isClosed { break }
        }
        #expect(isClosed)
        #expect(sent < 64 * frame.byteCount)
        #expect(server.statistics().queuedBytes == 0)
        server.stop()
        server.join()
    }

    @Test("a page of the same origin comes in, and no extension is agreed on")
    func sameOrigin() async throws {
        try await TestServer.serving { server in
            let client = try RawClient(port: server.port)
            client.send(
                RawClient.handshake(
                    "Origin: http://localhost:\(server.port)\r\nSec-WebSocket-Protocol: annscope.v1\r\n"
                        + "Sec-WebSocket-Extensions: permessage-deflate\r\n", host: "localhost:\(server.port)"))
            let head = client.receiveHead()
            #expect(head.hasPrefix("HTTP/1.1 101"))
            #expect(!head.lowercased().contains("sec-websocket-extensions"))
        }
    }

    @Test("requests are answered one after the other on one connection")
    func requests() async throws {
        try await TestServer.serving { server in
            let client = try RawClient(port: server.port)
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

    @Test("clients that vanish in the middle of a frame harm nobody")
    func vanishing() async throws {
        try await TestServer.serving { server in
            for _ in 0..<20 {
                let client = try server.connected()
                client.send([0x81, 0xFE, 0x10])
                client.close()
            }
            let healthy = try server.connected()
            healthy.sendFrame(Array("fine".utf8))
            #expect(healthy.receiveMessage() == Array("fine".utf8))
        }
    }
}
