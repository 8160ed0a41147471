internal import CJansson
internal import OrderedCollections

extension JSONValue {
    /// Values nest at most this deep: jansson allows 2048, more than any message needs and enough for a small stack.
    static let maxDepth = 64

    /// Parses one JSON value. Refused are: repeated keys, NUL in texts, invalid UTF-8, numbers out of range, bytes
    /// after the value.
    ///
    /// - Parameter maxBytes: longer texts are refused unread.
    public init(parsing text: [UInt8], maxBytes: Int = 4 << 20) throws(JSONError) {
        guard text.count <= maxBytes else {
            throw JSONError(message: "\(text.count) bytes; \(maxBytes) is the limit", offset: maxBytes)
        }
        var error = json_error_t()
        let flags = Int(JSON_REJECT_DUPLICATES) | Int(JSON_DECODE_ANY)
        let root = text.withUnsafeBytes {
            json_loadb($0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count, flags, &error)
        }
        guard let root else {
            let message = withUnsafeBytes(of: error.text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            throw JSONError(message: message.isEmpty ? "no JSON" : message, offset: Int(max(0, error.position)))
        }
        defer { json_decref(root) }
        self = try Self.value(root, depth: 0)
    }

    private static func value(_ json: UnsafeMutablePointer<json_t>, depth: Int) throws(JSONError) -> JSONValue {
        guard depth < maxDepth else { throw JSONError(message: "nested deeper than \(maxDepth)", offset: 0) }
        switch json.pointee.type {
        case JSON_TRUE: return .bool(true)
        case JSON_FALSE: return .bool(false)
        case JSON_INTEGER: return .integer(json_integer_value(json))
        case JSON_REAL: return .number(json_real_value(json))
        case JSON_STRING: return .string(text(json_string_value(json), json_string_length(json)))
        case JSON_ARRAY:
            var elements: [JSONValue] = []
            elements.reserveCapacity(json_array_size(json))
            for place in 0..<json_array_size(json) {
                guard let element = json_array_get(json, place) else { continue }
                elements.append(try value(element, depth: depth + 1))
            }
            return .array(elements)
        case JSON_OBJECT:
            var keys = OrderedDictionary<String, JSONValue>(minimumCapacity: json_object_size(json))
            var iterator = json_object_iter(json)
            while let place = iterator {
                if let key = json_object_iter_key(place), let member = json_object_iter_value(place) {
                    keys[String(cString: key)] = try value(member, depth: depth + 1)
                }
                iterator = json_object_iter_next(json, place)
            }
            return .object(keys)
        default: return .null
        }
    }

    private static func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
        guard let start else { return "" }
        return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// The compact text, in the order of the keys. Numbers have the fewest digits that come back the same; NaN and
    /// infinities, which JSON has not, become null.
    public func encoded() -> [UInt8] {
        var text: [UInt8] = []
        append(to: &text)
        return text
    }

    /// The same for people, with a line for each member. Numbers have 17 digits.
    public func encodedPretty() -> [UInt8] {
        let root = built()
        defer { json_decref(root) }
        // `JSON_INDENT(2)` is a macro that Swift can't import; the number of spaces is the flag.
        let flags = 2 | Int(JSON_ENCODE_ANY)
        var bytes = [UInt8](repeating: 0, count: 1024)
        while true {
            let needed = bytes.withUnsafeMutableBytes {
                json_dumpb(root, $0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count, flags)
            }
            if needed <= bytes.count { return Array(bytes.prefix(needed)) }
            bytes = [UInt8](repeating: 0, count: needed)
        }
    }

    /// A new reference to jansson's value.
    private func built() -> UnsafeMutablePointer<json_t> {
        switch self {
        case .null: return json_null()
        case .bool(let value): return value ? json_true() : json_false()
        case .integer(let value): return json_integer(value)
        case .number(let value): return value.isFinite ? json_real(value) : json_null()
        case .string(let value):
            var value = value
            return value.withUTF8 { utf8 in
                utf8.withMemoryRebound(to: CChar.self) {
                    json_stringn_nocheck($0.baseAddress ?? Self.emptyText, $0.count)
                }
            }
        case .array(let elements):
            let array: UnsafeMutablePointer<json_t> = json_array()
            for element in elements { json_array_append_new(array, element.built()) }
            return array
        case .object(let keys):
            let object: UnsafeMutablePointer<json_t> = json_object()
            for (key, value) in keys { json_object_set_new_nocheck(object, key, value.built()) }
            return object
        }
    }

    /// Immortal, as an empty text may have no address of its own.
    nonisolated(unsafe) private static let emptyText: UnsafePointer<CChar> = {
        let text = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        text.pointee = 0
        return UnsafePointer(text)
    }()
}
