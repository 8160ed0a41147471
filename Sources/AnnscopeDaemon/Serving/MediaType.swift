/// The media types that the daemon serves, by file extension; a file of another kind is not served.
enum MediaType {
    private static let byExtension = [
        "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
        "js": "text/javascript; charset=utf-8", "mjs": "text/javascript; charset=utf-8",
        "json": "application/json", "svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg",
        "jpeg": "image/jpeg", "webp": "image/webp", "gif": "image/gif", "woff2": "font/woff2", "ico": "image/x-icon",
        "ttf": "font/ttf", "otf": "font/otf",
    ]

    static func of(path: String) -> String? {
        guard let dot = path.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
        return byExtension[String(Substring(path.utf8[dot...].dropFirst())).lowercased()]
    }

    /// Text, which gzip makes much shorter; pictures and fonts are compressed already.
    static func isText(_ type: String) -> Bool {
        type.hasPrefix("text/") || type == "application/json" || type == "image/svg+xml"
    }

    /// Pictures only: what an index's `media` may point at.
    static func ofPicture(path: String) -> String? {
        of(path: path).flatMap { $0.hasPrefix("image/") ? $0 : nil }
    }
}
