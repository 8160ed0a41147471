/// A picture of an item, of a kind that browsers only show. SVG is none: it may hold scripts.
public struct RecordedPicture: Sendable, Equatable {
    /// The media type, by what the bytes are.
    let type: String
    let bytes: [UInt8]

    static let maxBytes = 1 << 20

    /// - Returns: nil for another kind, and for a larger one.
    init?(_ bytes: [UInt8]) {
        guard bytes.count <= Self.maxBytes, let type = Self.type(of: bytes) else { return nil }
        self.type = type
        self.bytes = bytes
    }

    private static func type(of bytes: [UInt8]) -> String? {
        if bytes.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) { return "image/png" }
        if bytes.starts(with: [0xff, 0xd8, 0xff]) { return "image/jpeg" }
        if bytes.starts(with: "GIF87a".utf8) || bytes.starts(with: "GIF89a".utf8) { return "image/gif" }
        if bytes.starts(with: "RIFF".utf8), bytes.dropFirst(8).starts(with: "WEBP".utf8) { return "image/webp" }
        return nil
    }
}
