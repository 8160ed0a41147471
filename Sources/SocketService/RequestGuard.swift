/// Who may talk to the server: the rules on Host, Origin, lengths and subprotocols, on header values alone.
struct RequestGuard {
    let allowedHosts: Set<String>
    let maxBodyBytes: Int

    /// False for a foreign name: a page on the internet can point its own name at 127.0.0.1 (DNS rebinding).
    func admits(host: String?) -> Bool {
        guard let host else { return false }
        let name = Self.nameWithoutPort(host)
        return name == "localhost" || name == "[::1]" || Self.isLoopback(name) || allowedHosts.contains(name)
    }

    /// Browsers name the page they come from; other programs name none. A page may talk to its own server only.
    func admits(origin: String?, host: String?) -> Bool {
        guard let origin else { return true }
        guard let host else { return false }
        return origin == "http://" + host || origin == "https://" + host
    }

    enum BodyLength: Equatable {
        case bytes(Int)
        case refused(status: Int)
    }

    /// Only one well-formed Content-Length tells where a body ends; libwebsockets takes also negative and joined ones.
    func bodyLength(contentLength: String?, transferEncoding: String?) -> BodyLength {
        if transferEncoding != nil { return .refused(status: 411) }
        guard let contentLength else { return .refused(status: 411) }
        guard (1...9).contains(contentLength.utf8.count), contentLength.utf8.allSatisfy({ (48...57).contains($0) }),
            let bytes = Int(contentLength)
        else { return .refused(status: contentLength.utf8.allSatisfy { (48...57).contains($0) } ? 413 : 400) }
        return bytes <= maxBodyBytes ? .bytes(bytes) : .refused(status: 413)
    }

    private static func nameWithoutPort(_ host: String) -> String {
        guard let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") else { return host.lowercased() }
        return host[..<colon].lowercased()
    }

    private static func isLoopback(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
