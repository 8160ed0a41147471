/// The answer to a request. Content-Length, Date and the headers of `SecurityHeaders` are added.
public struct HTTPResponse: Sendable {
    public var status: Int
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]

    public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// What follows the head.
    func body(for method: HTTPRequest.Method) -> [UInt8] {
        method != .head && status != 304 && status != 204 ? body : []
    }

    /// A file or a part of it, as `Range` asks: 200 with all, 206 with a part, or 416.
    ///
    /// - Parameters:
    ///   - headers: its type and caching.
    ///   - read: gives the bytes of the range, or nil when they can't be read any more, which is answered with 404.
    public static func file(
        size: Int, range: String?, headers: [(name: String, value: String)], read: (Range<Int>) -> [UInt8]?
    ) -> HTTPResponse {
        var headers = headers
        headers.append(("Accept-Ranges", "bytes"))
        var status = 200
        var wanted = 0..<size
        switch ByteRange(parsing: range, size: size) {
        case .whole: break
        case .part(let part):
            status = 206
            wanted = part
            headers.append(("Content-Range", "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(size)"))
        case .unsatisfiable:
            return HTTPResponse(status: 416, headers: [("Content-Range", "bytes */\(size)")])
        }
        guard let bytes = read(wanted), bytes.count == wanted.count else {
            return HTTPResponse(
                status: 404, headers: [("Content-Type", "text/plain; charset=utf-8")],
                body: Array("the file can't be read any more\n".utf8))
        }
        return HTTPResponse(status: status, headers: headers, body: bytes)
    }
}
