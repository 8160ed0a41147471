internal import IndexFiles
internal import Logging
internal import MapLayout
internal import Synchronization

/// Maps that were made before, kept by what they are maps of, so that a restart shows the same map at once.
///
/// `KEY.map` is a map and `KEY.quality` its quality, where KEY is `IndexMap.key`. `PATH.last`, where PATH is a hash of an
/// index's path, names the map that was shown of it last, and the identity of the files that it was made of.
///
/// Nothing that goes wrong here is fatal: the map is made anew, and the log says why, once for each kind of trouble.
final class MapStore: Sendable {
    private let folder: StateFolder
    private let log: Logger
    /// Kinds of trouble that the log knows of.
    private let told = Mutex<Set<String>>([])

    private static let qualityBytes = 1 << 20
    private static let lastBytes = 256
    private static let kinds = ["map", "quality", "last"]

    /// - Parameters:
    ///   - folder: the daemon's folder; the maps lie in a folder of their own in it.
    ///   - maxBytes: of all maps together; those that were used least lately go first.
    init(folder: String, maxBytes: Int, log: Logger) {
        self.folder = StateFolder(path: folder + "/maps", maxBytes: maxBytes) { name in
            let parts = name.split(separator: ".", omittingEmptySubsequences: false)
            return parts.count == 2 && ContentKey(parts[0]) != nil && Self.kinds.contains(String(parts[1]))
        }
        self.log = log
    }

    // MARK: Maps

    /// The map of this key; nil when there is none, or none that can be read and fits the index.
    func map(_ key: ContentKey, of index: IndexFile) -> IndexMap? {
        map(key).flatMap { $0.fits(index) ? $0 : nil }
    }

    private func map(_ key: ContentKey) -> IndexMap? {
        load("\(key).map", maxBytes: folder.maxBytes) { bytes throws(MapStoreError) in try IndexMap(stored: bytes) }
    }

    func save(_ map: IndexMap, _ key: ContentKey) {
        let bytes = map.stored()
        guard bytes.count <= folder.maxBytes else {
            return tell("large", "a map is larger than all maps may be together, and not kept: \(bytes.count) bytes")
        }
        save("\(key).map", bytes)
    }

    func quality(_ key: ContentKey, of index: IndexFile) -> MapQuality? {
        let quality = load("\(key).quality", maxBytes: Self.qualityBytes) { bytes throws(MapStoreError) in
            try MapQuality(stored: bytes)
        }
        return quality.flatMap { $0.nodes == index.count ? $0 : nil }
    }

    func save(_ quality: MapQuality, _ key: ContentKey) { save("\(key).quality", quality.stored()) }

    // MARK: What a path had last

    private struct Last {
        let map: ContentKey
        let identity: ContentKey
    }

    /// The map that was shown last of an index at this path, whatever its content is by now.
    func lastMap(at path: String) -> IndexMap? { last(at: path).flatMap { map($0.map) } }

    /// The map of an index that nobody has read yet, as far as the file system tells its content from others.
    func expectedMap(of index: IndexFile) -> (map: IndexMap, key: ContentKey)? {
        guard let last = last(at: index.path), let identity = Self.identity(of: index), last.identity == identity else {
            return nil
        }
        return map(last.map, of: index).map { ($0, last.map) }
    }

    /// Remembers that this is the map that is shown of an index.
    func remember(_ key: ContentKey, of index: IndexFile) {
        guard let identity = Self.identity(of: index) else { return }
        save(Self.lastName(index.path), Array("\(key)\n\(identity)\n".utf8))
    }

    private static func identity(of index: IndexFile) -> ContentKey? {
        index.identity.map { ContentKey(of: $0.utf8) }
    }

    private static func lastName(_ path: String) -> String { "\(ContentKey(of: path.utf8)).last" }

    private func last(at path: String) -> Last? {
        guard let bytes = read(Self.lastName(path), maxBytes: Self.lastBytes) else { return nil }
        let lines = bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        guard lines.count == 2, let map = ContentKey(lines[0]), let identity = ContentKey(lines[1]) else { return nil }
        return Last(map: map, identity: identity)
    }

    // MARK: Files

    /// What a file holds. One that is broken is removed.
    private func load<Value>(
        _ name: String, maxBytes: Int, _ parse: ([UInt8]) throws(MapStoreError) -> Value
    ) -> Value? {
        guard let bytes = read(name, maxBytes: maxBytes) else { return nil }
        do throws(MapStoreError) {
            return try parse(bytes)
        } catch {
            if error.code == .anotherVersion {
                log.debug("a stored map is of another version", metadata: ["file": "\(name)"])
            } else {
                log.warning(
                    "a stored map is broken, and is made anew",
                    metadata: ["file": "\(folder.path)/\(name)", "reason": "\(error)"])
            }
            folder.remove(name)
            return nil
        }
    }

    private func read(_ name: String, maxBytes: Int) -> [UInt8]? {
        do throws(StateFolder.Failure) {
            return try folder.read(name, maxBytes: maxBytes)
        } catch {
            tell("read", "stored maps can't be used: \(error)")
            return nil
        }
    }

    private func save(_ name: String, _ bytes: [UInt8]) {
        do throws(StateFolder.Failure) {
            try folder.write(name, bytes)
        } catch {
            tell("write", "maps can't be kept, and are made anew after a restart: \(error)")
        }
    }

    private func tell(_ kind: String, _ message: String) {
        guard told.withLock({ $0.insert(kind).inserted }) else { return }
        log.warning("\(message)", metadata: ["folder": "\(folder.path)"])
    }
}
