internal import CVectorKernels
public import IndexFiles

/// Names a content by 128 bits of a hash of it. By chance no two contents share one; it does not stand up to somebody
/// who looks for such two (`CContentKey.h` has the construction).
public struct ContentKey: Hashable, Sendable, CustomStringConvertible {
    let high: UInt64
    let low: UInt64

    init(_ key: annscope_key) {
        high = key.high
        low = key.low
    }

    /// The key of bytes in memory.
    public init(of bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        self = bytes.withUnsafeBytes { Self($0) { false } } ?? Self(annscope_key(high: 0, low: 0))
    }

    /// - Parameter isCancelled: looked at every 16 MiB.
    /// - Returns: nil when cancelled.
    init?(_ bytes: UnsafeRawBufferPointer, isCancelled: () -> Bool) {
        let stripeBytes = Int(ANNSCOPE_KEY_STRIPE)
        let stripes = bytes.count / stripeBytes
        var state = annscope_key_begin()
        guard let base = bytes.baseAddress else {
            self.init(annscope_key_end(state, nil, 0, 0))
            return
        }
        for first in stride(from: 0, to: stripes, by: Self.stripesAtOnce) {
            guard !isCancelled() else { return nil }
            annscope_key_add(&state, base + first * stripeBytes, min(Self.stripesAtOnce, stripes - first))
        }
        let rest = bytes.count - stripes * stripeBytes
        self.init(annscope_key_end(state, base + stripes * stripeBytes, rest, UInt64(bytes.count)))
    }

    private static let stripesAtOnce = (16 << 20) / Int(ANNSCOPE_KEY_STRIPE)

    /// The key as it is written, 32 hexadecimal digits; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let digits = text.utf8
        guard digits.count == 32, digits.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }),
            let high = UInt64(text.prefix(16), radix: 16), let low = UInt64(text.suffix(16), radix: 16)
        else { return nil }
        self.init(annscope_key(high: high, low: low))
    }

    public var description: String { Self.digits(high) + Self.digits(low) }

    private static func digits(_ word: UInt64) -> String {
        let text = String(word, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}

extension IndexFile {
    /// The key of the bytes of all its files. Reads every one of them: a gigabyte takes about a tenth of a second.
    ///
    /// - Returns: nil when cancelled, or when a mapped file was written to meanwhile.
    public func contentKey(isCancelled: () -> Bool = { false }) -> ContentKey? {
        var keys: [String] = []
        for file in files {
            let bytes = UnsafeRawBufferPointer(start: file.base, count: file.count)
            guard let key = ContentKey(bytes, isCancelled: isCancelled) else { return nil }
            keys.append(key.description)
        }
        return isIntact ? ContentKey(of: keys.joined(separator: "\n").utf8) : nil
    }
}

extension IndexMap {
    /// What the map of an index is called: the content of its files, how they are understood, and what makes the map.
    ///
    /// - Returns: nil when cancelled, or when a mapped file was written to meanwhile.
    public static func key(
        of index: IndexFile, seed: UInt64 = 1, isCancelled: () -> Bool = { false }
    ) -> ContentKey? {
        index.contentKey(isCancelled: isCancelled).map { content in
            // A sidecar may say what the vectors are.
            let facts = [
                "\(content)", "engine \(engineVersion)", "seed \(seed)", index.library.rawValue, index.metric.rawValue,
                "\(index.count)", "\(index.dimension)",
                index.vectors.map { "\($0.encoding.name) \($0.dimension)" } ?? "",
            ]
            return ContentKey(of: facts.joined(separator: "\n").utf8)
        }
    }
}
