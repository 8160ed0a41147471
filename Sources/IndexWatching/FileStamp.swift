internal import Glibc

/// What tells one content of a file from the next without reading it. Links are followed, so that a link that is
/// pointed elsewhere counts as a change.
struct FileStamp: Equatable, Sendable {
    let device: UInt
    let inode: UInt
    let bytes: Int
    let modifiedNanoseconds: Int64
    let changedNanoseconds: Int64

    /// Stands for a file that is not there.
    static let absent = FileStamp()

    private init() {
        device = 0
        inode = 0
        bytes = -1
        modifiedNanoseconds = 0
        changedNanoseconds = 0
    }

    /// The stamp of a regular file, or nil for anything else.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
        bytes = Int(status.st_size)
        modifiedNanoseconds = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        changedNanoseconds = Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec)
    }

    /// True when nothing was written between two stamps of one file.
    func hasSameBytes(as other: FileStamp) -> Bool {
        bytes == other.bytes && modifiedNanoseconds == other.modifiedNanoseconds
    }

    /// True when both are stamps of one file.
    func isSameFile(as other: FileStamp) -> Bool { device == other.device && inode == other.inode }
}
