internal import Logging
internal import OrderedCollections
internal import SocketService
internal import ViewerHub
internal import WireProtocol

extension DaemonState {
    private static let maxPictureBytes = 32 << 20

    /// Answers an HTTP request, now or when a worker is done.
    mutating func serve(_ id: HTTPRequestID, _ request: HTTPRequest) {
        if let refusal = configuration.access.refusal(of: request) {
            metrics.refused(refusal.status == 405 ? "method" : "access")
            return server.respond(to: id, refusal)
        }
        switch HTTPRoute(path: request.path) {
        case .page(let path):
            server.respond(
                to: id,
                page.response(path, ifNoneMatch: request.ifNoneMatch, acceptEncoding: request.acceptEncoding))
        case .health: server.respond(to: id, .text(200, "ok\n"))
        case .ready: server.respond(to: id, readiness())
        case .metrics: server.respond(to: id, metricsText)
        case .indexes: server.respond(to: id, HTTPResponse(.success(indexList)))
        case .search(let name):
            do throws(RPCError) {
                let client = hub.access.grant(request.bearerToken)?.name ?? request.peer.network
                switch try SearchBody(parsing: request.body, limits: configuration.limits) {
                case .one(let search): try runSearch(name, search, for: .http(id), of: client)
                case .many(let searches): try runSearches(name, searches, for: .http(id), of: client)
                }
            } catch {
                server.respond(to: id, HTTPResponse(.failure(error)))
            }
        case .media(let path): servePicture(id, path, request)
        }
    }

    /// Whether every file that was there at the start has been read; later ones are read beside what answers.
    private mutating func readiness() -> HTTPResponse {
        guard drainEnds == nil else { return .text(503, "going down\n") }
        isReady = isReady || hasCaughtUp && !indexes.isLoading
        return isReady ? .text(200, "ready\n") : .text(503, "still reading index files\n")
    }

    /// A picture of an index: below its folder, where the sidecar says that pictures are, whatever links are there.
    private func servePicture(_ id: HTTPRequestID, _ path: String, _ request: HTTPRequest) {
        // A name may hold slashes: the longest that fits is meant.
        let owner = indexes.served.map(\.index).filter { path.rest(after: $0.name + "/") != nil }
            .max { $0.name.count < $1.name.count }
        let missing = HTTPResponse.text(404, "no such picture\n")
        guard let owner, let prefix = owner.mediaPrefix,
            let file = path.rest(after: owner.name + "/"), file.rest(after: prefix) != nil,
            let type = MediaType.ofPicture(path: file)
        else { return server.respond(to: id, missing) }
        let server = server
        let isAccepted = errands.submit { _ in
            guard let picture = OpenFile(file, beneath: owner.folder, limit: Self.maxPictureBytes) else {
                return server.respond(to: id, missing)
            }
            let headers = HTTPResponse.pictureHeaders(type) + [(name: "ETag", value: picture.etag)]
            if EntityTag.isListed(picture.etag, in: request.ifNoneMatch) {
                return server.respond(to: id, HTTPResponse(status: 304, headers: headers))
            }
            server.respond(
                to: id,
                .file(size: picture.size, range: request.range, headers: headers) { picture.bytes($0) })
        }
        if isAccepted == nil { server.respond(to: id, .text(503, "too much is waiting; ask again later\n")) }
    }
}

extension HTTPResponse {
    static func text(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: [("Content-Type", "text/plain; charset=utf-8")], body: [UInt8](text.utf8))
    }

    static func pictureHeaders(_ type: String) -> [(name: String, value: String)] {
        [
            (name: "Content-Type", value: type), (name: "Cache-Control", value: "private, max-age=600"),
            // A picture is shown, never run: SVG could hold scripts.
            (name: "Content-Security-Policy", value: "default-src 'none'; sandbox"),
        ]
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
