internal import Glibc

/// Named files in a folder of the daemon's own, each written as a whole or not at all, and together below a limit: the
/// ones that were used least lately go first. Other daemons may use the same folder.
struct StateFolder: Sendable {
    let path: String
    /// Of all files together.
    let maxBytes: Int
    /// Tells our files from those that somebody else put there, which are left alone.
    let isOurs: @Sendable (_ name: String) -> Bool

    /// A small file takes as much as a block of the file system.
    private static let leastBytes = 4096
    /// What a writer that died left behind.
    private static let temporary = ".new-"
    private static let temporarySeconds = 3600

    /// What a file system call was not able to do.
    struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ action: String, _ path: String, _ code: Int32 = errno) {
            let text = strerror(code).map { String(cString: $0) } ?? "error \(code)"
            description = "\(path) can't be \(action): \(text)"
        }
    }

    /// The content of a file, which counts as used now.
    ///
    /// - Parameter maxBytes: a larger file is none of ours, and not read.
    /// - Returns: nil when there is no such file.
    func read(_ name: String, maxBytes: Int) throws(Failure) -> [UInt8]? {
        let file = path + "/" + name
        let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            guard errno == ENOENT || errno == ENOTDIR else { throw Failure("opened", file) }
            return nil
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Failure("read", file) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Failure("read", file, EISDIR) }
        let size = Int(status.st_size)
        guard size <= maxBytes else { throw Failure("read", file, EFBIG) }
        var got = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { target, used in
            while got < size, let start = target.baseAddress {
                let part = Glibc.read(descriptor, start + got, size - got)
                if part < 0, errno == EINTR { continue }
                guard part > 0 else { break }
                got += part
            }
            used = got
        }
        guard got == size else { throw Failure("read", file, EIO) }
        // On a file system that is only read there is no order of use; then nothing is removed there, either.
        futimens(descriptor, nil)
        return bytes
    }

    /// Writes a file beside the old one, and puts it in its place when it is safe on the disk.
    func write(_ name: String, _ bytes: [UInt8]) throws(Failure) {
        try makeFolder()
        let file = path + "/" + name
        let new = path + "/" + Self.temporary + String(UInt64.random(in: .min ... .max), radix: 36)
        let descriptor = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Failure("made", new) }
        let code = Self.write(bytes, to: descriptor)
        close(descriptor)
        guard code == 0, rename(new, file) == 0 else {
            let code = code == 0 ? errno : code
            unlink(new)
            throw Failure("written", file, code)
        }
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
        trim(keeping: name)
    }

    /// - Returns: 0, or the error's number.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        bytes.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count, let start = bytes.baseAddress {
                let part = Glibc.write(descriptor, start + done, bytes.count - done)
                if part < 0, errno == EINTR { continue }
                guard part > 0 else { return part < 0 ? errno : ENOSPC }
                done += part
            }
            return fsync(descriptor) == 0 ? 0 : errno
        }
    }

    func remove(_ name: String) { unlink(path + "/" + name) }

    private func makeFolder() throws(Failure) {
        var folder = ""
        for part in path.split(separator: "/") {
            folder += (folder.isEmpty && !path.hasPrefix("/") ? "" : "/") + part
            guard mkdir(folder, 0o700) == 0 || errno == EEXIST || errno == EROFS || errno == EACCES else {
                throw Failure("made", folder)
            }
        }
        guard access(path, W_OK | X_OK) == 0 else { throw Failure("written to", path) }
    }

    /// Removes files until all together are below the limit, and what was left half-written.
    private func trim(keeping kept: String) {
        guard let listing = opendir(path) else { return }
        defer { closedir(listing) }
        var files: [(name: String, bytes: Int, used: Int64)] = []
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            let isTemporary = name.hasPrefix(Self.temporary)
            var status = stat()
            guard isTemporary || isOurs(name), fstatat(dirfd(listing), name, &status, AT_SYMLINK_NOFOLLOW) == 0,
                status.st_mode & S_IFMT == S_IFREG
            else { continue }
            if isTemporary {
                if status.st_mtim.tv_sec < time(nil) - Self.temporarySeconds { remove(name) }
                continue
            }
            let used = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
            files.append((name, max(Int(status.st_size), Self.leastBytes), used))
        }
        var total = files.reduce(0) { $0 + $1.bytes }
        for file in files.sorted(by: { ($0.used, $0.name) < ($1.used, $1.name) }) where total > maxBytes {
            guard file.name != kept else { continue }
            remove(file.name)
            total -= file.bytes
        }
    }
}
