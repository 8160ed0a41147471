internal import OrderedCollections

/// Reads the parameters of a request and says what is wrong with one in its own words. Unknown keys are ignored.
struct ParameterReader {
    private let value: JSONValue

    init(_ value: JSONValue?) throws(RPCError) {
        switch value {
        case nil: self.value = .object([:])
        case .object?: self.value = value ?? .null
        default: throw RPCError(.invalidParams, "\"params\" must be an object")
        }
    }

    /// A key that is absent or null.
    private func present(_ key: String) -> JSONValue? {
        let found = value[key]
        return found == .null ? nil : found
    }

    /// The members that the object has.
    var keys: [String] {
        if case .object(let members) = value { Array(members.keys) } else { [] }
    }

    func isText(_ key: String) -> Bool {
        if case .string? = value[key] { true } else { false }
    }

    func text(_ key: String, maxBytes: Int = 4096) throws(RPCError) -> String? {
        guard let found = present(key) else { return nil }
        guard case .string(let text) = found else { throw RPCError(.invalidParams, "\"\(key)\" must be a text") }
        guard text.utf8.count <= maxBytes else {
            throw RPCError(.limit, "\"\(key)\" has \(text.utf8.count) bytes; \(maxBytes) is the limit")
        }
        return text
    }

    func requiredText(_ key: String) throws(RPCError) -> String {
        guard let text = try text(key) else {
            throw RPCError(.invalidParams, "\"\(key)\" is missing: it must be a text")
        }
        return text
    }

    func integer(_ key: String, _ range: ClosedRange<Int>) throws(RPCError) -> Int? {
        guard let found = present(key) else { return nil }
        guard case .integer(let number) = found, let number = Int(exactly: number) else {
            throw RPCError(.invalidParams, "\"\(key)\" must be a whole number")
        }
        guard range.contains(number) else {
            throw RPCError(
                number > range.upperBound ? .limit : .invalidParams,
                "\"\(key)\" is \(number); it can be \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func requiredInteger(_ key: String, _ range: ClosedRange<Int>) throws(RPCError) -> Int {
        guard let number = try integer(key, range) else {
            throw RPCError(.invalidParams, "\"\(key)\" is missing: it must be a whole number")
        }
        return number
    }

    func flag(_ key: String) throws(RPCError) -> Bool? {
        guard let found = present(key) else { return nil }
        guard case .bool(let flag) = found else {
            throw RPCError(.invalidParams, "\"\(key)\" must be true or false")
        }
        return flag
    }

    func object(_ key: String) throws(RPCError) -> ParameterReader? {
        guard let found = present(key) else { return nil }
        guard case .object = found else { throw RPCError(.invalidParams, "\"\(key)\" must be an object") }
        return try ParameterReader(found)
    }

    func list<Element>(
        _ key: String, maxCount: Int, of kind: String, _ read: (JSONValue) -> Element?
    ) throws(RPCError) -> [Element]? {
        guard let found = present(key) else { return nil }
        guard case .array(let elements) = found else { throw RPCError(.invalidParams, "\"\(key)\" must be an array") }
        guard elements.count <= maxCount else {
            throw RPCError(.limit, "\"\(key)\" has \(elements.count) elements; \(maxCount) is the limit")
        }
        var result: [Element] = []
        result.reserveCapacity(elements.count)
        for (place, element) in elements.enumerated() {
            guard let element = read(element) else {
                throw RPCError(.invalidParams, "element \(place) of \"\(key)\" is not \(kind)")
            }
            result.append(element)
        }
        return result
    }

    /// A label: an integer, or a text with one, as labels may need more than 53 bits.
    func label(_ key: String) throws(RPCError) -> WireLabel? {
        guard let found = present(key) else { return nil }
        guard let label = WireLabel(json: found) else {
            throw RPCError(.invalidParams, "\"\(key)\" must be a whole number, or a text with one")
        }
        return label
    }

    func labels(_ key: String, maxCount: Int) throws(RPCError) -> [WireLabel]? {
        try list(key, maxCount: maxCount, of: "a label") { WireLabel(json: $0) }
    }

    /// A vector: an array of numbers, or the base64 of little-endian float32s.
    func vector(_ key: String, maxComponents: Int) throws(RPCError) -> [Float]? {
        if case .string(let text)? = present(key) {
            guard let bytes = Base64.decoded(text), bytes.count % 4 == 0 else {
                throw RPCError(.invalidParams, "\"\(key)\" is a text, but no base64 of 32-bit floats")
            }
            guard bytes.count / 4 <= maxComponents else {
                throw RPCError(.limit, "\"\(key)\" has \(bytes.count / 4) components; \(maxComponents) is the limit")
            }
            return bytes.withUnsafeBytes { source in
                (0..<bytes.count / 4).map {
                    Float(
                        bitPattern: UInt32(littleEndian: source.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
                }
            }
        }
        return try list(key, maxCount: maxComponents, of: "a number", \.float)
    }
}

extension JSONValue {
    /// A number as the nearest float.
    public var float: Float? {
        switch self {
        case .number(let value): Float(value)
        case .integer(let value): Float(value)
        default: nil
        }
    }
}
