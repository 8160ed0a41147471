internal import Glibc
internal import SocketService

/// The page's files, read once at start: nothing outside this list can be asked for, and no path from outside ever
/// reaches the file system.
struct StaticFiles: Sendable {
    /// The same file as bytes and, where that is much shorter, as gzip; each with a strong ETag of its own.
    private struct File: Sendable {
        let mediaType: String
        let plain: Representation
        let gzip: Representation?
    }

    private struct Representation: Sendable {
        let bytes: [UInt8]
        let etag: String
    }

    private let files: [String: File]

    private static let maxFileBytes = 8 << 20
    private static let maxDepth = 6
    /// Shorter files fit into one packet anyway.
    private static let minCompressedBytes = 1024

    /// Reads every file of a known media type below `root`; links, hidden files and tests are not part of the page.
    init(root: String) {
        var found: [String: File] = [:]
        Self.walk(root, prefix: "/", depth: 0) { path, name in
            guard let type = MediaType.of(path: name),
                let bytes = FileReading.bytes(of: path, limit: Self.maxFileBytes)
            else { return }
            let hash = Self.hash(bytes)
            // Compressed here and not when it is installed: the page also runs from a checkout.
            let gzip =
                MediaType.isText(type) && bytes.count >= Self.minCompressedBytes ? ContentCoding.gzip(bytes) : nil
            found[name] = File(
                mediaType: type, plain: Representation(bytes: bytes, etag: "\"\(hash)\""),
                gzip: gzip.map { Representation(bytes: $0, etag: "\"\(hash)-gzip\"") })
        }
        found["/"] = found["/index.html"]
        files = found
    }

    var isEmpty: Bool { files.isEmpty }

    /// The page may load nothing but its own files, and data: URLs as pictures of pushed queries.
    private static let policy = [
        "default-src 'self'", "img-src 'self' data: blob:", "object-src 'none'", "base-uri 'none'",
        "form-action 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    /// Answers a GET or HEAD request.
    func response(_ path: String, ifNoneMatch: String?, acceptEncoding: String? = nil) -> HTTPResponse {
        guard let file = files[path] else { return .text(404, "not found\n") }
        let gzip = ContentCoding.acceptsGzip(acceptEncoding) ? file.gzip : nil
        let chosen = gzip ?? file.plain
        // Asked for again each time, which costs a 304: the page and the daemon must fit together.
        var headers = [
            (name: "Content-Type", value: file.mediaType), (name: "ETag", value: chosen.etag),
            (name: "Cache-Control", value: "no-cache"), (name: "Content-Security-Policy", value: Self.policy),
        ]
        if file.gzip != nil { headers.append(("Vary", "Accept-Encoding")) }
        if EntityTag.isListed(chosen.etag, in: ifNoneMatch) { return HTTPResponse(status: 304, headers: headers) }
        if gzip != nil { headers.append(("Content-Encoding", "gzip")) }
        return HTTPResponse(status: 200, headers: headers, body: chosen.bytes)
    }

    private static func walk(_ folder: String, prefix: String, depth: Int, _ visit: (String, String) -> Void) {
        guard depth < maxDepth, let directory = opendir(folder) else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name.utf8.first != UInt8(ascii: "."), name != "test" else { continue }
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
    private static func hash(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }
}
