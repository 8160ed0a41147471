internal import Glibc
internal import SocketService

/// The page's files, read once at start: nothing outside this list can be asked for, and no path from outside ever
/// reaches the file system.
struct StaticFiles: Sendable {
    struct File: Sendable {
        let bytes: [UInt8]
        let mediaType: String
        let etag: String
    }

    private let files: [String: File]

    /// Reads every file of a known media type below `root`; tests are not part of the page.
    init(root: String) {
        var found: [String: File] = [:]
        Self.walk(root, prefix: "/", depth: 0) { path, name in
            guard let type = MediaType.of(path: name), let bytes = FileReading.bytes(of: path, limit: 8 << 20) else {
                return
            }
            found[name] = File(bytes: bytes, mediaType: type, etag: Self.etag(bytes))
        }
        found["/"] = found["/index.html"]
        files = found
    }

    var isEmpty: Bool { files.isEmpty }

    /// The page may load nothing but its own files, and data: URLs as pictures of pushed queries.
    private static let policy =
        "default-src 'self'; img-src 'self' data: blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"

    func response(_ path: String, ifNoneMatch: String?) -> HTTPResponse {
        guard let file = files[path] else { return .text(404, "not found\n") }
        let headers = [
            (name: "Content-Type", value: file.mediaType), (name: "ETag", value: file.etag),
            (name: "Cache-Control", value: "no-cache"), (name: "X-Content-Type-Options", value: "nosniff"),
            (name: "Content-Security-Policy", value: Self.policy), (name: "Referrer-Policy", value: "no-referrer"),
        ]
        if ifNoneMatch == file.etag { return HTTPResponse(status: 304, headers: headers) }
        return HTTPResponse(status: 200, headers: headers, body: file.bytes)
    }

    private static func walk(_ folder: String, prefix: String, depth: Int, _ visit: (String, String) -> Void) {
        guard depth < 6, let directory = opendir(folder) else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard !name.hasPrefix("."), name != "test" else { continue }
            let path = folder + "/" + name
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                walk(path, prefix: prefix + name + "/", depth: depth + 1, visit)
            } else if status.st_mode & S_IFMT == S_IFREG {
                visit(path, prefix + name)
            }
        }
    }

    /// FNV-1a over the content: an ETag needs to change with the bytes, not to resist an attacker.
    private static func etag(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return "\"" + String(hash, radix: 16) + "\""
    }
}
