internal import Glibc
internal import Synchronization

/// Follows files and folders on a thread of its own and says when an index is there to be read, or gone.
///
/// An index is a file, or a folder that holds the four files of Chroma's hnswlib. Its sidecar and the companions told
/// by `follow(companions:of:)` count as parts of it. A path that does not exist yet is followed from the nearest folder
/// that does; links may be pointed elsewhere at any place on the way.
///
/// An index is announced when its writer has closed it, or put it in place by a rename, and then left it alone for the
/// quiet period; one whose writer keeps it open, after three seconds without any change. Files that were there before
/// their folder was watched have no known writer and get the quiet period. Where inotify does not tell of all changes
/// (network filesystems, no watch left), folders are listed from time to time, and the news is `polling`.
///
/// `@unchecked Sendable`: the constants are set before the thread starts; what changes is atomic or behind a mutex.
public final class IndexWatcher: @unchecked Sendable {
    /// What happened, in order. Read by one reader.
    public let events: AsyncStream<WatchEvent>

    private let continuation: AsyncStream<WatchEvent>.Continuation
    private let listing: FileListing
    private let pace: WatchPace
    private let readMounts: @Sendable () -> MountTable
    private let isStopped = Atomic(false)
    /// Companions told since the thread last asked, by the paths of their indexes.
    private let companions = Mutex<[String: [String]]>([:])
    /// Paths to be followed in place of the others, told since the thread last asked.
    private let newPaths = Mutex<[String]?>(nil)
    /// A pipe whose read end becomes ready when there is something new for the thread to know.
    private let wake: (read: Int32, write: Int32)

    /// The sidecar of `FILE` is `FILE.annscope.json`; a change of it is a change of the index.
    public static let sidecarSuffix = ".annscope.json"
    /// Companions followed for one index; what is beyond is not.
    public static let maxCompanions = 64

    /// - Parameters:
    ///   - paths: files and folders; a folder is followed with all that is below it, and need not exist yet.
    ///   - quiet: how long a file must have been left alone before it is announced.
    ///   - rescan: the time between two looks at everything, for what no event tells. Longer when there is so much to
    ///     look at that this would take more than a tenth of the time, or a hundredth where events tell of all.
    ///   - maxFiles: files followed in all, and folders likewise; what is beyond is left out, and `leftOut` says so.
    public convenience init(
        paths: [String], quiet: Duration = .milliseconds(150), rescan: Duration = .seconds(2), maxFiles: Int = 10_000
    ) {
        self.init(
            listing: FileListing(paths: paths, maxFiles: maxFiles), pace: WatchPace(quiet: quiet, rescan: rescan))
    }

    init(
        listing: FileListing, pace: WatchPace, readMounts: @escaping @Sendable () -> MountTable = { MountTable() }
    ) {
        self.listing = listing
        self.pace = pace
        self.readMounts = readMounts
        (events, continuation) = AsyncStream.makeStream()
        var ends: [Int32] = [-1, -1]
        pipe(&ends)
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            // A full pipe wakes the thread as well as one byte more would.
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        wake = (ends[0], ends[1])
    }

    deinit {
        close(wake.read)
        close(wake.write)
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
        wakeUp()
    }

    /// Follows files that an index keeps part of its content in: their changes are changes of the index, and they are
    /// not announced themselves. What was announced of them before is told to be `removed`.
    ///
    /// - Parameters:
    ///   - companions: their paths, in place of those told before; of many, the first `maxCompanions`. The stamps they
    ///     have now belong to the announced index, except those of files that were written after the announcement.
    ///   - path: the index's path as it was announced.
    public func follow(companions: [String], of path: String) {
        let kept = Array(companions.lazy.filter { $0 != path }.prefix(Self.maxCompanions))
        self.companions.withLock { $0[path] = kept }
        wakeUp()
    }

    /// Follows other files and folders from now on. What was announced and is still followed is not announced again;
    /// what no longer is, is told to be `removed`.
    public func follow(paths: [String]) {
        newPaths.withLock { $0 = paths }
        wakeUp()
    }

    private func wakeUp() { _ = write(wake.write, [1], 1) }

    private func run() {
        var loop = WatchLoop(listing: listing, pace: pace, readMounts: readMounts) { [continuation] in
            continuation.yield($0)
        }
        while !isStopped.load(ordering: .acquiring) {
            let paths = newPaths.withLock { paths in
                defer { paths = nil }
                return paths
            }
            if let paths { loop.follow(paths: paths) }
            let told = companions.withLock { told in
                defer { told = [:] }
                return told
            }
            loop.follow(told)
            let time = loop.turn()
            // Events gather unread for a breath, so that a burst of them costs one look.
            if wait(for: pace.breath, handles: [wake.read]) { continue }
            if time > pace.breath { wait(for: time - pace.breath, handles: [wake.read, loop.handle]) }
        }
        continuation.finish()
    }

    /// Sleeps until a handle is ready or the time is over.
    ///
    /// - Returns: true when there is something new for the thread to know.
    @discardableResult
    private func wait(for time: Duration, handles: [Int32]) -> Bool {
        var handles = handles.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let (seconds, attoseconds) = time.components
        let milliseconds = seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        poll(&handles, nfds_t(handles.count), Int32(clamping: milliseconds))
        guard handles[0].revents != 0 else { return false }
        var bytes = [UInt8](repeating: 0, count: 256)
        while read(wake.read, &bytes, bytes.count) > 0 {}
        return true
    }
}
