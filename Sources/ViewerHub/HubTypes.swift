public import WireProtocol

/// A viewer: a connection, for as long as the process lives.
public struct ViewerID: Hashable, Sendable {
    public let raw: UInt64

    public init(_ raw: UInt64) { self.raw = raw }
}

/// A request that the hub can't answer itself.
public struct Question: Sendable {
    public let viewer: ViewerID
    /// What the viewer may do.
    public let role: Role
    /// Who asks, for limits that count per client: the name of its token, else its address.
    public let client: String
    /// Nil for a notification: nobody waits for the answer.
    public let id: JSONValue?
    /// Without the token, if it is `initialize`.
    public let request: Request
    /// How the viewer wants its columns.
    public let columns: ColumnMode
}

/// What is to be done on the sockets, in this order.
public enum HubOutput: Sendable, Equatable {
    case send([UInt8], to: [ViewerID])
    /// Close after what was sent before. Nothing is sent to this viewer any more.
    case close(ViewerID, CloseCode, reason: String)
}

/// What a stream promises to those who come late.
public enum StreamClass: Sendable {
    /// Every event counts: a resume gets all of them, or is told that it can't.
    case replay
    /// Only the newest event of each key counts.
    case state
}
