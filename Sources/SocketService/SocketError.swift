/// Why a server could not start, or a new configuration was not taken: what, where and what to do.
public struct SocketError: Error, Sendable, Equatable, CustomStringConvertible {
    public let message: String
    public var description: String { message }

    init(_ message: String) { self.message = message }
}
