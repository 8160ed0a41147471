internal import Glibc

/// One WebSocket connection to a server, on a thread of its own. It knows no message, and does not connect again.
public final class SocketClient: Sendable {
    /// What happens, in order; for one reader.
    public let events: SocketClientEvents

    private let continuation: AsyncStream<SocketClientEvent>.Continuation
    private let configuration: SocketClientConfiguration
    private let mailbox: ClientMailbox

    public init(_ configuration: SocketClientConfiguration) {
        self.configuration = configuration
        mailbox = ClientMailbox(maxUnread: configuration.maxUnreadBytes)
        let stream: AsyncStream<SocketClientEvent>
        (stream, continuation) = AsyncStream.makeStream()
        events = SocketClientEvents(stream: stream, mailbox: mailbox)
    }

    /// Begins to connect; `events` tells how that goes.
    public func start() {
        let loop = Unmanaged.passRetained(
            Start(configuration: configuration, mailbox: mailbox, continuation: continuation)
        ).toOpaque()
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                let start = Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
                ClientLoop(
                    configuration: start.configuration, mailbox: start.mailbox, continuation: start.continuation
                ).run()
                return nil
            }, loop)
        if result == 0 {
            pthread_detach(thread)
        } else {
            Unmanaged<Start>.fromOpaque(loop).release()
            mailbox.detach()
            continuation.yield(.closed(SocketClosure(code: nil, reason: "no thread for the socket", wasOpen: false)))
            continuation.finish()
        }
    }

    /// The connection has ended, or never was: nothing that is sent from now on goes out. `events` tells why.
    public var isOver: Bool { mailbox.isOver }

    /// Queues a text message; before the connection is open it waits for that.
    public func send(_ text: [UInt8]) { mailbox.post(.send(text)) }

    /// Gets a file of the same server on a connection of its own: `fetched` tells what came of it. One at a time; another
    /// one meanwhile can't be had.
    public func fetch(_ request: SocketClientFetch) { mailbox.post(.fetch(request)) }

    /// Has `events` bring `woken` after this time, unless the connection has ended by then.
    public func wake(after delay: Duration) {
        Task { [continuation] in
            try? await Task.sleep(for: delay)
            continuation.yield(.woken)
        }
    }

    /// Ends the connection after what is queued.
    public func close(code: UInt16 = 1000, reason: String = "") { mailbox.post(.close(code: code, reason: reason)) }

    /// What the thread needs to begin.
    private final class Start: Sendable {
        let configuration: SocketClientConfiguration
        let mailbox: ClientMailbox
        let continuation: AsyncStream<SocketClientEvent>.Continuation

        init(
            configuration: SocketClientConfiguration, mailbox: ClientMailbox,
            continuation: AsyncStream<SocketClientEvent>.Continuation
        ) {
            self.configuration = configuration
            self.mailbox = mailbox
            self.continuation = continuation
        }
    }
}
