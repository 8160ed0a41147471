internal import CWebSockets
internal import Glibc

/// The C structures that libwebsockets keeps pointers into for as long as it lives; they are never freed.
enum ServiceProtocols {
    static let plainName = "annscope-plain"

    /// Of one read: longer messages come in pieces. Every connection has a buffer of that size.
    private static let receiveBytes = 8 << 10

    static func list(subprotocol: String?) -> UnsafePointer<lws_protocols> {
        let protocols = UnsafeMutablePointer<lws_protocols>.allocate(capacity: 3)
        // The first serves plain HTTP and the listening sockets; zeros end the list.
        protocols.initialize(repeating: lws_protocols(), count: 3)
        for (place, name) in [plainName, subprotocol].compactMap({ $0 }).enumerated() {
            protocols[place].name = UnsafePointer(strdup(name))
            protocols[place].rx_buffer_size = receiveBytes
            // What lws gives the kernel at once; the rest of a longer write it would copy.
            protocols[place].tx_packet_size = SharedFrame.pieceBytes
            protocols[place].callback = { wsi, reason, user, input, length in
                guard let wsi, let context = lws_get_context(wsi), let owner = lws_context_user(context) else {
                    return 0
                }
                return Unmanaged<ServiceLoop>.fromOpaque(owner).takeUnretainedValue()
                    .handle(wsi, reason, user, input, length)
            }
        }
        return UnsafePointer(protocols)
    }

    static func idlePolicy(pingSeconds: UInt16) -> UnsafePointer<lws_retry_bo_t> {
        let policy = UnsafeMutablePointer<lws_retry_bo_t>.allocate(capacity: 1)
        policy.initialize(to: lws_retry_bo_t())
        policy.pointee.secs_since_valid_ping = pingSeconds
        policy.pointee.secs_since_valid_hangup = pingSeconds * 2
        return UnsafePointer(policy)
    }
}
