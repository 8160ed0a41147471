import Foundation
import SocketService
import Synchronization
import Testing

/// The client against the real server, on real sockets.
@Suite("Socket client", .serialized, .timeLimit(.minutes(1)))
struct SocketClientTests {
    /// Starts a server that hands its events to `react`, and a client that is connected to it.
    private func connected(
        _ change: (inout SocketClientConfiguration) -> Void = { _ in },
        react: @escaping @Sendable (SocketServer, SocketEvent) -> Void,
        _ body: (SocketClient, inout SocketClientEvents.Iterator) async throws -> Void
    ) async throws {
        var served = SocketServerConfiguration()
        served.listeners = [.tcp(host: "127.0.0.1", port: 0)]
        served.maxMessageBytes = 4 << 20
        let server = Server(served, react)
        let port = try server.start()
        var configuration = try #require(SocketClientConfiguration(page: "http://127.0.0.1:\(port)/"))
        change(&configuration)
        let client = SocketClient(configuration)
        client.start()
        var events = client.events.makeAsyncIterator()
        #expect(await events.next() == .opened)
        do { try await body(client, &events) } catch { Issue.record(error) }
        client.close()
        server.stop()
    }

    /// A server, and what it does about its events on the thread of its sockets.
    private final class Server: Sendable {
        let events: AsyncStream<SocketEvent>
        private let continuation: AsyncStream<SocketEvent>.Continuation
        private let react: @Sendable (SocketServer, SocketEvent) -> Void
        private let box = Mutex<SocketServer?>(nil)

        init(
            _ configuration: SocketServerConfiguration, _ react: @escaping @Sendable (SocketServer, SocketEvent) -> Void
        ) {
            (events, continuation) = AsyncStream.makeStream()
            self.react = react
            let server = SocketServer(configuration: configuration) { [weak self] events in
                for event in events { self?.take(event) }
            }
            box.withLock { $0 = server }
        }

        private func take(_ event: SocketEvent) {
            guard let server = box.withLock({ $0 }) else { return }
            if case .held(let id) = event { server.readOn(id) }
            react(server, event)
            continuation.yield(event)
        }

        func start() throws -> UInt16 {
            let server = try #require(box.withLock { $0 })
            return try #require(try server.start().first?.port)
        }

        func stop() {
            let server = box.withLock { $0 }
            server?.stop()
            server?.join()
            continuation.finish()
        }
    }

    private static func echo(_ server: SocketServer, _ event: SocketEvent) {
        if case .message(let id, let text) = event { server.send(SharedFrame(text), to: [id]) }
    }

    @Test func `messages of any size go there and come back whole, in order`() async throws {
        try await connected(react: Self.echo) { client, events in
            for size in [0, 1, 125, 126, 65_535, 65_536, 70_000, 300_000, 2_000_000] {
                let message = (0..<size).map { UInt8(97 + $0 % 26) }
                client.send(message)
                #expect(await events.next() == .message(message))
            }
            for number in 0..<200 { client.send(Array("\(number)".utf8)) }
            for number in 0..<200 { #expect(await events.next() == .message(Array("\(number)".utf8))) }
        }
    }

    @Test func `what is sent before the connection is there goes out when it is`() async throws {
        var served = SocketServerConfiguration()
        served.listeners = [.tcp(host: "127.0.0.1", port: 0)]
        let server = Server(served) { _, _ in }
        let port = try server.start()
        let client = SocketClient(SocketClientConfiguration(host: "localhost", port: port))
        client.send(Array("early".utf8))
        client.start()
        var text: [UInt8]?
        for await event in server.events {
            if case .message(_, let message) = event { text = message }
            if text != nil { break }
        }
        #expect(text == Array("early".utf8))
        client.close()
        server.stop()
    }

    @Test func `a close of the server comes with its code and reason`() async throws {
        try await connected(
            react: { server, event in
                if case .message(let id, _) = event { server.close(id, code: 4401, reason: "the token is unknown") }
            },
            { client, events in
                client.send(Array("x".utf8))
                #expect(
                    await events.next()
                        == .closed(closure(code: 4401, reason: "the token is unknown", wasOpen: true)))
                #expect(await events.next() == nil)
            })
    }

