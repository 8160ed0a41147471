/// One client as the service thread sees it, from its first request to its close.
final class Connection {
    let wsi: OpaquePointer
    /// Set once the connection speaks WebSocket.
    var id: ConnectionID?
    /// The message that is arriving, in fragments.
    var incoming: [UInt8] = []
    /// Messages to be sent, and how many chunks of the first one are.
    var outgoing: [SharedFrame] = []
    var chunksSent = 0
    var queuedBytes = 0
    /// Close after what is queued.
    var closing: (code: UInt16, reason: String)?

    /// The HTTP request that is arriving or waiting for its response.
    var request: HTTPRequestID?
    var head: (method: HTTPRequest.Method, path: String, query: String, ifNoneMatch: String?)?
    var body: [UInt8] = []
    var response: HTTPResponse?
    var bodySent = 0
    var hasSentHead = false

    init(_ wsi: OpaquePointer) { self.wsi = wsi }

    /// Makes the connection ready for its next request (keep-alive).
    func finishRequest() {
        request = nil
        head = nil
        body = []
        response = nil
        bodySent = 0
        hasSentHead = false
    }
}
