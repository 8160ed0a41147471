internal import Glibc

/// Reads the lines of a recording, one after the other, without holding more than one.
public final class RecordingReader {
    private let path: String
    private let handle: Int32
    private var piece = [UInt8](repeating: 0, count: 64 << 10)
    /// What of `piece` is not yet given out.
    private var rest = 0..<0
    /// Of the line that was read last, from 1.
    public private(set) var number = 0
    /// The last line was cut off, as a recorder that was killed leaves it.
    public private(set) var isCutOff = false
    /// There is not one whole line, as a recorder leaves it that was killed, or had no room, when it began the file.
    public private(set) var holdsNothing = false

    /// - Throws: `RecordingError` when it can't be read.
    public init(path: String) throws(RecordingError) {
        self.path = path
        handle = open(path, O_RDONLY | O_CLOEXEC)
        guard handle >= 0 else {
            throw RecordingError(message: "\(path) can't be read: \(String(cString: strerror(errno)))")
        }
    }

    deinit { if handle >= 0 { close(handle) } }

    /// The next line; nil at the end, and for a last line that is cut off.
    ///
    /// - Throws: `RecordingError` with the file and the number of the line that is wrong.
    public func next() throws(RecordingError) -> (at: Int, line: RecordingFormat.Line)? {
        guard let text = try text() else { return nil }
        do throws(RecordingError) {
            let (at, line) = try RecordingFormat.line(text)
            if number == 1 {
                guard case .hello = line else {
                    throw RecordingError(message: "it is no recording: its first line says nothing of a daemon")
                }
            }
            return (at, line)
        } catch {
            throw wrong(error.message)
        }
    }

    private func wrong(_ message: String) -> RecordingError { RecordingError(message: "\(path):\(number): \(message)") }

    /// The bytes up to the next line feed.
    private func text() throws(RecordingError) -> [UInt8]? {
        number += 1
        var text: [UInt8] = []
        while true {
            if let feed = piece[rest].firstIndex(of: 10) {
                text += piece[rest.lowerBound..<feed]
                rest = (feed + 1)..<rest.upperBound
                return text
            }
            text += piece[rest]
            rest = 0..<0
            guard text.count <= RecordingFormat.maxLineBytes else {
                throw wrong("the line has more than \(RecordingFormat.maxLineBytes) bytes")
            }
            let count = piece.withUnsafeMutableBytes { read(handle, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw wrong("it can't be read: \(String(cString: strerror(errno)))") }
            if count == 0 {
                guard number > 1 else {
                    holdsNothing = true
                    throw wrong(text.isEmpty ? "the file is empty" : "the line is cut off")
                }
                isCutOff = !text.isEmpty
                return nil
            }
            rest = 0..<count
        }
    }
}
