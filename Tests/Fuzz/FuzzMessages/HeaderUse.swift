@testable import SocketService

/// Asks the rules on requests about header values, a line each: Host, Origin, Content-Length, Transfer-Encoding, Range,
/// Accept-Encoding, and If-None-Match. An empty line is a header that is not there.
enum HeaderUse {
    private static let rules: RequestGuard? = {
        var rules = SocketServerConfiguration.Reloadable()
        rules.allowedHosts = ["search.example"]
        rules.allowedOrigins = ["https://page.example"]
        return try? RequestGuard(rules)
    }()

    static func exercise(_ input: [UInt8]) {
        let lines = input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { $0.isEmpty ? nil : String(decoding: $0, as: UTF8.self) }
        func line(_ number: Int) -> String? { number < lines.count ? lines[number] : nil }
        checkRules(host: line(0), origin: line(1))
        let length = RequestGuard.bodyLength(contentLength: line(2), transferEncoding: line(3), maxBytes: 1000)
        switch length {
        case .bytes(let count):
            precondition((0...1000).contains(count), "a body of \(count) bytes was let in")
            precondition(line(3) == nil, "a body of another encoding was let in")
        case .refused(let status): precondition([400, 411, 413].contains(status), "refused with \(status)")
        }
        for size in [0, 1, 1000, .max] {
            guard case .part(let part) = ByteRange(parsing: line(4), size: size) else { continue }
            precondition(!part.isEmpty && part.lowerBound >= 0 && part.upperBound <= size, "a part that is not there")
        }
        _ = ContentCoding.acceptsGzip(line(5))
        _ = EntityTag.isListed("\"1f\"", in: line(6))
    }

    private static func checkRules(host: String?, origin: String?) {
        guard let rules else { fatalError("the rules are none") }
        for (isLocal, isUnix) in [(true, false), (false, false), (true, true)] {
            guard rules.refusal(host: host, origin: origin, isLocal: isLocal, isUnix: isUnix) == nil else { continue }
            guard let authority = host.flatMap(Authority.init) else {
                precondition(isUnix, "a request without a host was let in")
                continue
            }
            precondition(
                isUnix || authority.host == "search.example" || isLocal && authority.isLoopback,
                "a foreign host was let in: \(authority.host)")
        }
    }
}
