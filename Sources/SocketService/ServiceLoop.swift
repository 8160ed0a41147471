internal import CWebSockets
internal import Glibc

/// Owns libwebsockets: everything here runs on the service thread, save `init`, which is over before there is one.
final class ServiceLoop {
    let configuration: SocketServerConfiguration
    /// What happened in this turn.
    var events: [SocketEvent] = []
    private let onEvents: @Sendable ([SocketEvent]) -> Void
    let mailbox: Mailbox
    /// Room for a response's head, or for short messages side by side.
    let scratch = UnsafeMutablePointer<UInt8>.allocate(capacity: scratchBytes)
    static let scratchBytes = SharedFrame.pieceBytes

    /// What can be changed while it runs.
    var rules: SocketServerConfiguration.Reloadable
    var requestGuard: RequestGuard
    private(set) var tlsIdentity: TLSIdentity?
    /// The `SSL_CTX` that handshakes use.
    private var tlsContext: OpaquePointer?

    var table = ConnectionTable()
    /// Connections with something new to be sent.
    var dirty: [Connection] = []
    /// Of messages and bodies that are not there whole, and of responses that are not sent whole, on all connections.
    var arrivingBytes = 0
    var respondingBytes = 0
    /// Something was sent on these, and nobody was told of it yet.
    var unreported: [Connection] = []
    /// That is worth waking somebody for: there is much of it, or it is some while ago.
    var hasNewsOfSent = false
    var statistics = SocketStatistics()
    /// Callbacks about connections that speak something else.
    var strangers = 0
    /// WebSocket handshakes are answered with 503.
    var refusesNewcomers = false
    private(set) var isStopping = false

    private(set) var context: OpaquePointer?
    private let protocols: ServiceProtocols
    private(set) var plainHost: OpaquePointer?
    private(set) var tlsHost: OpaquePointer?
    private(set) var listeners: [OpaquePointer: ListeningSocket] = [:]
    private let publish: @Sendable (SocketStatistics) -> Void
    private let timer = UnsafeMutablePointer<annscope_timer>.allocate(capacity: 1)
    /// Held so that, with every descriptor in use, a connection can still be accepted and closed: left in the
    /// backlog, it would wake the loop without end.
    var reserve = open("/dev/null", O_RDONLY | O_CLOEXEC)

    /// - Throws: `SocketError` when libwebsockets can't be set up.
    init(
        configuration: SocketServerConfiguration, requestGuard: RequestGuard, tlsIdentity: TLSIdentity?,
        mailbox: Mailbox, onEvents: @escaping @Sendable ([SocketEvent]) -> Void,
        publish: @escaping @Sendable (SocketStatistics) -> Void
    ) throws(SocketError) {
        self.configuration = configuration
        self.mailbox = mailbox
        self.onEvents = onEvents
        self.requestGuard = requestGuard
        self.tlsIdentity = tlsIdentity
        self.publish = publish
        rules = configuration.reloadable
        protocols = ServiceProtocols(
            subprotocol: configuration.subprotocol, pingSeconds: configuration.pingSeconds,
            speaksTLS: tlsIdentity != nil)
        timer.initialize(to: annscope_timer())
        LibraryLog.send(to: configuration.reportProblem)
        try makeContext()
        timer.pointee.owner = Unmanaged.passUnretained(self).toOpaque()
    }

    deinit {
        scratch.deallocate()
        timer.deallocate()
        if reserve >= 0 { close(reserve) }
    }

    /// Takes listening sockets over. Must come before `run`.
    func listen(on sockets: [ListeningSocket]) throws(SocketError) {
        for (place, socket) in sockets.enumerated() {
            let wsi = lws_adopt_descriptor_vhost(
                plainHost, LWS_ADOPT_RAW_FILE_DESC, lws_sock_file_fd_type(filefd: socket.handle),
                ServiceProtocols.plainName, nil)
            guard let wsi else {
                for unserved in sockets[place...] { unserved.discard() }
                throw SocketError("\(socket.bound.url) can't be served: too many open files")
            }
            listeners[wsi] = socket
        }
    }

    /// Serves until told to stop.
    func run() {
        defer {
            events.append(.stopped)
            endTurn()
        }
        guard let context else { return }
        mailbox.attach(context)
        scheduleSweep()
        // Orders from before the context was there.
        takeOrders()
        endTurn()
        while !isStopping, lws_service(context, 0) >= 0 { endTurn() }
        sayGoodbye(context)
        destroy()
    }

    /// Lets go of libwebsockets and of the listening sockets.
    func destroy() {
        guard let context else { return }
        mailbox.detach()
        for socket in listeners.values { socket.removeFile() }
        lws_context_destroy(context)
        self.context = nil
    }

