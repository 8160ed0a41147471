@testable import IndexFiles

/// A value written over a sound file, and what the reader must say of it.
struct ByteDamage: Sendable, CustomStringConvertible {
    let offset: Int
    let value: [UInt8]
    let message: String
    /// The file opens, with a warning.
    var isWarning = false
    var description: String { message }

    init<Value: FixedWidthInteger & Sendable>(_ offset: Int, _ value: Value, _ message: String, isWarning: Bool = false)
    {
        self.offset = offset
        self.value = withUnsafeBytes(of: value.littleEndian, Array.init)
        self.message = message
        self.isWarning = isWarning
    }

    func applied(to bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        bytes.replaceSubrange(offset..<offset + value.count, with: value)
        return bytes
    }

    /// What the reader says: the error, or all warnings.
    static func verdict(_ bytes: [UInt8], hints: IndexFileHints = .init()) -> (isRefused: Bool, text: String) {
        do {
            let index = try IndexFile.parse(bytes: bytes, path: "damaged", hints: hints)
            return (false, index.warnings.map { "\($0.field): \($0.message)" }.joined(separator: "\n"))
        } catch {
            return (true, error.description)
        }
    }
}
