internal import Foundation
public import SocketService
internal import WireProtocol

/// Keeps a follower's streams coming from a daemon: connects, connects again, and goes on where it stood.
public struct DaemonConnection: Sendable {
    /// What happens on the way.
    public enum Event: Sendable, Equatable {
        case notice(StreamFollower.Notice)
        /// A file that the follower was to get; nil when it can't be had.
        case fetched([UInt8]?)
        /// The time is over that the follower was to be woken in.
        case woken
        /// The connection is gone; it is tried again after a while.
        case lost(reason: String, again: Duration)
    }

    private let configuration: SocketClientConfiguration

    private static let firstWait = Duration.milliseconds(500)
    private static let longestWait = Duration.seconds(15)

    public init(_ configuration: SocketClientConfiguration) { self.configuration = configuration }

    /// Runs until `receive` says false, or the task is cancelled.
    ///
    /// - Parameters:
    ///   - follower: which streams are followed; `receive` may follow more.
    ///   - receive: gets what happens, in order.
    /// - Throws: `DaemonConnectionError` when the daemon can't be reached at first, or wants no more to do with this client;
    ///   and what `receive` throws.
    public func follow(
        _ follower: inout StreamFollower,
        _ receive: (Event, inout StreamFollower) async throws -> Bool
    ) async throws {
        var wait = Self.firstWait
        var wasWelcome = false
        while !Task.isCancelled {
            let client = SocketClient(configuration)
            client.start()
            defer { client.close() }
            var end = SocketClosure(code: nil, reason: "the connection was lost", wasOpen: false)
            let isEnough = try await withTaskCancellationHandler {
                try await serve(client, &follower, &end) { event, follower in
                    if case .notice(.welcomed) = event {
                        wasWelcome = true
                        wait = Self.firstWait
                    }
                    return try await receive(event, &follower)
                }
            } onCancel: {
                client.close()
            }
            follower.closed()
            if isEnough || Task.isCancelled { return }
            let reason = Self.words(end)
            // 44xx: not to come back unchanged. Before the first welcome the address may be wrong.
            if let code = end.code, (4400..<4500).contains(code) {
                throw DaemonConnectionError(message: "the daemon refuses this client: \(reason)")
            }
            guard wasWelcome else {
                throw DaemonConnectionError(
                    message:
                        "\(configuration.address) can't be reached: is the daemon running there? (\(reason))"
                )
            }
            let pause = wait * Double.random(in: 0.5...1)
            if try await !receive(.lost(reason: reason, again: pause), &follower) { return }
            try? await Task.sleep(for: pause)
            wait = min(Self.longestWait, wait * 2)
        }
    }

    /// Serves one connection to its end.
    ///
    /// - Returns: true when `receive` wants no more.
    private func serve(
        _ client: SocketClient, _ follower: inout StreamFollower, _ end: inout SocketClosure,
        _ receive: (Event, inout StreamFollower) async throws -> Bool
    ) async throws -> Bool {
        var isToBeWoken = false
        for await event in client.events {
            switch event {
            case .opened: follower.opened()
            case .message(let text):
                guard let notice = try Self.notice(text, &follower) else { break }
                if try await !receive(.notice(notice), &follower) { return true }
            case .fetched(let file): if try await !receive(.fetched(file), &follower) { return true }
            case .woken:
                isToBeWoken = false
                if try await !receive(.woken, &follower) { return true }
            case .closed(let closure): end = closure
            }
            for text in follower.takeOutgoing() { client.send(text) }
            if let fetch = follower.takeFetch() { client.fetch(fetch) }
            if let delay = follower.takeWake(), !isToBeWoken {
                isToBeWoken = true
                client.wake(after: delay)
            }
        }
        return false
    }

    private static func notice(
        _ text: [UInt8], _ follower: inout StreamFollower
    ) throws(DaemonConnectionError) -> StreamFollower.Notice? {
        do throws(RPCError) { return try follower.received(text) } catch {
            throw DaemonConnectionError(message: error.message)
        }
    }

    private static func words(_ end: SocketClosure) -> String {
        switch (end.code, end.reason.isEmpty) {
        case (let code?, true): "closed with \(code)"
        case (let code?, false): "\(end.reason) (\(code))"
        case (nil, _): end.reason
        }
    }
}

/// Why a daemon's streams can't be followed any more.
public struct DaemonConnectionError: Error, Sendable, CustomStringConvertible {
    public let message: String
    public var description: String { message }

    public init(message: String) { self.message = message }
}
