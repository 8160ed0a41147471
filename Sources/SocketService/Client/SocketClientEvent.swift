/// What happens on a client's connection, in order. The last one is always `closed`.
public enum SocketClientEvent: Sendable, Equatable {
    case opened
    /// One whole text message.
    case message([UInt8])
    /// What `SocketClient.fetch` asked for; nil when it can't be had.
    case fetched([UInt8]?)
    /// The time is over that `SocketClient.wake` was told.
    case woken
    /// The connection could not be made, or has ended.
    case closed(SocketClosure)
}

/// A file that is asked for over HTTP, beside the WebSocket.
public struct SocketClientFetch: Sendable, Equatable {
    /// Percent-encoded, relative to the page, such as `media/a/1.jpg`.
    public var path: String
    public var token: String?
    /// A longer file is not taken.
    public var maxBytes: Int

    public init(path: String, token: String?, maxBytes: Int) {
        self.path = path
        self.token = token
        self.maxBytes = maxBytes
    }
}

/// How a connection ended.
public struct SocketClosure: Sendable, Equatable {
    /// What the other side said; nil when it said nothing, or there never was a connection.
    public let code: UInt16?
    /// For people.
    public let reason: String
    /// It was there.
    public let wasOpen: Bool

    public init(code: UInt16?, reason: String, wasOpen: Bool) {
        self.code = code
        self.reason = reason
        self.wasOpen = wasOpen
    }
}

/// The events of a client, for one reader. What it has not taken yet counts against `maxUnreadBytes`.
public struct SocketClientEvents: AsyncSequence, Sendable {
    let stream: AsyncStream<SocketClientEvent>
    let mailbox: ClientMailbox

    public struct Iterator: AsyncIteratorProtocol {
        var base: AsyncStream<SocketClientEvent>.Iterator
        let mailbox: ClientMailbox

        public mutating func next() async -> SocketClientEvent? {
            let event = await base.next()
            if case .message(let text)? = event { mailbox.took(text.count) }
            return event
        }
    }

    public func makeAsyncIterator() -> Iterator { Iterator(base: stream.makeAsyncIterator(), mailbox: mailbox) }
}
