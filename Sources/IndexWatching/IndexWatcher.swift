internal import Glibc
internal import Synchronization

/// Follows files and folders on a thread of its own and says when an index is there to be read, or gone.
///
/// inotify tells that something happened in a folder; what happened is found by looking at the files' stamps. So a
/// lost or merged event costs nothing but the wait until the next look, and filesystems that send no events work too.
///
/// `@unchecked Sendable`: the constants are set before the thread starts; the stop flag is atomic.
public final class IndexWatcher: @unchecked Sendable {
    /// What happened, in order. Read by one reader.
    public let events: AsyncStream<WatchEvent>

    private let continuation: AsyncStream<WatchEvent>.Continuation
    private let listing: FileListing
    private let quiet: Duration
    private let rescan: Duration
    private let isStopped = Atomic(false)
    /// A pipe whose read end becomes ready when the watcher is to stop.
    private let wake: (read: Int32, write: Int32)
    private let notifications: Int32

    /// The sidecar of `FILE` is `FILE.annscope.json`; a change of it is a change of the index.
    public static let sidecarSuffix = ".annscope.json"

    /// - Parameters:
    ///   - paths: files and folders; a folder is followed with all that is below it, and need not exist yet.
    ///   - quiet: how long a file must have been left alone before it is announced.
    ///   - rescan: the longest time between two looks, for filesystems without events.
    ///   - maxFiles: files followed in all.
    public init(
        paths: [String], quiet: Duration = .milliseconds(150), rescan: Duration = .seconds(2), maxFiles: Int = 10_000
    ) {
        listing = FileListing(paths: paths, maxFiles: maxFiles)
        self.quiet = quiet
        self.rescan = rescan
        (events, continuation) = AsyncStream.makeStream()
        var ends: [Int32] = [-1, -1]
        pipe(&ends)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        wake = (ends[0], ends[1])
        notifications = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
    }

    deinit {
        close(wake.read)
        close(wake.write)
        if notifications >= 0 { close(notifications) }
    }

    /// Starts the thread. What is there already is announced as `changed`.
    public func start() {
        let context = Unmanaged.passRetained(self).toOpaque()
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<IndexWatcher>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context)
        guard result == 0 else {
            Unmanaged<IndexWatcher>.fromOpaque(context).release()
            continuation.finish()
            return
        }
        pthread_detach(thread)
    }

    /// Ends the thread and the stream of events.
    public func stop() {
        isStopped.store(true, ordering: .releasing)
        _ = write(wake.write, [1], 1)
    }

    private func run() {
        var files = QuietFiles(quiet: quiet)
        var sidecars: [String: FileStamp] = [:]
        let clock = ContinuousClock()
        while !isStopped.load(ordering: .acquiring) {
            let found = listing.read()
            follow(found.folders)
            var stamps: [String: FileStamp] = [:]
            for path in found.files { stamps[path] = FileStamp(path: path) }
            var news = files.looked(stamps, at: clock.now)
            for path in found.files where stamps[path] != nil {
                let sidecar = FileStamp(path: path + Self.sidecarSuffix)
                let before = sidecars.updateValue(sidecar ?? .absent, forKey: path)
                if let before, before != sidecar ?? .absent, !news.contains(.changed(path: path)) {
                    news.append(.changed(path: path))
                }
            }
            for event in news {
                if case .removed(let path) = event { sidecars[path] = nil }
                continuation.yield(event)
            }
            wait(for: files.isWaiting ? min(quiet / 3, rescan) : rescan)
        }
        continuation.finish()
    }

    /// Watches the folders; the kernel keeps one watch for each, however often it is asked for.
    private func follow(_ folders: Set<String>) {
        guard notifications >= 0 else { return }
        let mask = UInt32(
            IN_CLOSE_WRITE | IN_MODIFY | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ATTRIB | IN_ONLYDIR)
        for folder in folders { inotify_add_watch(notifications, folder, mask) }
    }

    /// Sleeps until something happens in a folder, somebody stops the watcher, or the time is over.
    private func wait(for time: Duration) {
        var handles = [
            pollfd(fd: wake.read, events: Int16(POLLIN), revents: 0),
            pollfd(fd: notifications, events: Int16(POLLIN), revents: 0),
        ]
        let (seconds, attoseconds) = time.components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        poll(&handles, nfds_t(handles.count), Int32(clamping: max(1, milliseconds)))
        // The events' content is not needed: the next look sees all.
        var buffer = [UInt8](repeating: 0, count: 4096)
        while read(notifications, &buffer, buffer.count) > 0 {}
    }
}
