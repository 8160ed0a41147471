internal import Glibc

/// Reads the small files that a configuration names.
enum ConfigurationFile {
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    /// - Throws: `Fault` for what can't be read, is no plain file, or is longer than `max`. A pipe does not hang it.
    static func bytes(of path: String, max: Int) throws(Fault) -> [UInt8] {
        let handle = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard handle >= 0 else { throw Fault(description: "it can't be read: \(String(cString: strerror(errno)))") }
        defer { close(handle) }
        var status = stat()
        guard fstat(handle, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw Fault(description: "it is no plain file")
        }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(handle, &part, part.count)
            guard count >= 0 else { throw Fault(description: "it can't be read: \(String(cString: strerror(errno)))") }
            if count == 0 { return bytes }
            bytes += part[..<count]
            guard bytes.count <= max else { throw Fault(description: "it is longer than \(max) bytes") }
        }
    }

    static func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func isReadableByOthers(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & 0o007 != 0
    }
}