    private func makeContext() throws(SocketError) {
        var info = lws_context_creation_info()
        info.port = CONTEXT_PORT_NO_LISTEN_SERVER
        info.protocols = UnsafePointer(protocols.list)
        info.options = annscope_lws_options()
        if tlsIdentity != nil { info.options |= UInt64(LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT) }
        info.provided_client_ssl_ctx = protocols.unusedClient
        info.user = Unmanaged.passUnretained(self).toOpaque()
        info.pt_serv_buf_size = UInt32(Self.scratchBytes)
        info.max_http_header_data2 = 16 << 10
        // Our own deadlines come first.
        info.timeout_secs = UInt32(configuration.deadlines.head.components.seconds + 2)
        info.keepalive_timeout = Int32(configuration.deadlines.idle.components.seconds + 2)
        info.retry_and_idle_policy = UnsafePointer(protocols.idlePolicy)
        guard let context = lws_create_context(&info) else {
            throw SocketError("libwebsockets can't be set up: there is no memory, or no descriptor left")
        }
        self.context = context
        plainHost = lws_get_vhost_by_name(context, "default")
        guard tlsIdentity != nil else { return }
        info.options = annscope_lws_options() | annscope_lws_tls_options()
        tlsHost = "annscope-tls".withCString { name in
            "http/1.1".withCString { alpn in
                info.vhost_name = name
                info.alpn = alpn
                return lws_create_vhost(context, &info)
            }
        }
        guard tlsHost != nil, tlsContext != nil else {
            lws_context_destroy(context)
            self.context = nil
            throw SocketError("TLS can't be set up: OpenSSL does not take the certificate")
        }
    }

    /// The TLS host is being made: this is what its handshakes use.
    func takeTLSContext(_ context: OpaquePointer) -> Bool {
        tlsContext = context
        return tlsIdentity?.install(in: context) ?? false
    }

    func takeIdentity(_ identity: TLSIdentity) {
        guard let tlsContext, identity.install(in: tlsContext) else {
            return configuration.reportProblem("the new TLS certificate was not taken; the old one is shown on")
        }
        tlsIdentity = identity
    }

    // MARK: Turns

    /// Milliseconds of the monotonic clock.
    var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }

    func endTurn() {
        if !unreported.isEmpty, !events.isEmpty || hasNewsOfSent {
            events.append(.sent(takeUnreported()))
        }
        if !events.isEmpty {
            let news = events
            events = []
            onEvents(news)
        }
        statistics.connections = table.count
        statistics.webSockets = table.webSockets
        statistics.turns += 1
        statistics.lastTurn = .now
        publish(statistics)
        hasNewsOfSent = false
    }

    private func takeUnreported() -> [Sent] {
        defer { unreported.removeAll(keepingCapacity: true) }
        return unreported.compactMap { connection in
            defer { connection.unreportedBytes = 0 }
            return connection.id.map { Sent(connection: $0, bytes: connection.unreportedBytes) }
        }
    }

    func count(_ refused: SocketStatistics.Refused) { statistics.refused[refused, default: 0] += 1 }

    private static let sweepMicroseconds: lws_usec_t = 50_000

    private func scheduleSweep() {
        let list = UnsafeMutableRawPointer(timer).assumingMemoryBound(to: lws_sorted_usec_list_t.self)
        lws_sul_schedule(
            context, 0, list,
            { list in
                guard let list else { return }
                let timer = UnsafeMutableRawPointer(list).assumingMemoryBound(to: annscope_timer.self)
                guard let owner = timer.pointee.owner else { return }
                let loop = Unmanaged<ServiceLoop>.fromOpaque(owner).takeUnretainedValue()
                loop.sweep()
                loop.hasNewsOfSent = true
                loop.scheduleSweep()
            }, Self.sweepMicroseconds)
    }

    // MARK: Stopping

    /// Nobody comes in any more; everyone is told, and requests that wait are still answered.
    func stop(code: UInt16) {
        guard !isStopping else { return }
        isStopping = true
        refusesNewcomers = true
        for (wsi, socket) in listeners {
            socket.removeFile()
            lws_set_timeout(wsi, PENDING_TIMEOUT_CLOSE_SEND, Self.kill)
        }
        listeners = [:]
        for connection in table.all {
            if connection.id != nil {
                finish(connection, code, "the server is stopping")
            } else {
                connection.closesAfterResponse = true
            }
        }
    }

    private func sayGoodbye(_ context: OpaquePointer) {
        let deadline = now + configuration.deadlines.farewell.milliseconds
        while table.count > 0, now < deadline {
            for connection in table.all where connection.id == nil && connection.request == nil {
                kill(connection)
            }
            if lws_service(context, -1) < 0 { break }
            endTurn()
            usleep(1000)
        }
    }

    /// Closes at once, from the loop.
    static let kill: Int32 = -1

    /// libwebsockets takes the time-out back when it goes on with a request's body; the callbacks then end it.
    func kill(_ connection: Connection) {
        connection.isKilled = true
        // What waits to be sent or read would keep libwebsockets at it for seconds.
        shutdown(connection.socket, Int32(SHUT_RDWR))
        lws_set_timeout(connection.wsi, PENDING_TIMEOUT_CLOSE_SEND, Self.kill)
    }
}

extension Duration {
    var milliseconds: Int { Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000) }
}
