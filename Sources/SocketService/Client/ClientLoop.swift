internal import CWebSockets
internal import Glibc

/// Owns libwebsockets for one connection: everything here runs on the client's thread.
final class ClientLoop {
    private let configuration: SocketClientConfiguration
    private let mailbox: ClientMailbox
    private let continuation: AsyncStream<SocketClientEvent>.Continuation

    private var context: OpaquePointer?
    private var wsi: OpaquePointer?
    private var fetch: ClientFetch?
    private var isOpen = false
    private var isOver = false
    private var incoming: [UInt8] = []
    private var outgoing: [[UInt8]] = []
    private var unsentBytes = 0
    /// What this side says at the end, after what is queued.
    private var farewell: (code: UInt16, reason: String)?
    /// How the other side ended it.
    private var closure: (code: UInt16?, reason: String)?

    /// Seconds that the other side has to answer a close.
    private static let farewellSeconds: Int32 = 2
    private static let bufferBytes = 64 << 10

    init(
        configuration: SocketClientConfiguration, mailbox: ClientMailbox,
        continuation: AsyncStream<SocketClientEvent>.Continuation
    ) {
        self.configuration = configuration
        self.mailbox = mailbox
        self.continuation = continuation
    }

    /// Connects, and serves the connection until it ends.
    func run() {
        let protocols = ClientStructures(configuration)
        lws_set_log_level(Int32(LLL_ERR), nil)
        var info = lws_context_creation_info()
        info.port = CONTEXT_PORT_NO_LISTEN
        info.protocols = UnsafePointer(protocols.list)
        info.options = annscope_lws_client_options(configuration.usesTLS ? 1 : 0)
        info.user = Unmanaged.passUnretained(self).toOpaque()
        info.pt_serv_buf_size = UInt32(Self.bufferBytes)
        info.connect_timeout_secs = UInt32(configuration.connectSeconds)
        info.timeout_secs = UInt32(configuration.connectSeconds)
        info.retry_and_idle_policy = UnsafePointer(protocols.idlePolicy)
        info.provided_client_ssl_ctx = protocols.tlsContext
        if configuration.usesTLS, protocols.tlsContext == nil {
            let place = configuration.authorities ?? "the system's folder"
            closure = (nil, "certificates of authorities can't be read from \(place)")
        } else if let context = lws_create_context(&info) {
            mailbox.attach(context)
            self.context = context
            if !configuration.connect(context, path: configuration.path, isFetch: false) { isOver = true }
            // Orders from before the context was there.
            takeOrders()
            while !isOver, lws_service(context, 0) >= 0 {}
            mailbox.detach()
            lws_context_destroy(context)
        } else {
            mailbox.detach()
        }
        let (code, reason) = closure ?? (nil, isOpen ? "the connection was lost" : "no connection")
        continuation.yield(.closed(SocketClosure(code: code, reason: reason, wasOpen: isOpen)))
        continuation.finish()
    }

    // MARK: Callbacks

    /// Every callback of libwebsockets. A result other than 0 closes the connection.
    func handle(
        _ wsi: OpaquePointer, _ reason: lws_callback_reasons, _ input: UnsafeMutableRawPointer?, _ length: Int
    ) -> Int32 {
        switch reason {
        case LWS_CALLBACK_EVENT_WAIT_CANCELLED: takeOrders()
        case LWS_CALLBACK_CLIENT_ESTABLISHED:
            self.wsi = wsi
            isOpen = true
            continuation.yield(.opened)
            lws_callback_on_writable(wsi)
        case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
            closure = (nil, input.map { text($0, length) } ?? "no connection")
            isOver = true
        case LWS_CALLBACK_CLIENT_RECEIVE: return receive(wsi, input, length)
        case LWS_CALLBACK_CLIENT_WRITEABLE: return write(wsi)
        case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
            guard let input, length >= 2 else { break }
            let bytes = UnsafeRawBufferPointer(start: input, count: length)
            closure = (UInt16(bytes[0]) << 8 | UInt16(bytes[1]), text(input + 2, length - 2))
        case LWS_CALLBACK_CLIENT_CLOSED:
            self.wsi = nil
            isOver = true
        default: break
        }
        return 0
    }

    /// Those of a fetch.
    func handleFetch(
        _ wsi: OpaquePointer, _ reason: lws_callback_reasons, _ input: UnsafeMutableRawPointer?, _ length: Int
    ) -> Int32 { fetch?.handle(wsi, reason, input, length) ?? 0 }

    private func text(_ start: UnsafeMutableRawPointer, _ count: Int) -> String {
        String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }

    private func receive(_ wsi: OpaquePointer, _ input: UnsafeMutableRawPointer?, _ length: Int) -> Int32 {
        guard lws_frame_is_binary(wsi) == 0 else { return end(wsi, 1003, "text messages only") }
        guard incoming.count + length <= configuration.maxMessageBytes else {
            return end(wsi, 1009, "a message has more than \(configuration.maxMessageBytes) bytes")
        }
        if let input { incoming += UnsafeRawBufferPointer(start: input, count: length) }
        guard lws_is_final_fragment(wsi) != 0, lws_remaining_packet_payload(wsi) == 0 else { return 0 }
        let message = incoming
        incoming = []
        if !mailbox.passed(message.count) { lws_rx_flow_control(wsi, 0) }
        continuation.yield(.message(message))
        return 0
    }