    private func closure(code: UInt16?, reason: String, wasOpen: Bool) -> SocketClosure {
        SocketClosure(code: code, reason: reason, wasOpen: wasOpen)
    }

    @Test func `a close of the client reaches the server`() async throws {
        let closed = AsyncStream<Void>.makeStream()
        try await connected(
            react: { _, event in if case .closed = event { closed.continuation.yield() } },
            { client, events in
                client.close(code: 1000, reason: "enough")
                var iterator = closed.stream.makeAsyncIterator()
                await iterator.next()
                guard case .closed(let end)? = await events.next() else {
                    Issue.record("no end")
                    return
                }
                #expect(end.wasOpen)
            })
    }

    @Test func `nobody at the address ends it before it began`() async throws {
        // A port that was free a moment ago.
        var served = SocketServerConfiguration()
        served.listeners = [.tcp(host: "127.0.0.1", port: 0)]
        let server = Server(served) { _, _ in }
        let port = try server.start()
        server.stop()
        let client = SocketClient(SocketClientConfiguration(host: "127.0.0.1", port: port))
        client.start()
        var ends: [SocketClosure] = []
        for await event in client.events { if case .closed(let end) = event { ends.append(end) } }
        #expect(ends.count == 1 && ends[0].code == nil && !ends[0].wasOpen && !ends[0].reason.isEmpty)
    }

    @Test func `a server that does not speak the protocol there ends it before it began`() async throws {
        var served = SocketServerConfiguration()
        served.listeners = [.tcp(host: "127.0.0.1", port: 0)]
        let server = Server(served) { _, _ in }
        let port = try server.start()
        let client = SocketClient(SocketClientConfiguration(host: "127.0.0.1", port: port, path: "/other"))
        client.start()
        var end: SocketClosure?
        for await event in client.events { if case .closed(let closure) = event { end = closure } }
        #expect(end?.wasOpen == false)
        server.stop()
    }

    @Test func `a message above the limit ends the connection`() async throws {
        try await connected({ $0.maxMessageBytes = 1000 }, react: Self.echo) { client, events in
            client.send([UInt8](repeating: 97, count: 1000))
            #expect(await events.next() == .message([UInt8](repeating: 97, count: 1000)))
            client.send([UInt8](repeating: 97, count: 1001))
            guard case .closed(let end)? = await events.next() else {
                Issue.record("it was taken")
                return
            }
            #expect(end.reason.contains("1000 bytes"))
        }
    }

    @Test func `a reader that is behind stops the reading, not the connection`() async throws {
        let count = 400
        try await connected(
            { $0.maxUnreadBytes = 100_000 },
            react: { server, event in
                guard case .message(let id, _) = event else { return }
                for number in 0..<count {
                    server.send(SharedFrame(Array("\(number) ".utf8) + [UInt8](repeating: 97, count: 20_000)), to: [id])
                }
            },
            { client, events in
                client.send(Array("go".utf8))
                for number in 0..<count {
                    guard case .message(let text)? = await events.next() else {
                        Issue.record("lost after \(number)")
                        return
                    }
                    #expect(text.starts(with: Array("\(number) ".utf8)))
                    if number % 50 == 0 { try await Task.sleep(for: .milliseconds(20)) }
                }
            })
    }

    /// A certificate for `localhost` that signs itself, in a new folder.
    private func makeCertificate() throws -> SocketServerConfiguration.TLSFiles {
        let folder = FileManager.default.temporaryDirectory.appending(path: "client-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let files = SocketServerConfiguration.TLSFiles(
            certificate: folder.appending(path: "cert.pem").path, key: folder.appending(path: "key.pem").path)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj",
            "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-out", files.certificate, "-keyout", files.key,
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return files
    }

