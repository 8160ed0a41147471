/// One client as the service thread sees it, from its first request to its close.
final class Connection {
    let wsi: OpaquePointer
    let socket: Int32
    let peer: Peer
    /// What counts against `maxConnectionsPerAddress`; nil is never counted.
    let countedAddress: String?
    /// It was to begin with a TLS handshake.
    let isTLS: Bool
    /// It came by a listener that only this machine reaches.
    let isLocal: Bool
    let isUnix: Bool
    /// More than one address should have: it is told so, and closed.
    let isSurplus: Bool

    /// What the client is at; each has its deadline.
    enum Phase { case head, body, waiting, responding, webSocket, lingering }
    var phase = Phase.head
    /// Milliseconds of the loop's clock; `Int.max` for none.
    var deadline = Int.max
    /// The next sign of life is due by then, in a body or a response.
    var stallDeadline = Int.max

    /// Its place in `ConnectionTable`.
    let slot: Int
    /// Set once the connection speaks WebSocket.
    var id: ConnectionID?
    /// The message that is arriving, in fragments.
    var incoming: [UInt8] = []
    /// What came since it was held last.
    var unheldBytes = 0
    var outgoing = FrameQueue()
    /// Of messages, sent since somebody was told last.
    var unreportedBytes = 0
    /// It has something new to be sent at the end of the turn.
    var isDirty = false
    /// It is to be closed, whatever libwebsockets still has to tell of it.
    var isKilled = false
    /// It sends no more while it waits, and was asked whether it still listens.
    var isAsked = false
    /// What its client, who sends no more, has not got of its answer yet; nil while libwebsockets sends what it gets.
    var rest: ArraySlice<UInt8>?
    /// There was input when its deadlines were looked at last, though it was being answered.
    var hadInput = false
    /// Close after what is queued.
    var closing: (code: UInt16, reason: String)?
    /// The client has sent its close frame.
    var isLeaving = false
    /// Nobody has said yet that it ends.
    var isInTalk: Bool { closing == nil && !isLeaving }
    /// There was input since libwebsockets last had its turn to write, so that it may hold a pong to be sent first.
    var mayOwePong = false

    /// The HTTP request that is arriving or waiting for its response.
    var request: HTTPRequestID?
    var head: HTTPRequest?
    /// The client wants, or must have, no further request on the connection.
    var closesAfterResponse = false
    var body: [UInt8] = []
    var response: HTTPResponse?
    var bodySent = 0
    var hasSentHead = false
    /// At least one request was answered on it.
    var hasAnswered = false

    init(
        _ wsi: OpaquePointer, socket: Int32, peer: Peer, countedAddress: String?, isTLS: Bool, isLocal: Bool,
        isUnix: Bool,
        isSurplus: Bool, slot: Int
    ) {
        self.wsi = wsi
        self.socket = socket
        self.peer = peer
        self.countedAddress = countedAddress
        self.isTLS = isTLS
        self.isLocal = isLocal
        self.isUnix = isUnix
        self.isSurplus = isSurplus
        self.slot = slot
    }

    /// Makes the connection ready for its next request (keep-alive).
    func finishRequest() {
        request = nil
        head = nil
        body = []
        response = nil
        bodySent = 0
        hasSentHead = false
        stallDeadline = .max
    }
}
