internal import CWebSockets
internal import Glibc

/// Owns libwebsockets: everything here runs on the service thread, save `Mailbox.post`.
final class ServiceLoop {
    let configuration: SocketServerConfiguration
    let requestGuard: RequestGuard
    let continuation: AsyncStream<SocketEvent>.Continuation
    /// Room for a response's head or a piece of its body, behind the headroom that lws writes into.
    let scratch = UnsafeMutablePointer<UInt8>.allocate(capacity: ANNSCOPE_LWS_PRE + scratchBytes)
    static let scratchBytes = 64 << 10

    private let mailbox: Mailbox
    private var connections: [OpaquePointer: Connection] = [:]
    private var connectionsByID: [ConnectionID: Connection] = [:]
    private var connectionsByRequest: [HTTPRequestID: Connection] = [:]
    private var listeners: [OpaquePointer: Int32] = [:]
    private var vhost: OpaquePointer?
    private var nextID: UInt64 = 1
    /// Seconds that a connection has to take its close frame.
    private static let farewellSeconds: Int32 = 2
    private var isStopping = false
    /// Held so that, with every descriptor in use, a connection can still be accepted and closed: left in the
    /// backlog, it would wake the loop without end.
    private var reserve = open("/dev/null", O_RDONLY | O_CLOEXEC)

    init(
        configuration: SocketServerConfiguration, mailbox: Mailbox,
        continuation: AsyncStream<SocketEvent>.Continuation
    ) {
        self.configuration = configuration
        self.mailbox = mailbox
        self.continuation = continuation
        requestGuard = RequestGuard(allowedHosts: configuration.allowedHosts, maxBodyBytes: configuration.maxBodyBytes)
    }

    deinit {
        scratch.deallocate()
        close(reserve)
    }

    /// Serves until told to stop.
    func run(listening handles: [Int32]) {
        defer { continuation.finish() }
        lws_set_log_level(Int32(LLL_ERR), nil)
        guard let context = makeContext() else { return }
        for handle in handles {
            let wsi = lws_adopt_descriptor_vhost(
                vhost, LWS_ADOPT_RAW_FILE_DESC, lws_sock_file_fd_type(filefd: handle), ServiceProtocols.plainName, nil)
            if let wsi { listeners[wsi] = handle }
        }
        mailbox.attach(context)
        // Orders from before the context was there.
        takeOrders()
        while !isStopping, lws_service(context, 0) >= 0 {}
        let deadline = ContinuousClock().now + .seconds(2)
        while !connectionsByID.isEmpty, ContinuousClock().now < deadline {
            if lws_service(context, -1) < 0 { break }
            usleep(1000)
        }
        mailbox.detach()
        lws_context_destroy(context)
    }

    private func makeContext() -> OpaquePointer? {
        var info = lws_context_creation_info()
        info.port = CONTEXT_PORT_NO_LISTEN_SERVER
        info.protocols = ServiceProtocols.list(subprotocol: configuration.subprotocol)
        info.options = annscope_lws_options()
        info.user = Unmanaged.passUnretained(self).toOpaque()
        info.pt_serv_buf_size = UInt32(Self.scratchBytes)
        info.max_http_header_data2 = 16 << 10
        // Slow headers and slow bodies end after this many seconds.
        info.timeout_secs = 10
        info.retry_and_idle_policy = ServiceProtocols.idlePolicy(pingSeconds: configuration.pingSeconds)
        guard let context = lws_create_context(&info) else { return nil }
        vhost = lws_get_vhost_by_name(context, "default")
        return context
    }

    // MARK: Connections

    func connection(_ wsi: OpaquePointer) -> Connection {
        if let known = connections[wsi] { return known }
        let new = Connection(wsi)
        connections[wsi] = new
        return new
    }

    func opened(_ connection: Connection) {
        let id = ConnectionID(raw: takeID())
        connection.id = id
        connectionsByID[id] = connection
        continuation.yield(.opened(id, Peer(address: "")))
    }

    func requested(_ connection: Connection, _ request: HTTPRequest) {
        let id = HTTPRequestID(raw: takeID())
        connection.request = id
        connectionsByRequest[id] = connection
        continuation.yield(.request(id, request))
    }

    func responded(_ connection: Connection) {
        if let id = connection.request { connectionsByRequest[id] = nil }
        connection.finishRequest()
    }

    /// Forgets a connection whose wsi is about to be freed.
    func forget(_ wsi: OpaquePointer) {
        guard let connection = connections.removeValue(forKey: wsi) else { return }
        if let request = connection.request {
            connectionsByRequest[request] = nil
            if connection.response == nil { continuation.yield(.abandoned(request)) }
        }
        if let id = connection.id {
            connectionsByID[id] = nil
            continuation.yield(.closed(id))
        }
    }

    private func takeID() -> UInt64 {
        defer { nextID += 1 }
        return nextID
    }

    func acceptAll(_ listener: OpaquePointer) {
        guard let handle = listeners[listener] else { return }
        while true {
            guard let socket = ListeningSocket.accept(handle) else {
                if errno == EMFILE || errno == ENFILE, reserve >= 0 {
                    close(reserve)
                    if let refused = ListeningSocket.accept(handle) { close(refused) }
                    reserve = open("/dev/null", O_RDONLY | O_CLOEXEC)
                    continue
                }
                return
            }
            guard !isStopping, connections.count < configuration.maxConnections else {
                close(socket)
                continue
            }
            // A refused adoption closes the socket itself.
            _ = lws_adopt_socket_vhost(vhost, socket)
        }
    }

    // MARK: Orders

    func takeOrders() {
        for order in mailbox.drain() {
            switch order {
            case .send(let frame, let ids):
                for id in ids { if let connection = connectionsByID[id] { queue(frame, connection) } }
            case .close(let id, let code, let reason):
                if let connection = connectionsByID[id] { finish(connection, code, reason) }
            case .respond(let id, let response):
                guard let connection = connectionsByRequest[id] else { continue }
                connection.response = response
                lws_callback_on_writable(connection.wsi)
            case .stop(let code):
                isStopping = true
                for connection in connectionsByID.values { finish(connection, code, "the server is stopping") }
            }
        }
    }

    private func queue(_ frame: SharedFrame, _ connection: Connection) {
        guard connection.closing == nil else { return }
        guard connection.queuedBytes + frame.byteCount <= configuration.maxQueuedBytes else {
            // What waits can't be delivered in time; the client comes back and resumes.
            connection.outgoing.removeAll()
            connection.queuedBytes = 0
            finish(connection, 4508, "too slow: \(configuration.maxQueuedBytes) bytes were waiting")
            return
        }
        connection.outgoing.append(frame)
        connection.queuedBytes += frame.byteCount
        lws_callback_on_writable(connection.wsi)
    }

    private func finish(_ connection: Connection, _ code: UInt16, _ reason: String) {
        guard connection.closing == nil else { return }
        connection.closing = (code, reason)
        // A peer that never reads never becomes writable: it is cut off.
        lws_set_timeout(connection.wsi, PENDING_TIMEOUT_CLOSE_SEND, Self.farewellSeconds)
        lws_callback_on_writable(connection.wsi)
    }
}
