internal import CWebSockets
internal import Glibc

/// A WebSocket connection, for as long as the process lives.
public struct ConnectionID: Hashable, Sendable {
    public let raw: UInt64

    public init(raw: UInt64) { self.raw = raw }
}

/// An HTTP request that waits for its response.
public struct HTTPRequestID: Hashable, Sendable {
    public let raw: UInt64

    public init(raw: UInt64) { self.raw = raw }
}

/// What happens on the sockets, in order.
public enum SocketEvent: Sendable {
    case opened(ConnectionID, Peer)
    /// One whole text message.
    case message(ConnectionID, [UInt8])
    /// One whole binary message, where the configuration accepts them.
    case binary(ConnectionID, [UInt8])
    /// So many bytes of what was queued for these connections went to the kernel. Told once it is much, with other events, or
    /// 50 ms later.
    case sent([Sent])
    case closed(ConnectionID)
    case request(HTTPRequestID, HTTPRequest)
    /// The client went away before its request was answered.
    case abandoned(HTTPRequestID)
    /// Much came from a connection: nothing more is read from it until `SocketServer.readOn`, which whoever hears this calls
    /// once it has dealt with what came before.
    case held(ConnectionID)
    /// The server has stopped; nothing comes after this.
    case stopped
}

/// What the kernel took of one connection.
public struct Sent: Sendable {
    public let connection: ConnectionID
    public let bytes: Int

    public init(connection: ConnectionID, bytes: Int) {
        self.connection = connection
        self.bytes = bytes
    }
}

/// Who is at the other end.
public struct Peer: Sendable, Hashable {
    /// The address in numbers without the port; `unix` for a socket of the file system.
    public let address: String

    public init(address: String) { self.address = address }

    /// What one client can hardly leave: an IPv4 address, or the first 64 bits of an IPv6 one, which each host has for itself.
    public var network: String {
        guard address.contains(":") else { return address }
        var bytes = in6_addr()
        guard inet_pton(AF_INET6, address, &bytes) == 1 else { return address }
        let prefix = withUnsafeBytes(of: bytes) { $0.prefix(8).map { String($0, radix: 16) }.joined(separator: ".") }
        return prefix + "/64"
    }
}