    private func write(_ wsi: OpaquePointer) -> Int32 {
        while let message = outgoing.first, lws_send_pipe_choked(wsi) == 0 {
            outgoing.removeFirst()
            unsentBytes -= message.count
            // The frame's header goes before the message; what the kernel does not take is kept by libwebsockets.
            var buffer = [UInt8](repeating: 0, count: ANNSCOPE_LWS_PRE) + message
            let written = buffer.withUnsafeMutableBufferPointer { bytes -> Int32 in
                guard let base = bytes.baseAddress else { return -1 }
                return Int32(lws_write(wsi, base + ANNSCOPE_LWS_PRE, message.count, LWS_WRITE_TEXT))
            }
            guard written >= message.count else { return -1 }
        }
        if !outgoing.isEmpty {
            lws_callback_on_writable(wsi)
        } else if let farewell {
            return end(wsi, farewell.code, farewell.reason)
        }
        return 0
    }

    private func end(_ wsi: OpaquePointer, _ code: UInt16, _ reason: String) -> Int32 {
        // A close frame carries at most 123 bytes of reason (RFC 6455, 5.5).
        var text = Array(reason.utf8.prefix(120))
        if closure == nil { closure = (nil, reason) }
        lws_close_reason(wsi, lws_close_status(UInt32(code)), &text, text.count)
        return -1
    }

    // MARK: Orders

    private func takeOrders() {
        for order in mailbox.drain() {
            switch order {
            case .send(let message):
                guard farewell == nil else { continue }
                guard unsentBytes + message.count <= configuration.maxUnsentBytes else {
                    outgoing = []
                    finish(1009, "\(configuration.maxUnsentBytes) bytes wait to be sent")
                    continue
                }
                outgoing.append(message)
                unsentBytes += message.count
                if let wsi { lws_callback_on_writable(wsi) }
            case .fetch(let request): begin(request)
            case .close(let code, let reason): finish(code, reason)
            case .read: if let wsi { lws_rx_flow_control(wsi, 1) }
            }
        }
    }

    private func begin(_ request: SocketClientFetch) {
        guard let context, fetch?.isOver ?? true else {
            continuation.yield(.fetched(nil))
            return
        }
        let continuation = continuation
        let fetch = ClientFetch(request) { continuation.yield(.fetched($0)) }
        self.fetch = fetch
        fetch.start(context, configuration)
    }

    private func finish(_ code: UInt16, _ reason: String) {
        guard farewell == nil else { return }
        farewell = (code, reason)
        guard let wsi else {
            // Still connecting: nobody is there to say goodbye to.
            closure = (nil, reason)
            isOver = true
            return
        }
        lws_set_timeout(wsi, PENDING_TIMEOUT_CLOSE_SEND, Self.farewellSeconds)
        lws_callback_on_writable(wsi)
    }
}

/// The C structures that libwebsockets keeps pointers into as long as a context lives.
private final class ClientStructures {
    let list: UnsafeMutablePointer<lws_protocols>
    let idlePolicy: UnsafeMutablePointer<lws_retry_bo_t>
    /// nil without TLS, or for authorities that can't be read.
    let tlsContext: OpaquePointer?
    private let name, fetchName: UnsafeMutablePointer<CChar>?

    init(_ configuration: SocketClientConfiguration) {
        name = strdup(configuration.subprotocol)
        fetchName = strdup(ClientFetch.name)
        list = .allocate(capacity: 3)
        // Zeros end the list.
        list.initialize(repeating: lws_protocols(), count: 3)
        list[0].name = UnsafePointer(name)
        list[0].rx_buffer_size = 64 << 10
        list[0].tx_packet_size = 64 << 10
        list[0].callback = { wsi, reason, _, input, length in
            guard let wsi, let context = lws_get_context(wsi), let user = lws_context_user(context) else { return 0 }
            return Unmanaged<ClientLoop>.fromOpaque(user).takeUnretainedValue().handle(wsi, reason, input, length)
        }
        list[1].name = UnsafePointer(fetchName)
        list[1].rx_buffer_size = 64 << 10
        list[1].callback = { wsi, reason, _, input, length in
            guard let wsi, let context = lws_get_context(wsi), let user = lws_context_user(context) else { return 0 }
            return Unmanaged<ClientLoop>.fromOpaque(user).takeUnretainedValue()
                .handleFetch(wsi, reason, input, length)
        }
        idlePolicy = .allocate(capacity: 1)
        idlePolicy.initialize(to: lws_retry_bo_t())
        idlePolicy.pointee.secs_since_valid_ping = configuration.pingSeconds
        idlePolicy.pointee.secs_since_valid_hangup = configuration.pingSeconds * 2
        tlsContext = configuration.usesTLS ? annscope_tls_client(configuration.authorities) : nil
    }

    deinit {
        SSL_CTX_free(tlsContext)
        free(name)
        free(fetchName)
        list.deallocate()
        idlePolicy.deallocate()
    }
}
