import Foundation

/// The indexes in `Tests/Oracle` and what their libraries said about them.
enum Oracle {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Oracle")

    /// The names of the indexes whose name begins with `prefix`, without extension.
    static func names(_ prefix: String, suffix: String = ".bin") -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }
            .sorted()
    }

    static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    static func bytes(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: folder.appendingPathComponent(name)))
    }

    static func sidecar(_ name: String) throws -> [String: Any] {
        let data = try Data(contentsOf: folder.appendingPathComponent(name + ".json"))
        return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }

    /// A damaged file and what a careful reader does with it: "reject", "warn" or "accept".
    struct Damage: Sendable, CustomStringConvertible {
        let file: String
        let expect: String
        let mentions: String
        var description: String { file }
    }

    static let damages: [Damage] = {
        guard let data = try? Data(contentsOf: folder.appendingPathComponent("corrupt.json")),
            let rows = try? JSONSerialization.jsonObject(with: data) as? [[String: Any]]
        else { return [] }
        return rows.map { row in
            Damage(
                file: row["file"] as? String ?? "", expect: row["expect"] as? String ?? "",
                mentions: row["mentions"] as? String ?? "")
        }
    }()
}
