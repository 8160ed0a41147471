internal import Glibc
internal import Synchronization

/// Serves WebSocket messages and HTTP requests on a thread of its own. It knows no message.
public final class SocketServer: Sendable {
    private let onEvents: @Sendable ([SocketEvent]) -> Void
    private let configuration: SocketServerConfiguration
    private let mailbox = Mailbox()
    private let snapshot = Mutex(SocketStatistics())
    /// Of the certificate that is shown.
    private let keyKind = Mutex<Int32?>(nil)
    /// Of the service thread, until it is joined.
    private let thread = Mutex<pthread_t?>(nil)

    /// - Parameter onEvents: gets what happened in one turn of the loop, in order, on the thread of the sockets, which waits
    ///   meanwhile. The last event is `stopped`.
    public init(configuration: SocketServerConfiguration, onEvents: @escaping @Sendable ([SocketEvent]) -> Void) {
        self.configuration = configuration
        self.onEvents = onEvents
    }

    /// A server that nobody holds any more ends by itself.
    deinit {
        mailbox.post(.stop(code: 1001))
        thread.withLock { if let thread = $0 { pthread_detach(thread) } }
    }

    /// Binds, listens and starts the thread; once.
    ///
    /// - Returns: the listeners, in the order of the configuration.
    /// - Throws: `SocketError` when an address can't be had, or a certificate or a name is no good.
    public func start() throws(SocketError) -> [BoundListener] {
        let requestGuard = try RequestGuard(configuration.reloadable)
        var identity: TLSIdentity?
        if let files = configuration.reloadable.tls { identity = try TLSIdentity(files) }
        let kind = identity?.keyKind
        keyKind.withLock { $0 = kind }
        var sockets: [ListeningSocket] = []
        let loop: ServiceLoop
        do throws(SocketError) {
            for listener in configuration.listeners {
                sockets.append(try ListeningSocket(listener, isTLS: identity != nil))
            }
            loop = try ServiceLoop(
                configuration: configuration, requestGuard: requestGuard, tlsIdentity: identity, mailbox: mailbox,
                onEvents: onEvents, publish: { [weak self] in self?.take($0) })
        } catch {
            for socket in sockets { socket.discard() }
            throw error
        }
        do throws(SocketError) {
            try loop.listen(on: sockets)
            try startThread(loop)
        } catch {
            loop.destroy()
            throw error
        }
        return sockets.map(\.bound)
    }

    private func startThread(_ loop: ServiceLoop) throws(SocketError) {
        let context = Unmanaged.passRetained(loop)
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<ServiceLoop>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, context.toOpaque())
        guard result == 0 else {
            context.release()
            throw SocketError("there can be no thread for the sockets: \(String(cString: strerror(result)))")
        }
        let started = thread
        self.thread.withLock { $0 = started }
    }

    private func take(_ statistics: SocketStatistics) { snapshot.withLock { $0 = statistics } }

    /// Queues a message for connections; those that are gone are passed over.
    public func send(_ frame: SharedFrame, to connections: [ConnectionID]) { mailbox.post(.send(frame, connections)) }

    /// Closes a connection after what is queued for it.
    public func close(_ connection: ConnectionID, code: UInt16, reason: String) {
        mailbox.post(.close(connection, code: code, reason: reason))
    }

    /// Reads on from a connection that is `held`.
    public func readOn(_ connection: ConnectionID) { mailbox.post(.readOn(connection)) }

    /// Answers a request; later answers to the same one are passed over.
    public func respond(to request: HTTPRequestID, _ response: HTTPResponse) {
        mailbox.post(.respond(request, response))
    }

    /// Takes new rules for all that comes from now on. Who is connected stays so, with the old certificate.
    ///
    /// - Throws: `SocketError` that says what is wrong; nothing has changed then.
    public func reload(_ rules: SocketServerConfiguration.Reloadable) throws(SocketError) {
        let requestGuard = try RequestGuard(rules)
        guard (rules.tls == nil) == (configuration.reloadable.tls == nil) else {
            throw SocketError("TLS can't be turned on or off while the server runs; restart it")
        }
        var identity: TLSIdentity?
        if let files = rules.tls {
            let new = try TLSIdentity(files)
            guard keyKind.withLock({ $0 == nil || $0 == new.keyKind }) else {
                throw SocketError(
                    "TLS key \(files.key): it is of another kind (RSA, elliptic curve) than the one that is shown; restart the server for it"
                )
            }
            identity = new
        }
        mailbox.post(.reload(rules, requestGuard, identity))
    }

    /// From now on WebSocket handshakes are answered with 503; all else goes on.
    public func refuseNewcomers() { mailbox.post(.refuseNewcomers) }

    /// What it has done and holds, as of the last turn of its loop.
    public func statistics() -> SocketStatistics { snapshot.withLock { $0 } }

    /// Listens no more, says goodbye to everyone with a close code, answers what waits, at most for
    /// `Deadlines.farewell`.
    public func stop(code: UInt16 = 1001) { mailbox.post(.stop(code: code)) }

    /// Waits for the thread's end, which comes right after `SocketEvent.stopped`.
    public func join() {
        let ended = thread.withLock { thread -> pthread_t? in
            defer { thread = nil }
            return thread
        }
        if let ended { pthread_join(ended, nil) }
    }
}
