import AnnscopeDaemon
import SocketService
import WireProtocol

/// A connection to a daemon on which one question is asked after the other.
final class DaemonSession {
    /// An answer that is an error, or that did not come.
    struct Refusal: Error {
        let message: String
        /// When the same question may go well.
        var retryAfter: Duration?
    }

    private let client: SocketClient
    private var events: SocketClientEvents.Iterator
    private var asked: Int64 = 0
    private var limits: JSONValue = [:]
    /// Requests that the daemon takes at once, and since when that is so; below zero after a large one.
    private var allowance = 0.0
    private var filledAt = ContinuousClock.now

    /// Connects, and introduces itself.
    ///
    /// - Throws: `Refusal`.
    init(_ server: SocketClientConfiguration, token: String?) async throws {
        client = SocketClient(server)
        client.start()
        events = client.events.makeAsyncIterator()
        if case .closed(let end)? = await events.next() {
            throw Refusal(
                message: "\(server.address) can't be reached: is the daemon running there? (\(end.reason))")
        }
        let name: JSONValue = ["name": "annscope-push", "version": .string(AnnscopeVersion.current)]
        let hello: JSONValue = token.map { ["client": name, "token": .string($0)] } ?? ["client": name]
        limits = try await ask("initialize", hello.encoded())["limits"] ?? [:]
        allowance = (limit("requestBurst") ?? 0) - 1
    }

    deinit { client.close() }

    var isOver: Bool { client.isOver }

    /// - Parameter parameters: as one JSON object.
    /// - Returns: the result.
    /// - Throws: `Refusal`.
    func ask(_ method: String, _ parameters: [UInt8]) async throws -> JSONValue {
        asked += 1
        let message =
            Array(#"{"jsonrpc":"2.0","id":\#(asked),"method":"\#(method)","params":"#.utf8) + parameters
            + [UInt8(ascii: "}")]
        if let most = limit("maxMessageBytes"), Double(message.count) > most {
            throw Refusal(
                message:
                    "a request of \(message.count) bytes is more than the daemon takes (\(Int(most))): ask for less at once"
            )
        }
        try await keepPace(message.count)
        client.send(message)
        while let event = await events.next() {
            switch event {
            case .opened, .woken, .fetched: continue
            case .closed(let end):
                let code = end.code.map { " (\($0))" } ?? ""
                throw Refusal(message: "the connection was lost before the answer came: \(end.reason)\(code)")
            case .message(let text):
                let answer: JSONValue
                do { answer = try JSONValue(parsing: text, maxBytes: max(text.count, 1)) } catch {
                    throw Refusal(message: "the daemon sent what is no JSON: \(error)")
                }
                guard answer["id"] == .integer(asked) else { continue }
                if let result = answer["result"] { return result }
                throw Self.refusal(answer["error"])
            }
        }
        throw Refusal(message: "the connection was lost")
    }

    private static func refusal(_ error: JSONValue?) -> Refusal {
        var refusal = Refusal(message: "the daemon refused")
        if case .string(let words)? = error?["message"] { refusal = Refusal(message: words) }
        if case .integer(let milliseconds)? = error?["data"]?["retryAfterMilliseconds"], milliseconds >= 0 {
            refusal.retryAfter = .milliseconds(milliseconds)
        }
        return refusal
    }

    // MARK: Limits

    private func limit(_ name: String) -> Double? {
        if case .integer(let value)? = limits[name] { Double(value) } else { nil }
    }

    /// Waits until the daemon takes a message of so many bytes: it closes the connection when large ones come too fast.
    private func keepPace(_ bytes: Int) async throws {
        guard let perSecond = limit("requestsPerSecond"), let burst = limit("requestBurst"),
            let share = limit("bytesPerRequest"), perSecond > 0, share > 0
        else { return }
        // Less than is allowed, as messages may be closer together when they arrive.
        let rate = perSecond * 0.9
        refill(rate, burst - 1)
        if allowance < 1 {
            try await Task.sleep(for: .seconds((1 - allowance) / rate))
            refill(rate, burst - 1)
        }
        allowance -= 1 + Double(bytes) / share
    }

    private func refill(_ rate: Double, _ most: Double) {
        let now = ContinuousClock.now
        allowance = min(most, allowance + (now - filledAt) / .seconds(1) * rate)
        filledAt = now
    }
}
