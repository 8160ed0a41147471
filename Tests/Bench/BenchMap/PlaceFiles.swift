internal import Foundation
internal import IndexFiles

/// Writes places where they can be judged: all x, then all y, as 16-bit integers in the order of the nodes, and the
/// label of each node as a 64-bit integer.
struct PlaceFiles {
    let output: String

    func write(x: [UInt16], y: [UInt16], to name: String) throws {
        try write(x + y, to: name)
    }

    func writeLabels(_ index: IndexFile) throws {
        try write((0..<UInt32(index.count)).map { Int64(truncatingIfNeeded: index.label($0)) }, to: "labels")
    }

    private func write<Number: BitwiseCopyable>(_ numbers: [Number], to name: String) throws {
        try numbers.withUnsafeBytes { try Data($0).write(to: URL(filePath: "\(output).\(name)")) }
    }
}
