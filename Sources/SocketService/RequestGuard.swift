/// Who may talk to the server: the rules on Host, Origin and lengths, on header values alone.
struct RequestGuard: Sendable {
    private let allowedHosts: Set<String>
    private let allowedOrigins: Set<WebOrigin>

    /// - Throws: `SocketError` for a name or an origin that is none.
    init(_ rules: SocketServerConfiguration.Reloadable) throws(SocketError) {
        var hosts: Set<String> = []
        for text in rules.allowedHosts {
            // An IPv6 address may be given without its brackets.
            guard let host = Authority(text) ?? Authority("[\(text)]") else {
                throw SocketError("allowed host \"\(text)\": it must be a name or an address, such as example.org")
            }
            hosts.insert(host.host)
        }
        var origins: Set<WebOrigin> = []
        for text in rules.allowedOrigins {
            guard let origin = WebOrigin(text) else {
                throw SocketError("allowed origin \"\(text)\": it must look like https://example.org")
            }
            origins.insert(origin)
        }
        allowedHosts = hosts
        allowedOrigins = origins
    }

    /// Why a request can't be let in, or nil.
    ///
    /// - Parameters:
    ///   - isLocal: it came by a listener that only this machine reaches: loopback names are as good as allowed ones.
    ///   - isUnix: it came by a socket of the file system, which no page on the internet can reach: any Host is.
    func refusal(host: String?, origin: String?, isLocal: Bool, isUnix: Bool) -> Refusal? {
        let authority = host.flatMap(Authority.init)
        if !isUnix {
            guard let authority else {
                return Refusal(400, .host, "the request needs one Host header: a name or an address, and a port")
            }
            // A page on the internet can point its own name at 127.0.0.1 (DNS rebinding); this gives its name away.
            guard allowedHosts.contains(authority.host) || isLocal && authority.isLoopback else {
                return Refusal(
                    403, .host, "the name \(authority.host) is not served here; the operator may allow it as a host")
            }
        }
        // Programs that are no browsers name no origin.
        guard let origin else { return nil }
        if let page = WebOrigin(origin) {
            if let authority, page.isSame(as: authority) { return nil }
            if allowedOrigins.contains(page) { return nil }
        }
        return Refusal(403, .origin, "pages of another origin may not connect; the operator may allow it as an origin")
    }

    enum BodyLength: Equatable {
        case bytes(Int)
        case refused(status: Int)
    }

    /// Only one well-formed Content-Length tells where a body ends; libwebsockets takes also negative and joined ones.
    static func bodyLength(contentLength: String?, transferEncoding: String?, maxBytes: Int) -> BodyLength {
        if transferEncoding != nil { return .refused(status: 411) }
        guard let contentLength else { return .refused(status: 411) }
        guard !contentLength.isEmpty, contentLength.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return .refused(status: 400)
        }
        guard contentLength.utf8.count <= 9, let bytes = Int(contentLength), bytes <= maxBytes else {
            return .refused(status: 413)
        }
        return .bytes(bytes)
    }
}

/// An answer that ends the connection.
struct Refusal: Equatable {
    let status: Int
    let reason: SocketStatistics.Refused
    /// What is wrong and what to do.
    let text: String
    var headers: [(name: String, value: String)] = []

    init(
        _ status: Int, _ reason: SocketStatistics.Refused, _ text: String,
        headers: [(name: String, value: String)] = []
    ) {
        self.status = status
        self.reason = reason
        self.text = text
        self.headers = headers
    }

    var response: HTTPResponse {
        HTTPResponse(
            status: status,
            headers: headers + [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")],
            body: Array((text + "\n").utf8))
    }

    static func == (one: Refusal, other: Refusal) -> Bool { one.status == other.status && one.reason == other.reason }
}
