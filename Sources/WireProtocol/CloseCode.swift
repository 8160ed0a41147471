/// Why the daemon closes a WebSocket. After 44xx a client must not come back unchanged; after 45xx it may, with backoff.
public enum CloseCode: UInt16, Sendable, CaseIterable {
    /// A message was no JSON-RPC.
    case malformed = 4400
    /// `initialize` did not come in time.
    case noInitialize = 4408
    /// The viewer did not read what was sent to it.
    case slowViewer = 4508
    /// The daemon goes down.
    case shutdown = 4509
}
