import Testing

@testable import IndexWatching

@Suite("Mount table")
struct MountTableTests {
    /// Lines as proc(5) has them, with and without optional fields, and some that are none.
    private let table = MountTable(
        text: """
            24 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
            61 24 0:52 / /home rw,nosuid shared:30 master:2 - nfs4 server:/home rw,vers=4.2
            62 24 0:53 / /media rw - fuse.sshfs host:/media rw
            63 24 8:17 / /usb rw - fuseblk /dev/sdb1 rw
            64 24 259:70000 / /share rw - cifs //host/share rw
            65 24 0:54
            66 24 x:y / /odd rw - nfs odd rw
            """)

    @Test(
        arguments: [
            (8, 1, nil), (0, 52, "nfs4"), (0, 53, "fuse.sshfs"), (8, 17, nil), (259, 70_000, "cifs"), (0, 54, nil),
        ] as [(UInt, UInt, String?)])
    func `filesystems that others change too are known by their devices`(
        major: UInt, minor: UInt, filesystem: String?
    ) {
        #expect(table.remoteFilesystem(device: MountTable.device(major: major, minor: minor)) == filesystem)
    }
}
