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

    /// What the shown token allows, and its name; nil for a token that is unknown, or none where one is asked for.
    public func grant(_ shown: String?) -> (role: Role, name: String?)? {
        guard let shown else { return anonymous.map { ($0, nil) } }
        let bytes = Array(shown.utf8)
        var found: AccessToken?
        // Every token is compared to its end, so that the time says nothing of how much was right.
        for token in tokens where Self.isEqual(bytes, token.secret) { found = token }
        return found.map { ($0.role, $0.name) }
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
