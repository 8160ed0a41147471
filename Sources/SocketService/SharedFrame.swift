/// A message as it goes over the wire, which many connections send from the same memory.
///
/// A server's frames are not masked (RFC 6455 §5.1), so that the header, too, is the same for all. Long messages are
/// fragments of 64 KiB: each goes to libwebsockets whole, which may put a ping or a pong between two of them.
public struct SharedFrame: Sendable {
    /// Of a fragment with its header.
    static let pieceBytes = 64 << 10
    /// Of a header for 126 to 65,535 bytes; every piece but the last has it.
    private static let headerBytes = 4

    /// Of the message, without headers.
    public let byteCount: Int
    let wire: [UInt8]

    public init(_ message: [UInt8], isBinary: Bool = false) {
        let payload = Self.pieceBytes - Self.headerBytes
        let pieces = max(1, (message.count + payload - 1) / payload)
        byteCount = message.count
        wire = [UInt8](unsafeUninitializedCapacity: message.count + pieces * Self.headerBytes) { memory, filled in
            for piece in 0..<pieces {
                let part = message[piece * payload..<min(message.count, (piece + 1) * payload)]
                let isFinal: UInt8 = piece == pieces - 1 ? 0x80 : 0
                // Opcode 1 begins a text message, 2 a binary one, 0 continues it.
                let opcode: UInt8 = piece > 0 ? 0 : isBinary ? 2 : 1
                memory.initializeElement(at: filled, to: isFinal | opcode)
                if part.count < 126 {
                    memory.initializeElement(at: filled + 1, to: UInt8(part.count))
                    filled += 2
                } else {
                    memory.initializeElement(at: filled + 1, to: 126)
                    memory.initializeElement(at: filled + 2, to: UInt8(part.count >> 8))
                    memory.initializeElement(at: filled + 3, to: UInt8(part.count & 0xFF))
                    filled += Self.headerBytes
                }
                filled = memory[filled...].initialize(fromContentsOf: part)
            }
        }
    }

    /// The piece that begins at this place, as a range of `wire`, and how many bytes of the message are in it.
    func piece(at start: Int) -> (range: Range<Int>, payload: Int) {
        let end = min(wire.count, start + Self.pieceBytes)
        return (start..<end, end - start - (wire[start + 1] < 126 ? 2 : Self.headerBytes))
    }
}
