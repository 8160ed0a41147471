internal import CWebSockets
internal import Glibc

/// The C structures that libwebsockets keeps pointers into as long as a context lives.
final class ServiceProtocols {
    static let plainName = "annscope-plain"

    /// Of one read: longer messages come in pieces. Every connection has a buffer of that size.
    private static let receiveBytes = 8 << 10

    let list: UnsafeMutablePointer<lws_protocols>
    let idlePolicy: UnsafeMutablePointer<lws_retry_bo_t>
    /// A server is no client; without this, libwebsockets reads all the system's authorities, and never frees them once
    /// another context was made meanwhile (4.1.6, `lws_ssl_destroy_client_ctx`).
    let unusedClient: OpaquePointer?
    private let names: [UnsafeMutablePointer<CChar>?]

    init(subprotocol: String?, pingSeconds: UInt16, speaksTLS: Bool) {
        // The first serves plain HTTP and the listening sockets; zeros end the list.
        names = [Self.plainName, subprotocol].compactMap { $0 }.map { strdup($0) }
        list = .allocate(capacity: 3)
        list.initialize(repeating: lws_protocols(), count: 3)
        for (place, name) in names.enumerated() {
            list[place].name = UnsafePointer(name)
            list[place].rx_buffer_size = Self.receiveBytes
            // What lws gives the kernel at once; the rest of a longer write it would copy.
            list[place].tx_packet_size = SharedFrame.pieceBytes
            list[place].callback = { wsi, reason, user, input, length in
                guard let wsi, let context = lws_get_context(wsi), let owner = lws_context_user(context) else {
                    return 0
                }
                return Unmanaged<ServiceLoop>.fromOpaque(owner).takeUnretainedValue()
                    .handle(wsi, reason, user, input, length)
            }
        }
        unusedClient = speaksTLS ? SSL_CTX_new(TLS_client_method()) : nil
        idlePolicy = .allocate(capacity: 1)
        idlePolicy.initialize(to: lws_retry_bo_t())
        idlePolicy.pointee.secs_since_valid_ping = pingSeconds
        idlePolicy.pointee.secs_since_valid_hangup = pingSeconds * 2
    }

    deinit {
        SSL_CTX_free(unusedClient)
        for name in names { free(name) }
        list.deallocate()
        idlePolicy.deallocate()
    }
}