    @Test func `over TLS it talks to a server whose certificate it trusts, and to no other`() async throws {
        let files = try makeCertificate()
        var served = SocketServerConfiguration()
        served.listeners = [.tcp(host: "127.0.0.1", port: 0)]
        served.reloadable.tls = files
        let server = Server(served, Self.echo)
        let port = try server.start()
        var configuration = SocketClientConfiguration(host: "localhost", port: port, usesTLS: true)
        for (host, authorities, isTrusted) in [
            ("localhost", files.certificate, true), ("localhost", nil, false), ("127.0.0.1", files.certificate, false),
        ] {
            configuration.host = host
            configuration.authorities = authorities
            let client = SocketClient(configuration)
            client.start()
            client.send(Array("hello".utf8))
            var events = client.events.makeAsyncIterator()
            let first = await events.next()
            if isTrusted {
                #expect(first == .opened)
                #expect(await events.next() == .message(Array("hello".utf8)))
            } else {
                guard case .closed(let end)? = first else {
                    Issue.record(
                        "\(host) with \(authorities ?? "the system's authorities"): \(String(describing: first))")
                    continue
                }
                #expect(!end.wasOpen)
            }
            client.close()
        }
        server.stop()
    }

    @Test func `authorities that can't be read end it before it began, with their path`() async throws {
        var configuration = SocketClientConfiguration(host: "localhost", port: 1, usesTLS: true)
        configuration.authorities = "/nowhere/authorities.pem"
        let client = SocketClient(configuration)
        client.start()
        var events = client.events.makeAsyncIterator()
        guard case .closed(let end)? = await events.next() else {
            Issue.record("it did not end")
            return
        }
        #expect(!end.wasOpen && end.reason.contains("/nowhere/authorities.pem"), "\(end.reason)")
    }

    @Test func `it speaks IPv6`() async throws {
        var served = SocketServerConfiguration()
        served.listeners = [.tcp(host: "::1", port: 0)]
        let server = Server(served, Self.echo)
        let port = try server.start()
        let client = SocketClient(try #require(SocketClientConfiguration(page: "http://[::1]:\(port)/")))
        client.start()
        client.send(Array("hello".utf8))
        var events = client.events.makeAsyncIterator()
        #expect(await events.next() == .opened)
        #expect(await events.next() == .message(Array("hello".utf8)))
        client.close()
        server.stop()
    }

    @Test func `it speaks to a socket of the file system, and says when that is over`() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "annscope-\(UUID().uuidString)").path
        var served = SocketServerConfiguration()
        served.listeners = [.unix(path: path)]
        let server = Server(served, Self.echo)
        _ = try server.start()
        let configuration = try #require(SocketClientConfiguration(page: "unix:\(path)"))
        #expect(configuration.address == "unix:\(path)")
        let client = SocketClient(configuration)
        client.start()
        client.send(Array("hello".utf8))
        var events = client.events.makeAsyncIterator()
        #expect(await events.next() == .opened)
        #expect(await events.next() == .message(Array("hello".utf8)))
        #expect(!client.isOver)
        server.stop()
        guard case .closed? = await events.next() else {
            Issue.record("no end")
            return
        }
        #expect(client.isOver)
    }

    @Test(
        "addresses of pages become those of their sockets",
        arguments: [
            ("http://127.0.0.1:7700/", "127.0.0.1:7700", "/ws", false),
            ("https://a.example", "a.example:443", "/ws", true),
            ("ws://localhost:1/x/", "localhost:1", "/x/ws", false), ("http://[::1]:7700/a", "::1:7700", "/a/ws", false),
        ])
    func addresses(address: String, target: String, path: String, usesTLS: Bool) throws {
        let parsed = try #require(SocketClientConfiguration(page: address))
        #expect("\(parsed.host):\(parsed.port)" == target && parsed.path == path && parsed.usesTLS == usesTLS)
    }

    @Test(
        "what is no address of a page is refused",
        arguments: [
            "", "127.0.0.1:7700", "ftp://a/", "http://", "http://a:0/", "http://a:99999/", "http://u:p@a/",
            "http://a/?b", "unix:", "unix:run/x", "unix:/" + String(repeating: "x", count: 107),
        ])
    func noAddresses(address: String) { #expect(SocketClientConfiguration(page: address) == nil) }
}
