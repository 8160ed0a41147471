internal import Glibc

/// Owns one inotify instance.
struct InotifyQueue: ~Copyable {
    /// Ready to be read when something has happened; −1 when the kernel gave none.
    let handle: Int32

    /// Everything that can happen to the files of a folder.
    private static let files = UInt32(
        IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE_SELF
            | IN_MOVE_SELF)
    /// Names that come and go: not the writes, of which a busy folder has many.
    private static let names = UInt32(
        IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF)

    init() { handle = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK)) }

    deinit { if handle >= 0 { close(handle) } }

    var isAvailable: Bool { handle >= 0 }

    /// Watches a folder, for more than before if it is watched already.
    ///
    /// - Returns: the watch's number, the same for the same folder; −1 with `errno` set when there is none.
    func watch(_ folder: String, _ scope: FileListing.Scope) -> Int32 {
        let events = scope == .files ? Self.files : Self.names
        return inotify_add_watch(handle, folder, events | UInt32(IN_ONLYDIR) | UInt32(IN_MASK_ADD))
    }

    func unwatch(_ watch: Int32) { inotify_rm_watch(handle, watch) }

    /// The events that wait; of very many, the first ones.
    func read() -> [FolderEvent] {
        guard isAvailable else { return [] }
        var events: [FolderEvent] = []
        withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 8) { buffer in
            // As many as the kernel keeps by default. Who writes faster than this is read is not waited for.
            for _ in 0..<16 {
                let count = Glibc.read(handle, buffer.baseAddress, buffer.count)
                guard count > 0 else { return }
                events += FolderEvent.events(in: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
        }
        return events
    }
}
