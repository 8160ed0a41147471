import Foundation
import SocketService
import Testing

/// TLS as `openssl s_client` sees it.
@Suite("TLS", .serialized, .timeLimit(.minutes(2)))
struct TLSTests {
    @discardableResult
    private func openssl(_ arguments: [String], input: String? = "") throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments
        let (standardInput, output) = (Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = output
        process.standardError = output
        try process.run()
        if let input { try? standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8)) }
        try standardInput.fileHandleForWriting.close()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    /// A certificate for `name` that signs itself.
    private func makeCertificate(_ name: String, in folder: String) throws -> SocketServerConfiguration.TLSFiles {
        let files = SocketServerConfiguration.TLSFiles(
            certificate: "\(folder)/\(name).pem", key: "\(folder)/\(name).key")
        try openssl([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=\(name)", "-out", files.certificate, "-keyout", files.key,
        ])
        return files
    }

    private func request(_ port: UInt16, _ more: [String] = [], path: String = "/x") throws -> String {
        try openssl(
            ["s_client", "-connect", "127.0.0.1:\(port)", "-ign_eof"] + more,
            input: "GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        ).output
    }

    @Test("requests are answered over TLS 1.2 and 1.3, as HTTP/1.1 and nothing else")
    func serving() async throws {
        try await TestServer.withFolder { folder in
            let files = try makeCertificate("first.example", in: folder)
            try await TestServer.serving({ $0.reloadable.tls = files }) { server in
                #expect(server.listeners[0].url == "https://127.0.0.1:\(server.port)/")
                for version in ["-tls1_2", "-tls1_3"] {
                    let answer = try request(server.port, [version])
                    #expect(answer.contains("GET /x ? 0") && answer.contains("CN = first.example"), "\(answer)")
                }
                #expect(try !request(server.port, ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]).contains("GET /x"))
                #expect(try request(server.port, ["-alpn", "h2,http/1.1"]).contains("ALPN protocol: http/1.1"))
                #expect(try !request(server.port, ["-alpn", "h2"]).contains("ALPN protocol: h2"))
                let large = try request(server.port, path: "/large")
                #expect(large.filter { $0 == "A" }.count >= 300_000)
            }
        }
    }

    @Test("plain HTTP to a TLS port is told so, and a handshake that never ends is cut off")
    func strangers() async throws {
        try await TestServer.withFolder { folder in
            let files = try makeCertificate("first.example", in: folder)
            try await TestServer.serving({
                $0.reloadable.tls = files
                $0.deadlines.head = .seconds(1)
            }) { server in
                let plain = try RawClient(port: server.port)
                plain.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                let (head, body) = plain.receiveResponse()
                #expect(TestServer.status(head) == 400, "\(head)")
                #expect(String(decoding: body, as: UTF8.self).contains("https://"))
                #expect(plain.isAtEnd())
                let silent = try RawClient(port: server.port)
                let half = try RawClient(port: server.port)
                half.send([0x16, 0x03, 0x01, 0x02, 0x00, 0x01])
                #expect(silent.isAtEnd())
                #expect(half.isAtEnd())
                #expect(try request(server.port).contains("GET /x ? 0"))
            }
        }
    }

    @Test("a new certificate is shown to newcomers while old connections go on, and a wrong one is refused")
    func reload() async throws {
        try await TestServer.withFolder { folder in
            let first = try makeCertificate("first.example", in: folder)
            let second = try makeCertificate("second.example", in: folder)
            try await TestServer.serving({ $0.reloadable.tls = first }) { server in
                let early = Process()
                early.executableURL = URL(filePath: "/usr/bin/openssl")
                early.arguments = ["s_client", "-quiet", "-connect", "127.0.0.1:\(server.port)"]
                let (input, output) = (Pipe(), Pipe())
                early.standardInput = input
                early.standardOutput = output
                early.standardError = FileHandle.nullDevice
                try early.run()
                defer {
                    early.terminate()
                    // Unwaited for it would never be freed.
                    early.waitUntilExit()
                }
                func ask(_ path: String) throws -> String {
                    let text = "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
                    var answer = ""
                    while !answer.contains("GET \(path) ? 0") {
                        let more = output.fileHandleForReading.availableData
                        guard !more.isEmpty else { break }
                        answer += String(decoding: more, as: UTF8.self)
                    }
                    return answer
                }
                #expect(try ask("/before").contains("200 OK"))

                var rules = SocketServerConfiguration.Reloadable()
                for (files, part) in [
                    (.init(certificate: first.certificate, key: second.key), "TLS key"),
                    (.init(certificate: folder + "/none", key: first.key), "TLS certificate"),
                    (.init(certificate: first.key, key: first.key), "TLS certificate"),
                ] as [(SocketServerConfiguration.TLSFiles, String)] {
                    rules.tls = files
                    let error = #expect(throws: SocketError.self) { try server.server.reload(rules) }
                    #expect(error?.message.contains(part) == true)
                }
                #expect(try request(server.port).contains("CN = first.example"))

                rules.tls = second
                try server.server.reload(rules)
                #expect(
                    await TestServer.eventually {
                        (try? request(server.port))?.contains("CN = second.example") == true
                    })
                #expect(try ask("/after").contains("200 OK"))
            }
        }
    }
}
