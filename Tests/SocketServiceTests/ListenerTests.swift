import Foundation
import SocketService
import Testing

@Suite("Listeners", .timeLimit(.minutes(1)))
struct ListenerTests {
    typealias Listener = SocketServerConfiguration.Listener

    private func started(_ listeners: [Listener]) throws -> SocketServer {
        var configuration = SocketServerConfiguration()
        configuration.listeners = listeners
        let (server, _) = SocketServer.streaming(configuration)
        _ = try server.start()
        return server
    }

    private func refusal(_ listeners: [Listener]) -> String {
        do {
            try started(listeners).stop()
            return "it started"
        } catch {
            return "\(error)"
        }
    }

    @Test(
        "texts are read as addresses",
        arguments: [
            ("127.0.0.1:7700", Listener.tcp(host: "127.0.0.1", port: 7700), true),
            ("localhost:0", .tcp(host: "localhost", port: 0), true), ("[::1]:80", .tcp(host: "::1", port: 80), true),
            ("0.0.0.0:1", .tcp(host: "0.0.0.0", port: 1), false), ("[::]:1", .tcp(host: "::", port: 1), false),
            ("[::ffff:127.0.0.1]:1", .tcp(host: "::ffff:127.0.0.1", port: 1), true),
            ("192.168.1.5:1", .tcp(host: "192.168.1.5", port: 1), false),
            ("unix:/run/a b", .unix(path: "/run/a b"), true),
        ])
    func parsing(text: String, listener: Listener, isLocalOnly: Bool) throws {
        #expect(try Listener(parsing: text) == listener)
        #expect(listener.isLocalOnly == isLocalOnly)
    }

    @Test(
        "other texts are refused with what is wrong",
        arguments: [
            ("7700", "ADDRESS:PORT"), ("127.0.0.1", "ADDRESS:PORT"), ("127.0.0.1:", "ADDRESS:PORT"),
            ("127.0.0.1:65536", "0 to 65535"), ("127.0.0.1:-1", "ADDRESS:PORT"), ("127.0.0.1:+1", "ADDRESS:PORT"),
            ("example.org:1", "no address in numbers"), ("::1:7700", "in brackets"), ("[::1]", "ADDRESS:PORT"),
            ("127.1:7700", "no address in numbers"), ("unix:run/x", "begin with /"),
            ("unix:/" + String(repeating: "x", count: 107), "at most 107"), ("", "ADDRESS:PORT"),
        ])
    func refusedTexts(text: String, part: String) {
        let error = #expect(throws: SocketError.self) { try Listener(parsing: text) }
        #expect(error?.message.contains(part) == true, "\(String(describing: error))")
    }

    @Test("it listens on the loopback address and nowhere else")
    func boundAddress() async throws {
        try await TestServer.serving { server in
            let hex = String(server.port, radix: 16, uppercase: true)
            let suffix = ":" + String(repeating: "0", count: 4 - hex.count) + hex
            let four = try String(contentsOfFile: "/proc/net/tcp", encoding: .utf8)
            let listening = four.split(separator: "\n").map { $0.split(separator: " ") }
                .filter { $0.count > 3 && $0[1].hasSuffix(suffix) && $0[3] == "0A" }
            #expect(listening.map { String($0[1]) } == ["0100007F" + suffix])
            let six = (try? String(contentsOfFile: "/proc/net/tcp6", encoding: .utf8)) ?? ""
            #expect(!six.split(separator: "\n").contains { $0.contains(suffix + " ") && $0.contains(" 0A ") })
        }
    }

    @Test("IPv4, IPv6 and a Unix socket are served at once, and peers are told apart")
    func several() async throws {
        try await TestServer.withFolder { folder in
            let path = folder + "/socket"
            try await TestServer.serving(
                {
                    $0.listeners = [
                        .tcp(host: "127.0.0.1", port: 0), .tcp(host: "::1", port: 0), .unix(path: path),
                    ]
                }, answer: { HTTPResponse(status: 200, body: Array($0.peer.address.utf8)) }
            ) { server in
                #expect(server.listeners[0].url == "http://127.0.0.1:\(server.listeners[0].port)/")
                #expect(server.listeners[1].url == "http://[::1]:\(server.listeners[1].port)/")
                #expect(server.listeners[2].url == "unix:\(path)")
                let rights = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
                #expect(rights == 0o660)
                for (client, peer) in [
                    (try RawClient(port: server.port), "127.0.0.1"),
                    (try RawClient(port6: server.listeners[1].port), "::1"), (try RawClient(path: path), "unix"),
                ] {
                    client.send("GET / HTTP/1.1\r\nHost: [::1]:\(server.port)\r\n\r\n")
                    #expect(String(decoding: client.receiveResponse().body, as: UTF8.self) == peer)
                }
                // No page on the internet can reach a file.
                let anyone = try RawClient(path: path)
                anyone.send("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")
                #expect(TestServer.status(anyone.receiveHead()) == 200)
            }
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test("a dead daemon's socket file is replaced, a living one's and other files are not")
    func unixFiles() async throws {
        try await TestServer.withFolder { folder in
            let path = folder + "/socket"
            // Bound and closed: the file stays, as after kill -9.
            let dead = try started([.unix(path: path)])
            try FileManager.default.linkItem(atPath: path, toPath: folder + "/kept")
            dead.stop()
            dead.join()
            try FileManager.default.moveItem(atPath: folder + "/kept", toPath: path)
            let living = try started([.unix(path: path)])
            #expect(refusal([.unix(path: path)]).contains("another program listens there"))
            living.stop()
            living.join()
            try Data("text".utf8).write(to: URL(filePath: path))
            #expect(refusal([.unix(path: path)]).contains("no socket"))
            #expect(FileManager.default.contents(atPath: path) == Data("text".utf8))
            #expect(refusal([.unix(path: folder + "/none/socket")]).contains("folder does not exist"))
        }
    }

    @Test("a socket that another daemon put in its place is left there")
    func replacedFile() async throws {
        try await TestServer.withFolder { folder in
            let path = folder + "/socket"
            let old = try started([.unix(path: path)])
            try FileManager.default.removeItem(atPath: path)
            let new = try started([.unix(path: path)])
            old.stop()
            old.join()
            #expect(FileManager.default.fileExists(atPath: path))
            new.stop()
            new.join()
        }
    }

    @Test("a port in use and a foreign address are errors with advice, and nothing stays open")
    func failures() throws {
        let server = try started([.tcp(host: "127.0.0.1", port: 0)])
        defer { server.stop() }
        #expect(refusal([.tcp(host: "192.0.2.1", port: 0)]).contains("no network interface"))
        #expect(refusal([.tcp(host: "example.org", port: 0)]).contains("no address in numbers"))
        #expect(refusal([.inherited(descriptor: 0)]).contains("descriptor 0"))
        let first = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(first) }
        #expect(refusal([.inherited(descriptor: first)]).contains("does not listen"))
    }

    @Test("a port in use is named")
    func portInUse() async throws {
        try await TestServer.serving { server in
            let text = refusal([.tcp(host: "127.0.0.1", port: server.port)])
            #expect(text.contains("127.0.0.1:\(server.port)") && text.contains("another program listens there"))
        }
    }

    @Test("a listening socket that somebody else made is served")
    func inherited() async throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        withUnsafePointer(to: address) {
            _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        listen(descriptor, 16)
        try await TestServer.serving({ $0.listeners = [.inherited(descriptor: descriptor)] }) { server in
            #expect(server.port != 0)
            let answer = try server.answer(to: "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(answer.body == "GET /x ? 0")
        }
    }
}
