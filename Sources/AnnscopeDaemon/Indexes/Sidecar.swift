import IndexFiles
import OrderedCollections
import WireProtocol

/// What stands beside `FILE` in `FILE.annscope.json`: all that the file cannot say of itself. Every key is optional.
struct Sidecar: Sendable {
    var name: String?
    var title: String?
    var note: String?
    var metric: Metric?
    var dimension: Int?
    /// Where an item's picture is, beside the sidecar: `images/{file}`, with columns of `items` in braces.
    var media: String?
    var items: String?
    var caption: String?
    var category: String?
    var queries: String?

    static let suffix = ".annscope.json"

    /// - Throws: `SidecarError` naming the key that is wrong.
    init(json bytes: [UInt8]) throws(SidecarError) {
        let value: JSONValue
        do { value = try JSONValue(parsing: bytes) } catch { throw SidecarError(message: "it is no JSON: \(error)") }
        guard case .object(let keys) = value else { throw SidecarError(message: "it must be a JSON object") }
        for (key, value) in keys {
            switch (key, value) {
            case ("name", .string(let text)): name = text
            case ("title", .string(let text)): title = text
            case ("note", .string(let text)): note = text
            case ("media", .string(let text)): media = text
            case ("items", .string(let text)): items = text
            case ("caption", .string(let text)): caption = text
            case ("category", .string(let text)): category = text
            case ("queries", .string(let text)): queries = text
            case ("metric", .string(let text)):
                guard let metric = Metric(named: text) else {
                    throw SidecarError(
                        message:
                            "\"metric\" is \"\(text)\"; it can be l2, ip or cosine, and for an Annoy index angular, "
                            + "euclidean, manhattan, dot or hamming")
                }
                self.metric = metric
            case ("dimension", .integer(let number)) where (1...1_048_576).contains(number): dimension = Int(number)
            case ("name", _), ("title", _), ("note", _), ("media", _), ("items", _), ("caption", _), ("category", _),
                ("queries", _), ("metric", _):
                throw SidecarError(message: "\"\(key)\" must be a text")
            case ("dimension", _): throw SidecarError(message: "\"dimension\" must be a whole number from 1 to 1048576")
            default: continue
            }
        }
        if let name, name.isEmpty || name.utf8.count > 200 || name.contains(where: { $0 == "\u{0}" || $0 == "\n" }) {
            throw SidecarError(message: "\"name\" must be 1 to 200 bytes on one line")
        }
    }

    init() {}
}

/// What is wrong with a sidecar or a file that it names.
public struct SidecarError: Error, Sendable, CustomStringConvertible {
    public let message: String
    public var description: String { message }
}
