/// A vector's label: hnswlib's are unsigned, Faiss's signed 64-bit numbers.
public typealias WireLabel = Int128

extension WireLabel {
    /// - Parameter asText: for an index that has labels beyond 2^53 − 1, which JSON numbers can't carry.
    public func json(asText: Bool) -> JSONValue {
        if !asText, let number = Int64(exactly: self) { return .integer(number) }
        return .string(String(self))
    }

    public init?(json: JSONValue) {
        switch json {
        case .integer(let number): self = Self(number)
        case .string(let text):
            guard let number = Self(text) else { return nil }
            self = number
        default: return nil
        }
    }
}
