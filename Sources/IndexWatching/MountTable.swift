internal import Glibc

/// Which filesystem a device number belongs to, and whether its files can change behind the kernel's back.
struct MountTable {
    private var filesystems: [UInt: String] = [:]

    /// Filesystems whose files others change too, by their beginnings: `nfs4` is an `nfs`, `fuse.sshfs` a `fuse`.
    private static let remote = [
        "nfs", "cifs", "smb", "fuse", "9p", "virtiofs", "ceph", "afs", "coda", "lustre", "gfs2", "ocfs2", "glusterfs",
        "beegfs", "gpfs", "orangefs", "vboxsf", "prl_fs", "ncpfs",
    ]

    /// Reads the mounts of this process.
    init() { self.init(text: Self.readAll("/proc/self/mountinfo")) }

    /// - Parameter text: lines as in `/proc/self/mountinfo` (proc(5)); what is no such line is passed over.
    init(text: String) {
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: " ")
            // The number of optional fields varies; a dash ends them.
            guard fields.count > 2, let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count else { continue }
            let numbers = fields[2].split(separator: ":").compactMap { UInt($0) }
            guard numbers.count == 2 else { continue }
            filesystems[Self.device(major: numbers[0], minor: numbers[1])] = String(fields[dash + 1])
        }
    }

    /// The name of a device's filesystem if that does not tell of all changes, else nil.
    func remoteFilesystem(device: UInt) -> String? {
        guard let filesystem = filesystems[device], filesystem != "fuseblk",
            Self.remote.contains(where: { filesystem.hasPrefix($0) })
        else { return nil }
        return filesystem
    }

    /// The number that `stat` gives, as glibc's `makedev` puts it together (a macro that Swift can't import).
    static func device(major: UInt, minor: UInt) -> UInt {
        (major & 0xFFF) << 8 | (major & 0xFFFF_F000) << 32 | minor & 0xFF | (minor & 0xFFFF_FF00) << 12
    }

    private static func readAll(_ path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        // A megabyte is thousands of mounts; what is beyond counts as local.
        while bytes.count < 1 << 20 {
            let count = read(file, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
