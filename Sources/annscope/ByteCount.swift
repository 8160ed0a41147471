import AnnscopeDaemon
import ArgumentParser

/// A number of bytes as people write it: `4096`, `500M`, `8G`; K, M, G and T are powers of 1024.
struct ByteCount: ExpressibleByArgument {
    let bytes: Int

    init(bytes: Int) { self.bytes = bytes }

    var defaultValueDescription: String { ByteText.text(bytes) }

    init?(argument: String) {
        guard let bytes = ByteText.bytes(argument) else { return nil }
        self.bytes = bytes
    }
}
