import IndexFiles
import Testing

@testable import MapLayout

@Suite("Stored maps")
struct IndexMapStoredTests {
    @Test(arguments: ["hnswlib_M6_ef30_l2", "faiss_ivf128_flat_l2"])
    func `a map comes back as it was`(name: String) throws {
        let index = try MadeIndex.demo(name)
        let map = try #require(IndexMap(of: index))
        let bytes = map.stored()
        let again = try IndexMap(stored: bytes)
        #expect(again.isSame(as: map))
        #expect(again.fits(index))
        #expect(again.stored() == bytes)
        #expect(bytes.count < 20 * index.count + 32_000)
    }

    @Test func `levels, cells and text come back as they were`() throws {
        let map = MadeIndex.map
        #expect(try IndexMap(stored: map.stored()).isSame(as: map))
        let empty = MadeIndex.map(x: [], y: [])
        #expect(try IndexMap(stored: empty.stored()).isSame(as: empty))
        // More levels than a byte can name.
        let high = IndexMap(
            nodes: MapNodes(count: 20_000, maxLevel: 300) { Int($0) }, x: [UInt16](repeating: 1, count: 20_000),
            y: [UInt16](repeating: 2, count: 20_000), cells: nil, method: "",
            fingerprints: [UInt64](repeating: 3, count: 20_000))
        #expect(try IndexMap(stored: high.stored()).isSame(as: high))
    }

    @Test func `a map that was cut short is refused, wherever it ends`() {
        let bytes = MadeIndex.map.stored()
        for count in bytes.indices {
            #expect(throws: MapStoreError.self) { try IndexMap(stored: Array(bytes[..<count])) }
        }
        #expect(throws: MapStoreError.self) { try IndexMap(stored: bytes + [0]) }
    }

    @Test func `no bit can be another one`() {
        var bytes = MadeIndex.map.stored()
        for place in bytes.indices {
            for bit in 0..<8 {
                bytes[place] ^= 1 << bit
                #expect(throws: MapStoreError.self) { try IndexMap(stored: bytes) }
                bytes[place] ^= 1 << bit
            }
        }
    }

    @Test func `the error says what is wrong`() throws {
        func code(_ bytes: [UInt8]) -> MapStoreError.Code? {
            #expect(throws: MapStoreError.self) { try IndexMap(stored: bytes) }?.code
        }
        let bytes = MadeIndex.map.stored()
        #expect(code([]) == .unrecognised)
        #expect(code(Array("ANNSMAP\n".utf8)) == .unrecognised)
        #expect(code([1] + bytes) == .unrecognised)
        var other = bytes
        other[8] += 1
        #expect(code(other) == .anotherVersion)
        other = bytes
        other[12] += 1
        #expect(code(other) == .anotherVersion)
        other = bytes
        other[30] ^= 1
        #expect(code(other) == .damaged)
    }

    /// Fields that no map has, under a checksum that is right: whoever writes into the folder can do that.
    @Test func `no field is believed`() throws {
        struct Case {
            let field: String
            let code: MapStoreError.Code
            var count: UInt32 = 3
            var levels: UInt32 = 2
            var heights: [UInt8] = [0, 1, 0]
            var hasFrame: UInt8 = 1
            var edge: Float = 0.5
            var hasSites: UInt8 = 1
            var sites: UInt32 = 1
            var hasCells: UInt8 = 1
            var cellCount: UInt32 = 2
            var corners: UInt32 = 3
            var sizes: [UInt32] = [2, 1]
            var starts: [UInt32] = [0, 3, 3]
            var rest: [UInt8] = []

            var bytes: [UInt8] {
                var writer = StoredColumns.Writer(kind: "ANNSMAP\n", capacity: 0)
                writer.append(text: "made up")
                writer.append(count)
                writer.append(levels)
                writer.append(column: heights)
                writer.append(column: [UInt16](repeating: 1, count: 6))
                writer.append(column: [UInt64](repeating: 1, count: 3))
                writer.append(hasFrame)
                for _ in 0..<4 { writer.append(edge.bitPattern) }
                writer.append(UInt32(3))
                writer.append(hasSites)
                writer.append(sites)
                writer.append(column: [UInt64](repeating: 1, count: 1))
                writer.append(column: [UInt16](repeating: 1, count: 2))
                writer.append(hasCells)
                writer.append(cellCount)
                writer.append(corners)
                writer.append(column: [UInt16](repeating: 1, count: 4))
                writer.append(column: sizes)
                writer.append(column: starts)
                writer.append(column: [UInt16](repeating: 1, count: 6))
                writer.append(column: rest)
                return writer.finish()
            }
        }
        #expect(try IndexMap(stored: Case(field: "", code: .damaged).bytes).x.count == 3)
        let cases = [
            Case(field: "levels", code: .truncated, count: .max),
            Case(field: "x", code: .truncated, count: 60, heights: [UInt8](repeating: 1, count: 60)),
            Case(field: "levels", code: .invalidField, levels: 0),
            Case(field: "levels", code: .invalidField, levels: .max),
            Case(field: "levels", code: .invalidField, heights: [0, 2, 0]),
            Case(field: "has frame", code: .invalidField, hasFrame: 3),
            Case(field: "frame.left", code: .invalidField, edge: .nan),
            Case(field: "has sites", code: .invalidField, hasSites: 2),
            Case(field: "sites.fingerprints", code: .truncated, sites: .max),
            Case(field: "has cells", code: .invalidField, hasCells: 2),
            Case(field: "cells.x", code: .truncated, cellCount: .max),
            Case(field: "cells.sizes", code: .invalidField, sizes: [2, 2]),
            Case(field: "cells.sizes", code: .invalidField, sizes: [.max, .max]),
            Case(field: "cells.starts", code: .invalidField, starts: [0, 4, 3]),
            Case(field: "cells.starts", code: .invalidField, starts: [1, 3, 3]),
            Case(field: "cells.cornerX", code: .truncated, corners: .max, starts: [0, 3, .max]),
        ]
        for odd in cases {
            let error = #expect(throws: MapStoreError.self) { try IndexMap(stored: odd.bytes) }
            #expect(error?.code == odd.code && error?.field == odd.field, "\(odd.field): \(error.debugDescription)")
        }
        let error = #expect(throws: MapStoreError.self) {
            try IndexMap(stored: Case(field: "", code: .trailingBytes, rest: [0]).bytes)
        }
        #expect(error?.code == .trailingBytes)
    }

    @Test func `a map fits no other index`() throws {
        let graph = try MadeIndex.demo("hnswlib_M6_ef30_l2")
        let cells = try MadeIndex.demo("faiss_ivf128_flat_l2")
        let map = try #require(IndexMap(of: cells))
        #expect(map.fits(cells) && !map.fits(graph))
        #expect(!MadeIndex.map.fits(graph))
        #expect(try MadeIndex.map(x: [1, 2], y: [1, 2]).fits(MadeIndex.flat([[1], [2]])))
        #expect(try !MadeIndex.map(x: [1, 2], y: [1, 2]).fits(MadeIndex.flat([[1], [2], [3]])))
    }
}
