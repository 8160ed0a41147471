internal import OrderedCollections

/// Reads the parameters of a request and says what is wrong with one in its own words. Unknown keys are ignored.
struct ParameterReader {
    private let value: JSONValue
    /// What was read of the text itself, and is an empty value in `value`.
    private let spliced: VectorSplice?

    init(_ value: JSONValue?, _ spliced: VectorSplice? = nil) throws(RPCError) {
        self.spliced = spliced
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

    func node(_ key: String) throws(RPCError) -> UInt32? {
        try integer(key, 0...Int(UInt32.max) - 1).map { UInt32($0) }
    }

    func requiredNode(_ key: String) throws(RPCError) -> UInt32 {
        UInt32(try requiredInteger(key, 0...Int(UInt32.max) - 1))
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
        return try Self.list(elements, "\"\(key)\"", maxCount: maxCount, of: kind, read)
    }

    private static func list<Element>(
        _ elements: [JSONValue], _ name: String, maxCount: Int, of kind: String, _ read: (JSONValue) -> Element?
    ) throws(RPCError) -> [Element] {
        guard elements.count <= maxCount else {
            throw RPCError(.limit, "\(name) has \(elements.count) elements; \(maxCount) is the limit")
        }
        var result: [Element] = []
        result.reserveCapacity(elements.count)
        for (place, element) in elements.enumerated() {
            guard let element = read(element) else {
                throw RPCError(.invalidParams, "element \(place) of \(name) is not \(kind)")
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
        if let floats = spliced?.vectors[key], floats.ends == nil {
            return try Self.checked(floats.values, "\"\(key)\"", maxComponents)
        }
        return try present(key).map { (found) throws(RPCError) in
            try Self.vector(found, "\"\(key)\"", maxComponents)
        }
    }

    /// Vectors: an array of them, or the base64 of all their float32s where `dimension` says how many are one.
    func vectors(_ key: String, maxCount: Int, maxComponents: Int) throws(RPCError) -> [[Float]]? {
        let name = "\"\(key)\""
        func check(_ count: Int) throws(RPCError) {
            guard count <= maxCount else {
                throw RPCError(.limit, "\(name) has \(count) vectors; \(maxCount) is the limit")
            }
        }
        if let floats = spliced?.vectors[key], let ends = floats.ends {
            try check(ends.count)
            var rows: [[Float]] = []
            rows.reserveCapacity(ends.count)
            for (place, end) in ends.enumerated() {
                let row = floats.values[(place == 0 ? 0 : ends[place - 1])..<end]
                rows.append(try Self.checked(Array(row), "vector \(place) of \(name)", maxComponents))
            }
            return rows
        }
        if isText(key) {
            guard let values = spliced?.vectors[key]?.values ?? present(key).flatMap(Self.packed) else {
                throw RPCError(.invalidParams, "\(name) is a text, but no base64 of 32-bit floats")
            }
            let dimension = try requiredInteger("dimension", 1...maxComponents)
            let count = values.count / dimension
            let said = try integer("count", 0...Int(Int32.max)) ?? count
            guard count * dimension == values.count, said == count else {
                throw RPCError(
                    .invalidParams,
                    "\(name) has \(values.count) floats, which are not \(said) vectors of \(dimension) components")
            }
            try check(count)
            return try (0..<count).map { (place) throws(RPCError) in
                try Self.checked(
                    Array(values[(place * dimension)..<((place + 1) * dimension)]), "vector \(place) of \(name)",
                    maxComponents)
            }
        }
        guard let found = present(key) else { return nil }
        guard case .array(let rows) = found else {
            throw RPCError(.invalidParams, "\(name) must be an array of vectors")
        }
        try check(rows.count)
        var vectors: [[Float]] = []
        for (place, row) in rows.enumerated() {
            vectors.append(try Self.vector(row, "vector \(place) of \(name)", maxComponents))
        }
        return vectors
    }

    /// - Parameter name: of the vector, as an error calls it.
    private static func vector(_ found: JSONValue, _ name: String, _ maxComponents: Int) throws(RPCError) -> [Float] {
        switch found {
        case .string:
            guard let values = packed(found) else {
                throw RPCError(.invalidParams, "\(name) is a text, but no base64 of 32-bit floats")
            }
            return try checked(values, name, maxComponents)
        case .array(let elements):
            let numbers = try list(elements, name, maxCount: maxComponents, of: "a number", \.float)
            return try checked(numbers, name, maxComponents)
        default: throw RPCError(.invalidParams, "\(name) must be an array")
        }
    }

    /// The floats of a base64 text.
    private static func packed(_ found: JSONValue) -> [Float]? {
        guard case .string(let text) = found, let bytes = Base64.decoded(text), bytes.count % 4 == 0 else { return nil }
        return bytes.withUnsafeBytes { source in
            (0..<bytes.count / 4).map {
                Float(bitPattern: UInt32(littleEndian: source.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
            }
        }
    }

    private static func checked(_ values: [Float], _ name: String, _ maxComponents: Int) throws(RPCError) -> [Float] {
        guard values.count <= maxComponents else {
            throw RPCError(.limit, "\(name) has \(values.count) components; \(maxComponents) is the limit")
        }
        // No distance to it would mean anything.
        if let place = values.firstIndex(where: { !$0.isFinite }) {
            throw RPCError(
                .invalidParams, "element \(place) of \(name) is \(values[place]), but must be a finite number")
        }
        return values
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
