import Foundation
import IndexFiles
import Logging
import Synchronization
import Testing

@testable import AnnscopeDaemon
@testable import MapLayout

@Suite("The map store")
struct MapStoreTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "annscope-\(UUID())").path
    private let log = LogLines()

    private func store() -> MapStore { MapStore(folder: folder + "/state", maxBytes: 1 << 30, log: log.logger) }

    /// A copy of the demo's graph under a path of its own.
    private func index(_ name: String = "copy.index") throws -> IndexFile {
        let demo = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Sources/AnnscopeDaemon/Demo/hnswlib_M6_ef30_l2.index")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let copy = folder + "/" + name
        if !FileManager.default.fileExists(atPath: copy) {
            try FileManager.default.copyItem(atPath: demo.path, toPath: copy)
        }
        return try IndexFile.open(path: copy)
    }

    /// Some map that fits an index.
    private func map(of index: IndexFile) -> IndexMap {
        let graph = index.structure.graph
        return IndexMap(
            nodes: MapNodes(count: index.count, maxLevel: graph?.maxLevel ?? 0) { graph?.level(of: $0) ?? 0 },
            x: (0..<index.count).map { UInt16(truncatingIfNeeded: $0 &* 7919) },
            y: (0..<index.count).map { UInt16(truncatingIfNeeded: $0 &* 104_729) }, cells: nil, method: "made up",
            fingerprints: [UInt64](repeating: 1, count: index.count))
    }

    private func files(_ kind: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder + "/state/maps").filter { $0.hasSuffix(kind) }
    }

    @Test func `a map is found again by its key, and by the path it was shown for`() throws {
        let index = try index()
        let key = try #require(IndexMap.key(of: index))
        let map = self.map(of: index)
        let store = store()
        #expect(store.map(key, of: index) == nil && store.lastMap(at: index.path) == nil)
        store.save(map, key)
        store.remember(key, of: index)
        // Another start.
        let later = self.store()
        #expect(later.map(key, of: index)?.x == map.x)
        #expect(later.lastMap(at: index.path)?.y == map.y)
        #expect(later.lastMap(at: "/elsewhere") == nil)
        #expect(log.lines.isEmpty)
    }

    @Test func `the map of a file that nobody read yet is expected as long as the file looks the same`() throws {
        let index = try index()
        let key = try #require(IndexMap.key(of: index))
        let store = store()
        store.save(map(of: index), key)
        store.remember(key, of: index)
        #expect(try store.expectedMap(of: IndexFile.openMapped(path: index.path))?.key == key)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -500)], ofItemAtPath: index.path)
        #expect(try store.expectedMap(of: IndexFile.openMapped(path: index.path)) == nil)
    }

    @Test func `quality is kept beside its map`() throws {
        let index = try index()
        let key = try #require(IndexMap.key(of: index))
        let map = self.map(of: index)
        let quality = try #require(MapQuality(of: map, index))
        store().save(quality, key)
        #expect(store().quality(key, of: index) == quality)
    }

    @Test func `a map that was damaged is said, removed and made anew`() throws {
        let index = try index()
        let key = try #require(IndexMap.key(of: index))
        let store = store()
        store.save(map(of: index), key)
        let file = URL(filePath: "\(folder)/state/maps/\(key).map")
        var bytes = try Data(contentsOf: file)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: file)
        #expect(store.map(key, of: index) == nil)
        #expect(try files(".map").isEmpty)
        #expect(log.lines.count == 1 && log.lines[0].contains("broken") && log.lines[0].contains("damaged"))
        // What is gone is not said again.
        #expect(store.map(key, of: index) == nil)
        #expect(log.lines.count == 1)
    }

    @Test func `a folder that can't be made is said once`() throws {
        let index = try index()
        let key = try #require(IndexMap.key(of: index))
        let map = self.map(of: index)
        try Data().write(to: URL(filePath: folder + "/state"))
        let store = store()
        store.save(map, key)
        store.remember(key, of: index)
        store.save(map, key)
        #expect(store.map(key, of: index) == nil)
        #expect(log.lines.count == 1 && log.lines[0].contains("can't be kept"))
    }

    @Test func `a map larger than all may be is not kept`() throws {
        let index = try index()
        let key = try #require(IndexMap.key(of: index))
        let store = MapStore(folder: folder + "/state", maxBytes: 5000, log: log.logger)
        store.save(map(of: index), key)
        #expect(store.map(key, of: index) == nil)
        #expect(log.lines.count == 1 && log.lines[0].contains("not kept"))
    }
}

/// What was logged, from warnings up.
private final class LogLines: Sendable {
    private let kept = Mutex<[String]>([])
    var lines: [String] { kept.withLock { $0 } }
    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.warning

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.kept.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
        }
    }
}
