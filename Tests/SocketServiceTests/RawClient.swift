import Glibc

/// A client that speaks bytes, so that the tests see the wire.
final class RawClient {
    private let handle: Int32

    /// - Parameter receiveBytes: of the kernel's buffer; a small one makes a client that soon takes no more.
    init(port: UInt16, receiveBytes: Int32? = nil) throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        handle = try Self.connected(AF_INET, address, receiveBytes)
    }

    /// To ::1.
    init(port6: UInt16) throws {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port6.bigEndian
        inet_pton(AF_INET6, "::1", &address.sin6_addr)
        handle = try Self.connected(AF_INET6, address, nil)
    }

    init(path: String) throws {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        handle = try Self.connected(AF_UNIX, address, nil)
    }

    private static func connected<Address>(_ family: Int32, _ address: Address, _ receiveBytes: Int32?) throws -> Int32
    {
        let handle = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        if var receiveBytes {
            setsockopt(handle, SOL_SOCKET, SO_RCVBUF, &receiveBytes, socklen_t(MemoryLayout<Int32>.size))
        }
        let result = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(handle, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        guard result == 0 else {
            Glibc.close(handle)
            throw Failure(text: "connect: \(errno)")
        }
        return handle
    }

    /// Sends no more, and still receives.
    func endSending() { shutdown(handle, Int32(SHUT_WR)) }

    /// True when the server has closed: nothing comes any more.
    func isAtEnd() -> Bool {
        var byte: UInt8 = 0
        let got = recv(handle, &byte, 1, 0)
        return got == 0 || got < 0 && errno == ECONNRESET
    }

    struct Failure: Error { let text: String }

    deinit { close() }

    private var isClosed = false

    /// Closes at once and says so, as the kernel does for a process that dies with unread input.
    func reset() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(handle, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    func close() {
        if !isClosed { Glibc.close(handle) }
        isClosed = true
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
        var done = 0
        while done < bytes.count {
            let sent = bytes.withUnsafeBytes {
                Glibc.send(handle, $0.baseAddress! + done, $0.count - done, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { return }
            done += sent
        }
    }

    /// Exactly so many bytes, or fewer when the server closes or falls silent.
    func receive(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes { recv(handle, $0.baseAddress! + done, count - done, 0) }
            guard got > 0 else { break }
            done += got
        }
        return Array(bytes.prefix(done))
    }

    /// The head of a response, up to the empty line.
    func receiveHead() -> String {
        var text: [UInt8] = []
        while text.count < 8192, !text.suffix(4).elementsEqual([13, 10, 13, 10]) {
            let next = receive(1)
            guard !next.isEmpty else { break }
            text += next
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// A whole response with its Content-Length.
    func receiveResponse() -> (head: String, body: [UInt8]) {
        let head = receiveHead()
        let length = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst(15).filter { $0 != " " }) }
        return (head, receive(length ?? 0))
    }

    static func handshake(_ extra: String = "Sec-WebSocket-Protocol: annscope.v1\r\n", host: String = "localhost")
        -> String
    {
        "GET /ws HTTP/1.1\r\nHost: \(host)\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\(extra)\r\n"
    }

    func sendFrame(_ payload: [UInt8], opcode: UInt8 = 1, isFinal: Bool = true) {
        send(Self.frame(payload, opcode: opcode, isFinal: isFinal))
    }

    /// One masked frame, as browsers send them.
    static func frame(_ payload: [UInt8], opcode: UInt8 = 1, isFinal: Bool = true) -> [UInt8] {
        var frame: [UInt8] = [(isFinal ? 0x80 : 0) | opcode]
        switch payload.count {
        case ..<126: frame.append(0x80 | UInt8(payload.count))
        case ..<65_536: frame += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default:
            frame.append(0x80 | 127)
            for shift in stride(from: 56, through: 0, by: -8) { frame.append(UInt8((payload.count >> shift) & 0xFF)) }
        }
        let mask: [UInt8] = [1, 2, 3, 4]
        frame += mask
        for (place, byte) in payload.enumerated() { frame.append(byte ^ mask[place & 3]) }
        return frame
    }

    /// One frame from the server.
    func receiveFrame() -> (opcode: UInt8, isFinal: Bool, payload: [UInt8])? {
        let head = receive(2)
        guard head.count == 2 else { return nil }
        var length = Int(head[1] & 0x7F)
        if length >= 126 { length = receive(length == 126 ? 2 : 8).reduce(0) { $0 << 8 | Int($1) } }
        return (head[0] & 0x0F, head[0] & 0x80 != 0, receive(length))
    }

    /// A whole message from its fragments.
    func receiveMessage() -> [UInt8]? {
        var message: [UInt8] = []
        while let frame = receiveFrame() {
            guard frame.opcode < 2 else { continue }
            message += frame.payload
            if frame.isFinal { return message }
        }
        return nil
    }

    /// The code of the close frame that comes next, passing over other frames.
    func receiveClose() -> Int? {
        while let frame = receiveFrame() {
            if frame.opcode == 8 { return frame.payload.prefix(2).reduce(0) { $0 << 8 | Int($1) } }
        }
        return nil
    }
}
