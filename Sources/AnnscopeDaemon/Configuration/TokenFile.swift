internal import ViewerHub
internal import WireProtocol

/// A file of tokens: lines of `ROLE NAME SECRET`, empty lines, and lines that begin with `#`.
struct TokenFile {
    private(set) var tokens: [AccessToken] = []
    private(set) var faults: [ConfigurationError.Fault] = []

    static let maxBytes = 1 << 20
    static let maxTokens = 1000
    /// Shorter secrets can be guessed.
    static let minSecretBytes = 16
    static let maxSecretBytes = 1000
    static let maxNameBytes = 64

    /// - Parameter path: for the messages, which never have a secret in them.
    init(parsing bytes: [UInt8], path: String) {
        var names: [String: Int] = [:]
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let words = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            func fault(_ message: String) { faults.append(.init(place: "\(path):\(index + 1)", message: message)) }
            guard words.count == 3 else {
                fault("a line has three words, ROLE NAME SECRET; this one has \(words.count)")
                continue
            }
            guard let role = Role(rawValue: first) else {
                // No word is shown here and below: it may be the secret that stands in the wrong place.
                fault("the first word must be the role, viewer or publisher")
                continue
            }
            guard words[1].utf8.count <= Self.maxNameBytes, words[1].allSatisfy(Self.isPlain) else {
                fault("a name has at most \(Self.maxNameBytes) letters, digits and the signs . _ - @")
                continue
            }
            if let earlier = names.updateValue(index + 1, forKey: words[1]) {
                fault("its name is there already, at line \(earlier)")
                continue
            }
            guard Self.minSecretBytes...Self.maxSecretBytes ~= words[2].utf8.count else {
                fault(
                    "the secret has \(words[2].utf8.count) bytes; it needs \(Self.minSecretBytes) to \(Self.maxSecretBytes): `annscope make-token \(first) NAME` prints a good one"
                )
                continue
            }
            guard tokens.count < Self.maxTokens else {
                fault("there are more than \(Self.maxTokens) tokens")
                return
            }
            tokens.append(AccessToken(name: words[1], role: role, secret: words[2]))
        }
    }

    static func isPlain(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "._-@".contains(character))
    }
}

/// Makes the lines of a file of tokens.
public enum TokenMaker {
    /// A line with 32 random bytes as its secret, in base64url (RFC 4648 §5) without padding.
    ///
    /// - Returns: nil for a role or a name that no token can have.
    public static func line(role: String, name: String) -> String? {
        guard Role(rawValue: role) != nil, !name.isEmpty, !name.hasPrefix("#"),
            name.utf8.count <= TokenFile.maxNameBytes,
            name.allSatisfy(TokenFile.isPlain)
        else { return nil }
        var random = SystemRandomNumberGenerator()
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        var secret = ""
        // 10 groups of 24 bits, and 16 bits more.
        for bits in [Int](repeating: 24, count: 10) + [16] {
            let value = random.next(upperBound: UInt32(1) << bits) << UInt32(24 - bits)
            for place in 0..<(bits == 24 ? 4 : 3) { secret.append(letters[Int(value >> UInt32(18 - 6 * place)) & 63]) }
        }
        return "\(role) \(name) \(secret)"
    }
}
