/// A JSON text whose vectors were read and cut out: what is left is short, and for jansson.
///
/// jansson makes a tree of a vector, which takes ten times as long as reading its numbers. So `vector` and `vectors`, where
/// the request has them, are read here, and an empty value is left in their place. All else, repeated keys too, is jansson's
/// to judge; whatever looks odd here is left to it whole, so that it says what is wrong.
struct VectorSplice {
    /// The text with the vectors cut out.
    private(set) var rest: [UInt8] = []
    private(set) var vectors: [String: Floats] = [:]

    /// The numbers of one member.
    struct Floats: Equatable {
        var values: [Float] = []
        /// Where each row ends; nil for a single vector, and for rows that `dimension` tells apart.
        var ends: [Int]?
        /// It was one base64 text.
        var isPacked = false
    }

    /// - Parameter object: the key of the object that has the vectors; nil is the whole text.
    /// - Returns: nil where there is nothing to cut out.
    init?(_ text: [UInt8], in object: String?) {
        let isFound = text.withUnsafeBufferPointer { bytes in
            var scanner = Scanner(bytes, object: object.map { Array($0.utf8) })
            guard scanner.scan(), !scanner.found.isEmpty else { return false }
            var copied = 0
            for cut in scanner.found {
                rest.append(contentsOf: bytes[copied..<cut.range.lowerBound])
                rest.append(contentsOf: cut.floats.isPacked ? [34, 34] : [91, 93])
                copied = cut.range.upperBound
                vectors[cut.key] = cut.floats
            }
            rest.append(contentsOf: bytes[copied...])
            return true
        }
        if !isFound { return nil }
    }
}

/// Walks through a text and finds vectors. What it passes over it need not understand: jansson reads it later.
private struct Scanner {
    struct Cut {
        let key: String
        let range: Range<Int>
        let floats: VectorSplice.Floats
    }

    private let text: UnsafeBufferPointer<UInt8>
    private let object: [UInt8]?
    private var place = 0
    private(set) var found: [Cut] = []

    private static let keys: [(bytes: [UInt8], name: String, isMany: Bool)] = [
        (Array("vector".utf8), "vector", false), (Array("vectors".utf8), "vectors", true),
    ]

    init(_ text: UnsafeBufferPointer<UInt8>, object: [UInt8]?) {
        self.text = text
        self.object = object
    }

    /// - Returns: false for what is to be left to jansson.
    mutating func scan() -> Bool {
        skipSpace()
        return members { scanner, key in
            guard let object = scanner.object else { return scanner.member(key) }
            guard scanner.text[key].elementsEqual(object), scanner.next == UInt8(ascii: "{") else {
                return scanner.skipValue()
            }
            return scanner.members { $0.member($1) }
        }
    }

    private var next: UInt8? { place < text.count ? text[place] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 32 || byte == 10 || byte == 13 || byte == 9 { place += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard next == UInt8(ascii: character) else { return false }
        place += 1
        skipSpace()
        return true
    }

    /// Goes through the members of an object; `visit` gets the bytes of each key and must pass over the value.
    private mutating func members(_ visit: (inout Scanner, Range<Int>) -> Bool) -> Bool {
        guard take("{") else { return false }
        if take("}") { return true }
        repeat {
            guard next == UInt8(ascii: "\"") else { return false }
            let start = place + 1
            guard skipText() else { return false }
            let key = start..<(place - 1)
            guard take(":"), visit(&self, key) else { return false }
        } while take(",")
        return take("}")
    }

    private mutating func member(_ key: Range<Int>) -> Bool {
        guard let known = Self.keys.first(where: { text[key].elementsEqual($0.bytes) }) else { return skipValue() }
        guard !found.contains(where: { $0.key == known.name }) else { return false }
        let start = place
        var floats = VectorSplice.Floats()
        switch next {
        case UInt8(ascii: "["):
            guard known.isMany ? rows(into: &floats) : numbers(into: &floats.values) else { return false }
        case UInt8(ascii: "\""):
            place += 1
            guard let values = PackedFloats.read(text, at: &place) else { return false }
            place += 1
            floats.values = values
            floats.isPacked = true
        default: return skipValue()
        }
        found.append(Cut(key: known.name, range: start..<place, floats: floats))
        return true
    }

    private mutating func rows(into floats: inout VectorSplice.Floats) -> Bool {
        guard take("[") else { return false }
        var ends: [Int] = []
        if next != UInt8(ascii: "]") {
            repeat {
                guard numbers(into: &floats.values) else { return false }
                ends.append(floats.values.count)
            } while take(",")
        }
        floats.ends = ends
        return close()
    }

    /// An array of nothing but numbers.
    private mutating func numbers(into values: inout [Float]) -> Bool {
        guard take("[") else { return false }
        if next == UInt8(ascii: "]") { return close() }
        // About ten characters a number.
        if values.isEmpty { values.reserveCapacity(min(1 << 16, (text.count - place) / 10)) }
        while true {
            guard let number = DecimalNumber.read(text, at: &place) else { return false }
            values.append(Float(number))
            if next == UInt8(ascii: ",") {
                place += 1
                skipSpace()
            } else {
                skipSpace()
                guard next == UInt8(ascii: ",") else { return close() }
                place += 1
                skipSpace()
            }
        }
    }

    private mutating func close() -> Bool {
        guard next == UInt8(ascii: "]") else { return false }
        place += 1
        return true
    }

    /// Passes over a text, from quote to quote.
    private mutating func skipText() -> Bool {
        place += 1
        while let byte = next {
            place += byte == UInt8(ascii: "\\") ? 2 : 1
            if byte == UInt8(ascii: "\"") { return true }
        }
        return false
    }

    private mutating func skipValue() -> Bool {
        var depth = 0
        repeat {
            skipSpace()
            switch next {
            case nil: return false
            case UInt8(ascii: "\""): guard skipText() else { return false }
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                place += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                depth -= 1
                place += 1
                if depth < 0 { return false }
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                if depth == 0 { return false }
                place += 1
            default:
                while let byte = next, !Self.isEnd(byte) { place += 1 }
            }
        } while depth > 0
        return true
    }

    /// A word or a number ends before it.
    private static func isEnd(_ byte: UInt8) -> Bool {
        switch byte {
        case 32, 10, 13, 9, UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "]"), UInt8(ascii: "}"),
            UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "\""):
            true
        default: false
        }
    }
}
