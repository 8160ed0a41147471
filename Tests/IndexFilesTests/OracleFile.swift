import Foundation
import Testing

/// The index files in `Tests/Oracle`, written by the real libraries, with what those said of them.
struct OracleFile: CustomTestStringConvertible, Sendable {
    let name: String

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Oracle")

    var path: String { Self.folder.appending(path: name + ".bin").path }
    var testDescription: String { name }

    func sidecar() throws -> [String: Any] {
        let data = try Data(contentsOf: Self.folder.appending(path: name + ".json"))
        return try #require(JSONSerialization.jsonObject(with: Self.withoutNaN(data)) as? [String: Any])
    }

    /// The sidecars come from Python, which writes NaN as a bare word.
    private static func withoutNaN(_ data: Data) -> Data {
        let text = String(decoding: data, as: UTF8.self)
        return text.contains("NaN") ? Data(text.replacingOccurrences(of: "NaN", with: "null").utf8) : data
    }

    static func all(prefix: String) -> [OracleFile] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasPrefix(prefix) && $0.hasSuffix(".bin") }.sorted()
            .map { OracleFile(name: String($0.dropLast(4))) }
    }
}
