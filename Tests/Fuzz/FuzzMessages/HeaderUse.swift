@testable import SocketService

/// Asks the rules on requests about header values: host, origin, content length and transfer encoding, a line each. An
/// empty line is a header that is not there.
enum HeaderUse {
    private static let rules = RequestGuard(allowedHosts: ["search.example"], maxBodyBytes: 1000)

    static func exercise(_ input: [UInt8]) {
        let lines = input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { $0.isEmpty ? nil : String(decoding: $0, as: UTF8.self) }
        func line(_ number: Int) -> String? { number < lines.count ? lines[number] : nil }
        let host = line(0)
        if rules.admits(host: host), let host {
            let name = host.lowercased()
            precondition(
                ["localhost", "127.", "[::1]", "search.example"].contains { name.hasPrefix($0) },
                "a foreign host was let in: \(host)")
        }
        if let origin = line(1), rules.admits(origin: origin, host: host) {
            precondition(host.map { origin.hasSuffix($0) } == true, "a foreign page was let in: \(origin)")
        }
        let length = rules.bodyLength(contentLength: line(2), transferEncoding: line(3))
        switch length {
        case .bytes(let count):
            precondition((0...1000).contains(count), "a body of \(count) bytes was let in")
            precondition(line(3) == nil, "a body of another encoding was let in")
        case .refused(let status): precondition([400, 411, 413].contains(status), "refused with \(status)")
        }
    }
}
