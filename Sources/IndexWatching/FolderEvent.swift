internal import Glibc

/// One inotify event: something happened in a watched folder.
struct FolderEvent: Equatable {
    /// The watch it came by; −1 for an overflow.
    let watch: Int32
    let mask: UInt32
    /// The name in the folder, empty when the folder itself is meant.
    let name: String

    /// The kernel's queue was full: events are lost.
    var isOverflow: Bool { has(IN_Q_OVERFLOW) }
    /// The name is a folder's.
    var isFolder: Bool { has(IN_ISDIR) }
    /// A name is there that was not, or leads to another file than before.
    var isArrival: Bool { has(IN_CREATE | IN_MOVED_TO) }
    /// A name is gone.
    var isDeparture: Bool { has(IN_DELETE | IN_MOVED_FROM) }

    /// What the event says of the file's writer. What was only created may be a link, which has no writer.
    func word(isLink: Bool) -> QuietFiles.Word {
        if has(IN_CLOSE_WRITE | IN_MOVED_TO) || isDeparture { return .finished }
        if has(IN_MODIFY) { return .writing }
        if has(IN_CREATE) { return isLink ? .touched : .writing }
        return .touched
    }

    private func has(_ flags: some BinaryInteger) -> Bool { mask & UInt32(truncatingIfNeeded: flags) != 0 }

    /// Takes apart what a read from inotify gave (inotify(7)). An event that does not fit in is passed over.
    static func events(in bytes: UnsafeRawBufferPointer) -> [FolderEvent] {
        let headBytes = MemoryLayout<inotify_event>.size
        var events: [FolderEvent] = []
        var offset = 0
        while offset + headBytes <= bytes.count {
            let head = bytes.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
            let end = offset + headBytes + Int(head.len)
            guard end <= bytes.count else { break }
            // The name is padded with zeros.
            let name = bytes[offset + headBytes..<end].prefix { $0 != 0 }
            events.append(FolderEvent(watch: head.wd, mask: head.mask, name: String(decoding: name, as: UTF8.self)))
            offset = end
        }
        return events
    }
}
