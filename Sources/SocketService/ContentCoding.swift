internal import CWebSockets

/// Compressed representations (RFC 9110 §8.4): gzip, which every browser takes.
public enum ContentCoding {
    /// True when `Accept-Encoding` takes gzip and does not like the plain bytes more (RFC 9110 §12.5.3).
    public static func acceptsGzip(_ acceptEncoding: String?) -> Bool {
        guard let acceptEncoding else { return false }
        var weights: [String: Double] = [:]
        for entry in acceptEncoding.split(separator: ",").prefix(32) {
            let parts = entry.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            guard let coding = parts.first else { continue }
            var weight = 1.0
            for part in parts.dropFirst() where part.hasPrefix("q=") { weight = Double(part.dropFirst(2)) ?? 0 }
            weights[coding == "x-gzip" ? "gzip" : coding] = weight
        }
        let gzip = weights["gzip"] ?? weights["*"] ?? 0
        return gzip > 0 && gzip >= weights["identity"] ?? 0
    }

    /// The bytes as gzip, or nil when that saves less than a tenth. Takes about 20 ms a megabyte.
    public static func gzip(_ bytes: [UInt8]) -> [UInt8]? {
        let limit = bytes.count - bytes.count / 10
        guard limit > 0 else { return nil }
        let compressed = [UInt8](unsafeUninitializedCapacity: limit) { memory, filled in
            guard let into = memory.baseAddress else { return }
            filled = annscope_gzip(bytes, bytes.count, into, limit)
        }
        return compressed.isEmpty ? nil : compressed
    }
}
