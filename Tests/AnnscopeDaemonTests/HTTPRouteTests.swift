import SocketService
import Testing
import WireProtocol

@testable import AnnscopeDaemon

struct HTTPRouteTests {
    @Test func `names of indexes may hold slashes`() {
        #expect(HTTPRoute(path: "/api/v1/indexes/a/b/search") == .search(index: "a/b"))
        #expect(HTTPRoute(path: "/media/a/b/1.jpg") == .media(path: "a/b/1.jpg"))
    }

    @Test func `a name may begin with a mark that joins the slash before it`() {
        #expect(HTTPRoute(path: "/api/v1/indexes/\u{301}a/search") == .search(index: "\u{301}a"))
        #expect(HTTPRoute(path: "/media/\u{301}a/1.jpg") == .media(path: "\u{301}a/1.jpg"))
    }

    @Test func `an index without a name is a page that is not there`() {
        #expect(HTTPRoute(path: "/api/v1/indexes//search") == .search(index: ""))
        #expect(HTTPRoute(path: "/api/v1/indexes/search") == .page(path: "/api/v1/indexes/search"))
    }

    @Test func `searching takes POST and a publisher, looking takes GET and a viewer`() {
        #expect(HTTPRoute.search(index: "a").methods == [.post])
        let access = DaemonConfiguration.Access()
        #expect(HTTPRoute.search(index: "a").role(access) == .publisher)
        for route in [HTTPRoute.metrics, .indexes, .media(path: "a/1.jpg")] {
            #expect(route.methods == [.get, .head])
            #expect(route.role(access) == .viewer)
        }
        for route in [HTTPRoute.page(path: "/"), .health, .ready] { #expect(route.role(access) == nil) }
    }

    @Test func `who may read the metrics is the operator's to say`() {
        var access = DaemonConfiguration.Access()
        access.metrics = .anyone
        #expect(HTTPRoute.metrics.role(access) == nil)
        access.metrics = .publisher
        #expect(HTTPRoute.metrics.role(access) == .publisher)
    }

    @Test(
        arguments: [
            ("Bearer abc", "abc"), ("bearer  abc", "abc"), ("Basic abc", nil), ("Bearer", nil), ("", nil),
        ] as [(String, String?)])
    func `a token comes after Bearer`(header: String, token: String?) {
        let request = HTTPRequest(method: .get, path: "/", authorization: header)
        #expect(request.bearerToken == token)
    }
}
