/// Why the daemon closes a WebSocket. After 44xx a client must not come back unchanged; after all others it may, with
/// backoff.
public enum CloseCode: UInt16, Sendable, CaseIterable {
    /// The daemon goes down, or starts anew (IANA's WebSocket close codes: service restart).
    case restart = 1012
    /// A message was no JSON-RPC.
    case malformed = 4400
    /// The token was missing, wrong, or is taken back.
    case unauthorized = 4401
    /// The viewer kept asking for what its role may not do.
    case forbidden = 4403
    /// None of the protocol versions that the client speaks is spoken here.
    case wrongVersion = 4406
    /// `initialize` did not come in time.
    case noInitialize = 4408
    /// Requests came faster than they may although they were answered with "too many".
    case tooMany = 4429
    /// Something in the daemon went wrong.
    case failed = 4500
    /// The viewer did not read what was sent to it.
    case slowViewer = 4508
}
