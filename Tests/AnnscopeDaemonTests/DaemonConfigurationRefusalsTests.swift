import SocketService
import Testing
import ViewerHub
import WireProtocol

@testable import AnnscopeDaemon

struct DaemonConfigurationRefusalsTests {
    private static let search = "/api/v1/indexes/a/search"

    private static var guarded: DaemonConfiguration {
        var configuration = DaemonConfiguration()
        configuration.access.tokens = [
            AccessToken(name: "wall", role: .viewer, secret: "sees"),
            AccessToken(name: "shop", role: .publisher, secret: "pushes"),
        ]
        return configuration
    }

    @Test(
        arguments: [
            (search, nil, 401), (search, "unknown", 401), (search, "sees", 403), (search, "pushes", nil),
            ("/", nil, 405), ("/metrics", "pushes", 405),
        ] as [(String, String?, Int?)])
    func `a request with a body is judged by its head`(path: String, token: String?, status: Int?) {
        let request = HTTPRequest(method: .post, path: path, authorization: token.map { "Bearer \($0)" })
        let answer = Self.guarded.socketRules.answerBeforeBody(request)
        #expect(answer?.status == status)
        #expect(answer?.headers.contains { $0.name == "WWW-Authenticate" } ?? false == (status == 401))
    }

    @Test func `tokens that change change what the sockets take`() {
        let request = HTTPRequest(method: .post, path: Self.search, authorization: "Bearer pushes")
        #expect(Self.guarded.socketRules.answerBeforeBody(request)?.status == nil)
        var changed = Self.guarded
        changed.access.tokens.removeLast()
        #expect(changed.socketRules.answerBeforeBody(request)?.status == 401)
    }
}
