internal import CWebSockets
internal import Glibc

/// The C structures that libwebsockets keeps pointers into for as long as it lives; they are never freed.
enum ServiceProtocols {
    static let plainName = "annscope-plain"

    static func list(subprotocol: String?) -> UnsafePointer<lws_protocols> {
        let protocols = UnsafeMutablePointer<lws_protocols>.allocate(capacity: 3)
        // The first serves plain HTTP and the listening sockets; zeros end the list.
        protocols.initialize(repeating: lws_protocols(), count: 3)
        for (place, name) in [plainName, subprotocol].compactMap({ $0 }).enumerated() {
            protocols[place].name = UnsafePointer(strdup(name))
            protocols[place].rx_buffer_size = 64 << 10
            protocols[place].tx_packet_size = 64 << 10
            protocols[place].callback = { wsi, reason, _, input, length in
                guard let wsi, let context = lws_get_context(wsi), let user = lws_context_user(context) else {
                    return 0
                }
                return Unmanaged<ServiceLoop>.fromOpaque(user).takeUnretainedValue()
                    .handle(wsi, reason, input, length)
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
