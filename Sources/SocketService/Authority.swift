/// A name or address with perhaps a port: the value of Host, or what follows the scheme of an Origin (RFC 9110 §7.2,
/// RFC 3986 §3.2).
struct Authority: Hashable {
    /// In lower case and without the dot that may end a name; addresses in their shortest form, without brackets.
    let host: String
    let port: UInt16?

    /// Nil for all that is no plain name or address, with user names, spaces or other bytes in it.
    init?(_ text: String) {
        var rest = Substring(text)
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]"),
                let address = SocketAddress(host: String(rest[rest.index(after: rest.startIndex)..<end]), port: 0),
                !address.isUnix
            else { return nil }
            host = address.text
            rest = rest[rest.index(after: end)...]
        } else {
            var name = rest.prefix { $0 != ":" }
            rest = rest[name.endIndex...]
            if name.hasSuffix(".") { name = name.dropLast() }
            guard (1...253).contains(name.utf8.count), name.utf8.allSatisfy(Self.isNameByte), !name.hasPrefix("."),
                !name.contains("..")
            else { return nil }
            host = name.lowercased()
        }
        if rest.isEmpty || rest == ":" {
            port = nil
        } else {
            let digits = rest.dropFirst()
            guard rest.first == ":", digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = UInt16(digits)
            else { return nil }
            port = number
        }
    }

    /// `localhost`, 127.x.y.z or ::1.
    var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
        default: false
        }
    }
}

/// The page that a browser comes from: scheme, name and port (RFC 6454).
struct WebOrigin: Hashable {
    let scheme: String
    let host: String
    let port: UInt16

    /// Nil for `null` and all that is neither `http://…` nor `https://…` without a path.
    init?(_ text: String) {
        guard let end = text.range(of: "://"), case let scheme = text[..<end.lowerBound].lowercased(),
            scheme == "http" || scheme == "https", let authority = Authority(String(text[end.upperBound...]))
        else { return nil }
        self.scheme = scheme
        host = authority.host
        port = authority.port ?? Self.usualPort(scheme)
    }

    /// A proxy may speak TLS before us, so either scheme is the same page's.
    func isSame(as host: Authority) -> Bool { self.host == host.host && port == host.port ?? Self.usualPort(scheme) }

    private static func usualPort(_ scheme: String) -> UInt16 { scheme == "https" ? 443 : 80 }
}

extension String {
    /// Where `other` stands first.
    fileprivate func range(of other: String) -> Range<Index>? {
        var place = startIndex
        while place < endIndex {
            if self[place...].hasPrefix(other) { return place..<index(place, offsetBy: other.count) }
            place = index(after: place)
        }
        return nil
    }
}
