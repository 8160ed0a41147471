internal import Glibc

/// Serves WebSocket messages and HTTP requests on a thread of its own. It knows no message.
public final class SocketServer: Sendable {
    /// What happens, in order; for one reader.
    public let events: AsyncStream<SocketEvent>

    private let continuation: AsyncStream<SocketEvent>.Continuation
    private let configuration: SocketServerConfiguration
    private let mailbox = Mailbox()

    public init(configuration: SocketServerConfiguration) {
        self.configuration = configuration
        (events, continuation) = AsyncStream.makeStream()
    }

    /// Binds, listens and starts the thread.
    ///
    /// - Returns: the port of each listener, in the order of the configuration.
    /// - Throws: `SocketError` when an address can't be had.
    public func start() throws(SocketError) -> [UInt16] {
        var sockets: [ListeningSocket] = []
        for listener in configuration.listeners { sockets.append(try ListeningSocket(listener)) }
        let loop = Unmanaged.passRetained(
            Start(
                configuration: configuration, handles: sockets.map(\.handle), mailbox: mailbox,
                continuation: continuation)
        ).toOpaque()
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                let start = Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
                ServiceLoop(
                    configuration: start.configuration, mailbox: start.mailbox, continuation: start.continuation
                ).run(listening: start.handles)
                return nil
            }, loop)
        guard result == 0 else { throw SocketError(message: "no thread for the sockets") }
        pthread_detach(thread)
        return sockets.map(\.port)
    }

    /// Queues a message for connections; those that are gone are passed over.
    public func send(_ frame: SharedFrame, to connections: [ConnectionID]) { mailbox.post(.send(frame, connections)) }

    /// Closes a connection after what is queued for it.
    public func close(_ connection: ConnectionID, code: UInt16, reason: String) {
        mailbox.post(.close(connection, code: code, reason: reason))
    }

    public func respond(to request: HTTPRequestID, _ response: HTTPResponse) {
        mailbox.post(.respond(request, response))
    }

    /// Says goodbye to everyone with a close code, at most two seconds long, and ends `events`.
    public func stop(code: UInt16 = 1001) { mailbox.post(.stop(code: code)) }

    /// What the thread needs to begin.
    private final class Start: Sendable {
        let configuration: SocketServerConfiguration
        let handles: [Int32]
        let mailbox: Mailbox
        let continuation: AsyncStream<SocketEvent>.Continuation

        init(
            configuration: SocketServerConfiguration, handles: [Int32], mailbox: Mailbox,
            continuation: AsyncStream<SocketEvent>.Continuation
        ) {
            self.configuration = configuration
            self.handles = handles
            self.mailbox = mailbox
            self.continuation = continuation
        }
    }
}
