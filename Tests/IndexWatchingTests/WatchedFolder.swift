import Foundation
import Testing

@testable import IndexWatching

/// A real folder with real files, and a watcher over it. The rescan is an hour away unless a test says otherwise, so
/// that what is noticed was noticed by its event.
final class WatchedFolder {
    private let root: URL

    /// Fast where nothing speaks against it, patient where a test must show that nothing comes too early.
    static let pace = WatchPace(quiet: .milliseconds(60), patience: .seconds(20), rescan: .seconds(3600))

    init() throws {
        // A path without links, so that the tests' links are the only ones.
        root = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appending(path: "watch-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: root) }

    var path: String { root.path }

    func path(_ name: String) -> String { root.path + "/" + name }

    func write(_ text: String, to name: String) throws { try Data(text.utf8).write(to: root.appending(path: name)) }

    /// Truncates and rewrites in place, as both libraries do.
    func rewrite(_ text: String, in name: String) throws {
        let handle = try writer(of: name)
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    /// Opens a file for writing, and makes it when it is not there.
    func writer(of name: String) throws -> FileHandle {
        let file = open(path(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw CocoaError(.fileWriteUnknown) }
        return FileHandle(fileDescriptor: file, closeOnDealloc: true)
    }

    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(
            at: root.appending(path: name), withIntermediateDirectories: true)
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }

    func move(_ name: String, to other: String) throws {
        guard rename(path(name), path(other)) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    /// Makes a link, or points it elsewhere in one step.
    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path(".link"), withDestinationPath: target)
        try move(".link", to: name)
    }

    /// The folder that Chroma's hnswlib keeps an index in.
    func writeChroma(_ name: String) throws {
        for part in IndexParts.folderNames.sorted() { try write("one", to: name + "/" + part) }
    }

    /// Runs a watcher, and at the end shows that there was no news beyond what was expected.
    func watching(
        _ paths: [String]? = nil, maxFiles: Int = 10_000, maxDepth: Int = 8, pace: WatchPace = WatchedFolder.pace,
        readMounts: @escaping @Sendable () -> MountTable = { MountTable() },
        _ body: (IndexWatcher, inout AsyncStream<WatchEvent>.Iterator) async throws -> Void
    ) async throws {
        let listing = FileListing(paths: paths ?? [path], maxFiles: maxFiles, maxDepth: maxDepth)
        let watcher = IndexWatcher(listing: listing, pace: pace, readMounts: readMounts)
        watcher.start()
        // That it has caught up is news of no index.
        let (news, continuation) = AsyncStream<WatchEvent>.makeStream()
        let forwarding = Task {
            for await event in watcher.events where event != .caughtUp { continuation.yield(event) }
            continuation.finish()
        }
        defer { forwarding.cancel() }
        var events = news.makeAsyncIterator()
        try await body(watcher, &events)
        watcher.stop()
        #expect(await events.next() == nil)
    }
}
