public import WireProtocol

/// A secret, and what it allows to whoever shows it.
public struct AccessToken: Sendable, Equatable {
    /// For the log and the metrics; no secret.
    public let name: String
    public let role: Role
    let secret: [UInt8]

    public init(name: String, role: Role, secret: String) {
        self.name = name
        self.role = role
        self.secret = Array(secret.utf8)
    }
}

/// What somebody was allowed, and by what, without the secret itself.
public struct AccessGrant: Sendable, Equatable {
    public let role: Role
    /// The token's name; nil for those who showed none.
    public let name: String?
    /// Where the token stands in the rules that granted this.
    fileprivate let place: Int?
}

/// Who may do what.
public struct AccessRules: Sendable, Equatable {
    /// What those may do who show no token; nil is nothing.
    public let anonymous: Role?
    private let tokens: [AccessToken]

    /// - Parameter anonymous: the role of those without a token. `publisher` is for addresses that only this machine reaches.
    public init(tokens: [AccessToken] = [], anonymous: Role? = .publisher) {
        self.tokens = tokens
        self.anonymous = anonymous
    }

    /// What the shown token allows; nil for a token that is unknown, or none where one is asked for.
    public func grant(_ shown: String?) -> AccessGrant? {
        guard let shown else { return anonymous.map { AccessGrant(role: $0, name: nil, place: nil) } }
        return grant(secret: Array(shown.utf8))
    }

    /// What is allowed by these rules to somebody whom earlier rules allowed something: the same secret may have another
    /// role or name now, or be gone. So nobody has to keep what was shown.
    ///
    /// - Parameter earlier: the rules that granted it.
    public func renewed(_ grant: AccessGrant, of earlier: AccessRules) -> AccessGrant? {
        guard let place = grant.place else { return self.grant(nil) }
        guard earlier.tokens.indices.contains(place) else { return nil }
        return self.grant(secret: earlier.tokens[place].secret)
    }

    private func grant(secret: [UInt8]) -> AccessGrant? {
        var found: AccessGrant?
        // Every token is compared to its end, so that the time says nothing of how much was right.
        for (place, token) in tokens.enumerated() where Self.isEqual(secret, token.secret) {
            found = AccessGrant(role: token.role, name: token.name, place: place)
        }
        return found
    }

    /// Takes as long for any two texts of these lengths.
    private static func isEqual(_ shown: [UInt8], _ secret: [UInt8]) -> Bool {
        var difference = UInt8(shown.count == secret.count ? 0 : 1)
        for (place, byte) in shown.enumerated() {
            difference |= byte ^ (secret.isEmpty ? ~byte : secret[place % secret.count])
        }
        return difference == 0
    }
}
