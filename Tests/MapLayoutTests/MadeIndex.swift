import Foundation
import IndexFiles

@testable import MapLayout

/// Index files and maps that are made up for a test.
enum MadeIndex {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// One of the demo's.
    static func demo(_ name: String) throws -> IndexFile {
        try IndexFile.open(path: root.appending(path: "Sources/AnnscopeDaemon/Demo/\(name).index").path)
    }

    /// Faiss's `IndexFlatL2` (faiss/impl/index_write.cpp).
    static func flat(_ rows: [[Float]]) throws -> IndexFile {
        var bytes = Array("IxF2".utf8)
        func append(_ value: some BitwiseCopyable) { withUnsafeBytes(of: value) { bytes += $0 } }
        let dimension = rows.first?.count ?? 1
        append(Int32(dimension))
        for value in [Int64(rows.count), 1 << 20, 1 << 20] { append(value) }
        append(UInt8(1))
        append(Int32(1))
        append(UInt64(rows.count * dimension))
        for row in rows { for component in row { append(component) } }
        return try IndexFile.parse(bytes: bytes, path: "made.index")
    }

    static func map(x: [UInt16], y: [UInt16]) -> IndexMap {
        IndexMap(
            nodes: MapNodes(count: x.count), x: x, y: y, cells: nil, method: "made up",
            fingerprints: x.map { UInt64($0) })
    }

    /// A map with three levels and two cells: all that a map can have.
    static var map: IndexMap {
        IndexMap(
            nodes: MapNodes(count: 5, maxLevel: 2) { [0, 2, 0, 1, 0][Int($0)] }, x: [1, 20000, 3, 65535, 0],
            y: [5, 4, 3, 2, 1],
            cells: MapCells(
                x: [9, 8], y: [7, 6], sizes: [3, 2], starts: [0, 3, 7], cornerX: [1, 2, 3, 4, 5, 6, 7],
                cornerY: [7, 6, 5, 4, 3, 2, 1]), method: "by hand – für Menschen",
            fingerprints: [1, .max, 3, 4, 0x0123_4567_89AB_CDEF],
            frame: MapFrame(x: .init(low: -3, high: 4.5), y: .init(low: 0, high: 1), count: 5),
            sites: CellSites(fingerprints: [7, 8], x: [1, 2], y: [3, 65535]))
    }

    /// Whole numbers below a bound, the same for a seed everywhere (Knuth's MMIX generator, its upper bits).
    static func numbers(_ count: Int, seed: UInt64, below bound: UInt64) -> [UInt64] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }
    }
}

extension IndexMap {
    /// Equal in all that a map holds.
    func isSame(as other: IndexMap) -> Bool {
        nodes == other.nodes && x == other.x && y == other.y && cells == other.cells && method == other.method
            && fingerprints == other.fingerprints && frame == other.frame && sites == other.sites
    }
}
