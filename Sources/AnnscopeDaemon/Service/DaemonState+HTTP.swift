internal import Logging
internal import OrderedCollections
internal import SocketService
internal import WireProtocol

extension DaemonState {
    private static let searchPrefix = "/api/v1/indexes/"
    private static let searchSuffix = "/search"
    private static let mediaPrefix = "/media/"
    private static let maxPictureBytes = 32 << 20

    /// Answers an HTTP request, now or when a worker is done.
    mutating func serve(_ id: HTTPRequestID, _ request: HTTPRequest) {
        let path = request.path
        if request.method == .post {
            guard path.hasPrefix(Self.searchPrefix), path.hasSuffix(Self.searchSuffix) else {
                return server.respond(to: id, .text(404, "POST goes to \(Self.searchPrefix)NAME\(Self.searchSuffix)\n"))
            }
            let name = String(path.dropFirst(Self.searchPrefix.count).dropLast(Self.searchSuffix.count))
            do throws(RPCError) {
                let client = request.peer.address
                switch try SearchBody(parsing: request.body, limits: configuration.limits) {
                case .one(let search): try runSearch(name, search, for: .http(id), of: client)
                case .many(let searches): try runSearches(name, searches, for: .http(id), of: client)
                }
            } catch {
                server.respond(to: id, HTTPResponse(.failure(error)))
            }
        } else if path == "/healthz" {
            server.respond(to: id, .text(200, "ok\n"))
        } else if path == "/readyz" {
            server.respond(to: id, isReady ? .text(200, "ready\n") : .text(503, "still reading index files\n"))
        } else if path == "/api/v1/indexes" {
            server.respond(to: id, HTTPResponse(.success(indexList)))
        } else if path.hasPrefix(Self.mediaPrefix) {
            servePicture(id, String(path.dropFirst(Self.mediaPrefix.count)))
        } else {
            server.respond(to: id, page.response(path, ifNoneMatch: request.ifNoneMatch))
        }
    }

    /// Every file that was there at the start has been read.
    private var isReady: Bool {
        !indexes.isLoading && (!indexes.entries.isEmpty || uptime >= .seconds(2))
    }

    /// A picture of an index: below its folder, where the sidecar says that pictures are, whatever links are there.
    private func servePicture(_ id: HTTPRequestID, _ path: String) {
        // A name may hold slashes: the longest that fits is meant.
        let owner = indexes.served.map(\.index).filter { path.hasPrefix($0.name + "/") }
            .max { $0.name.count < $1.name.count }
        let missing = HTTPResponse.text(404, "no such picture\n")
        guard let owner, let prefix = owner.mediaPrefix,
            case let file = String(path.dropFirst(owner.name.count + 1)), file.hasPrefix(prefix),
            let type = MediaType.ofPicture(path: file)
        else { return server.respond(to: id, missing) }
        let server = server
        let isAccepted = errands.submit { _ in
            guard let bytes = FileReading.bytes(of: file, beneath: owner.folder, limit: Self.maxPictureBytes) else {
                return server.respond(to: id, missing)
            }
            server.respond(
                to: id,
                HTTPResponse(
                    status: 200,
                    headers: [
                        ("Content-Type", type), ("Cache-Control", "private, max-age=600"),
                        ("X-Content-Type-Options", "nosniff"),
                        // A picture is shown, never run: SVG could hold scripts.
                        ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
                    ], body: bytes))
        }
        if isAccepted == nil { server.respond(to: id, .text(503, "too much is waiting; ask again later\n")) }
    }
}

extension HTTPResponse {
    static func text(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: [("Content-Type", "text/plain; charset=utf-8")], body: [UInt8](text.utf8))
    }

    /// The result of a request as JSON, or its error.
    init(_ result: Result<Reply, RPCError>) {
        var headers = [(name: "Content-Type", value: "application/json"), (name: "Cache-Control", value: "no-store")]
        switch result {
        case .success(let reply): self.init(status: 200, headers: headers, body: reply.encoded())
        case .failure(let error):
            // Whole seconds (RFC 9110, section 10.2.3); the exact time is in the body.
            if let wait = error.retryAfter {
                headers.append((name: "Retry-After", value: "\(Int((wait / .seconds(1)).rounded(.up)))"))
            }
            self.init(
                status: error.httpStatus, headers: headers,
                body: JSONValue.object(["error": error.json]).encoded())
        }
    }
}

extension RPCError {
    var httpStatus: Int {
        switch code {
        case .parseError, .invalidRequest, .unknownMethod, .invalidParams, .notInitialized, .limit, .searchFailed: 400
        case .unauthorized: 401
        case .forbidden: 403
        case .noSuchIndex, .notFound: 404
        case .conflict: 409
        case .tooMany: 429
        case .busy, .cancelled: 503
        }
    }
}
