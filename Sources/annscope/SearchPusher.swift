import Foundation
import SocketService
import WireProtocol

/// Sends searches to a daemon, one after the other.
final class SearchPusher {
    private let server: SocketClientConfiguration
    private let index: String
    private let token: String?
    private var session: DaemonSession?
    /// A daemon that says when it may go well is asked again, for as long in all.
    private static let longestWait = Duration.seconds(60)

    init(server: SocketClientConfiguration, index: String, token: String?) {
        self.server = server
        self.index = index
        self.token = token
    }

    /// - Parameter search: the parameters of `search.run`, or, with several vectors, of `search.runMany`.
    /// - Returns: the result.
    /// - Throws: `DaemonSession.Refusal` with the daemon's words, or why it could not be reached.
    func push(_ search: [String: Any]) async throws -> JSONValue {
        let method = search["vectors"] == nil && search["labels"] == nil ? "search.run" : "search.runMany"
        let parameters = search.merging(["index": index]) { $1 }
        let text = try JSONSerialization.data(withJSONObject: parameters, options: .withoutEscapingSlashes)
        var waited = Duration.zero
        while true {
            do {
                return try await openSession().ask(method, Array(text))
            } catch let refusal as DaemonSession.Refusal {
                // What was refused so was not done: sent again, with a key or without, it runs once.
                guard let wait = refusal.retryAfter else { throw refusal }
                // A little more than was said, so that several who wait don't come back at once.
                let pause = max(.milliseconds(10), wait) * Double.random(in: 1...1.2)
                guard waited + pause <= Self.longestWait else {
                    throw DaemonSession.Refusal(
                        message: "\(refusal.message); it was not taken within \(Self.longestWait)")
                }
                waited += pause
                try await Task.sleep(for: pause)
            }
        }
    }

    /// A connection that has ended since, as when the daemon was started anew, is made anew.
    private func openSession() async throws -> DaemonSession {
        if let session, !session.isOver { return session }
        let session = try await DaemonSession(server, token: token)
        self.session = session
        return session
    }
}
