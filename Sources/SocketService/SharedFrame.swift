internal import CWebSockets

/// A message that many connections send from the same memory.
///
/// `lws_write` puts its frame header into the bytes before the ones it sends, so the message is kept as chunks with
/// headroom each; writing from the middle of one buffer would spoil what a slower viewer has yet to get.
///
/// `@unchecked Sendable`: the content is written once, at init; the headroom is used by the service thread only.
public final class SharedFrame: @unchecked Sendable {
    static let chunkBytes = 64 << 10

    public let byteCount: Int
    let isBinary: Bool
    private let memory: UnsafeMutablePointer<UInt8>
    private let headroom = ANNSCOPE_LWS_PRE

    public init(_ message: [UInt8], isBinary: Bool = false) {
        self.isBinary = isBinary
        byteCount = message.count
        let chunks = max(1, (message.count + Self.chunkBytes - 1) / Self.chunkBytes)
        memory = .allocate(capacity: chunks * (headroom + Self.chunkBytes))
        message.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else { return }
            for chunk in 0..<chunks {
                let start = chunk * Self.chunkBytes
                (memory + chunk * (headroom + Self.chunkBytes) + headroom)
                    .update(from: base + start, count: min(Self.chunkBytes, message.count - start))
            }
        }
    }

    deinit { memory.deallocate() }

    var chunkCount: Int { max(1, (byteCount + Self.chunkBytes - 1) / Self.chunkBytes) }

    func chunk(_ index: Int) -> (start: UnsafeMutablePointer<UInt8>, count: Int) {
        (
            memory + index * (headroom + Self.chunkBytes) + headroom,
            min(Self.chunkBytes, byteCount - index * Self.chunkBytes)
        )
    }
}
