internal import Glibc

/// Keeps an inotify watch on every folder of the newest listing, and says which folders have none.
struct FolderWatches: ~Copyable {
    /// The folders behind each watch: links can lead to one folder under several paths.
    private var folders: [Int32: Set<String>] = [:]
    private var watches: [String: Int32] = [:]
    private var earlier: [String: Int32] = [:]
    private let queue = InotifyQueue()
    private let maxWatches: Int
    private let readMounts: () -> MountTable
    private var mounts: MountTable
    /// Devices that were looked up in the table of mounts.
    private var devices: Set<UInt> = []
    /// Reasons for looking from time to time that hold in this listing, each with a folder it holds for.
    private(set) var reasons: [PollingReason: String] = [:]

    /// - Parameters:
    ///   - maxWatches: watches held; a folder more is looked at from time to time.
    ///   - readMounts: gives the mounts as they are now.
    init(maxWatches: Int, readMounts: @escaping () -> MountTable) {
        self.maxWatches = maxWatches
        self.readMounts = readMounts
        mounts = readMounts()
    }

    /// Readable when events wait; −1 when there will be none.
    var handle: Int32 { queue.handle }

    func read() -> [FolderEvent] { queue.read() }

    func folders(of watch: Int32) -> Set<String> { folders[watch] ?? [] }

    /// Begins a listing: what is not named until `endRound` is not watched any longer.
    mutating func beginRound() {
        earlier = watches
        watches = [:]
        reasons = [:]
    }

    mutating func watch(_ folder: String, _ scope: FileListing.Scope) {
        if scope == .files { noteFilesystem(of: folder) }
        guard queue.isAvailable else {
            if scope == .files { note(.unavailable, folder) }
            return
        }
        guard watches[folder] != nil || earlier[folder] != nil || watches.count < maxWatches else {
            return note(.watchLimit, folder)
        }
        let watch = queue.watch(folder, scope)
        guard watch >= 0 else {
            // Any other reason is the folder's own: it is not there, or not to be read.
            if errno == ENOSPC || errno == ENOMEM { note(.watchLimit, folder) }
            return
        }
        watches[folder] = watch
        folders[watch, default: []].insert(folder)
    }

    mutating func endRound() {
        for (folder, watch) in earlier where watches[folder] != watch {
            folders[watch]?.remove(folder)
            if folders[watch]?.isEmpty ?? false {
                folders[watch] = nil
                queue.unwatch(watch)
            }
        }
        earlier = [:]
    }

    private mutating func noteFilesystem(of folder: String) {
        var status = stat()
        guard stat(folder, &status) == 0 else { return }
        let device = UInt(status.st_dev)
        // A device that was never met may have been mounted since the table was read.
        if devices.insert(device).inserted { mounts = readMounts() }
        guard let filesystem = mounts.remoteFilesystem(device: device) else { return }
        note(.remote(filesystem: filesystem), folder)
    }

    private mutating func note(_ reason: PollingReason, _ folder: String) {
        if reasons[reason] == nil { reasons[reason] = folder }
    }
}
