internal import CWebSockets

/// A file that a client gets over HTTP from the server of its WebSocket. Everything here runs on the client's thread.
final class ClientFetch {
    /// Of the protocol that its callbacks come by.
    static let name = "annscope-fetch"

    private let request: SocketClientFetch
    private let report: ([UInt8]?) -> Void
    private var bytes: [UInt8] = []
    private(set) var isOver = false

    /// Seconds that a file may take once its head is there.
    private static let bodySeconds: Int32 = 30

    /// - Parameter report: gets the file once, or nil when it can't be had.
    init(_ request: SocketClientFetch, report: @escaping ([UInt8]?) -> Void) {
        self.request = request
        self.report = report
    }

    func start(_ context: OpaquePointer, _ configuration: SocketClientConfiguration) {
        guard let path = configuration.path(beside: request.path),
            configuration.connect(context, path: path, isFetch: true)
        else { return end(nil) }
    }

    private func end(_ file: [UInt8]?) {
        guard !isOver else { return }
        isOver = true
        bytes = []
        report(file)
    }

    /// Every callback of libwebsockets. A result other than 0 closes the connection.
    func handle(
        _ wsi: OpaquePointer, _ reason: lws_callback_reasons, _ input: UnsafeMutableRawPointer?, _ length: Int
    ) -> Int32 {
        switch reason {
        case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER: return authorize(wsi, input, length)
        case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP:
            guard lws_http_client_http_response(wsi) == 200 else {
                end(nil)
                return -1
            }
            lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_CONTENT, Self.bodySeconds)
        case LWS_CALLBACK_RECEIVE_CLIENT_HTTP: return read(wsi)
        case LWS_CALLBACK_RECEIVE_CLIENT_HTTP_READ:
            guard let input else { break }
            guard bytes.count + length <= request.maxBytes else {
                end(nil)
                return -1
            }
            bytes += UnsafeRawBufferPointer(start: input, count: length)
        case LWS_CALLBACK_COMPLETED_CLIENT_HTTP:
            end(bytes)
            return -1
        case LWS_CALLBACK_CLIENT_CONNECTION_ERROR, LWS_CALLBACK_CLOSED_CLIENT_HTTP: end(nil)
        default: break
        }
        return 0
    }

    /// - Parameter place: where the next header of the request goes, and how much room is there.
    private func authorize(_ wsi: OpaquePointer, _ place: UnsafeMutableRawPointer?, _ room: Int) -> Int32 {
        // No end of a line gets into the head.
        guard let token = request.token, token.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else { return 0 }
        guard let next = place?.assumingMemoryBound(to: UnsafeMutablePointer<UInt8>?.self), let start = next.pointee
        else { return -1 }
        let value = Array("Bearer \(token)".utf8)
        return lws_add_http_header_by_name(wsi, "authorization:", value, Int32(value.count), next, start + room)
    }

    private func read(_ wsi: OpaquePointer) -> Int32 {
        var buffer = [CChar](repeating: 0, count: ANNSCOPE_LWS_PRE + 16 << 10)
        return buffer.withUnsafeMutableBufferPointer { buffer in
            var start = buffer.baseAddress.map { $0 + ANNSCOPE_LWS_PRE }
            var count = Int32(buffer.count - ANNSCOPE_LWS_PRE)
            return lws_http_client_read(wsi, &start, &count) < 0 ? -1 : 0
        }
    }
}
