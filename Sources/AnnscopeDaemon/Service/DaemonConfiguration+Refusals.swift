internal import SocketService
internal import ViewerHub
internal import WireProtocol

/// Who may ask for what over HTTP. A request with a body is judged by its head, before any of its body is taken, and like
/// every other once it is there.
extension DaemonConfiguration.Access {
    /// Why a request may not have what it asks for; nil when it may.
    func refusal(of request: HTTPRequest) -> HTTPResponse? {
        let route = HTTPRoute(path: request.path)
        guard route.methods.contains(request.method) else { return .methodNotAllowed(route.methods) }
        guard let role = route.role(self) else { return nil }
        let grant = rules.grant(request.bearerToken)
        guard let grant, grant.role >= role || request.bearerToken != nil else {
            let what = request.bearerToken == nil ? "a token is needed" : "the token is not known here"
            var response = HTTPResponse(
                .failure(RPCError(.unauthorized, "\(what): send it as \"Authorization: Bearer TOKEN\"")))
            response.headers.append(("WWW-Authenticate", "Bearer realm=\"annscope\""))
            return response
        }
        guard grant.role < role else { return nil }
        let words = "this token's role is \(grant.role.rawValue); it takes a \(role.rawValue)"
        return HTTPResponse(.failure(RPCError(.forbidden, words)))
    }
}

extension HTTPRequest {
    /// The token of `Authorization: Bearer TOKEN` (RFC 6750, 2.1); the scheme may be in any case.
    var bearerToken: String? {
        guard let authorization else { return nil }
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1].drop { $0 == " " })
    }
}

extension HTTPResponse {
    /// RFC 9110, 15.5.6.
    fileprivate static func methodNotAllowed(_ methods: [HTTPRequest.Method]) -> HTTPResponse {
        let allowed = methods.map(\.rawValue).joined(separator: ", ")
        var response = text(405, "this address takes \(allowed)\n")
        response.headers.append(("Allow", allowed))
        return response
    }
}
