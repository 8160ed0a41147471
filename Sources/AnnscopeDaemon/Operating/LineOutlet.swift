internal import Glibc

/// Writes whole lines to a descriptor, and loses some rather than wait for who reads there: a service must not stand
/// still because nobody reads its log.
///
/// The descriptor stays a blocking one, since others may write to the same pipe or terminal; poll(2) is asked first.
struct LineOutlet: ~Copyable {
    private let descriptor: Int32
    /// Lines that were lost since one last got through.
    private var lost = 0
    /// The last time that nobody read for as long as is waited.
    private var lastStop: ContinuousClock.Instant?
    /// The last line did not get through to its end.
    private var isTorn = false

    /// For a reader that is only slow at the moment.
    private static let patience = Duration.milliseconds(100)
    /// One that stops is waited for once in so long.
    private static let recovery = Duration.seconds(10)
    /// poll(2) promises room for as much in a pipe (`PIPE_BUF`); a socket has more.
    private static let pieceBytes = 4096

    init(descriptor: Int32) { self.descriptor = descriptor }

    /// - Parameter noteOfLoss: makes the line that tells how many were lost, which goes ahead of the next that gets
    ///   through.
    mutating func write(_ line: String, noteOfLoss: (_ lines: Int) -> String) {
        if lost > 0, send(noteOfLoss(lost)) { lost = 0 }
        if lost > 0 || !send(line) { lost += 1 }
    }

    /// - Returns: false when the line did not get through whole.
    private mutating func send(_ line: String) -> Bool {
        var bytes = Array("\(isTorn ? "\n" : "")\(line)\n".utf8)[...]
        while !bytes.isEmpty {
            guard hasRoom() else { return false }
            // Where the reader is gone for good, this fails.
            let piece = bytes.prefix(Self.pieceBytes)
            let count = piece.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else { return false }
            bytes = bytes.dropFirst(max(0, count))
            isTorn = !bytes.isEmpty
        }
        return true
    }

    private mutating func hasRoom() -> Bool {
        let now = ContinuousClock.now
        let isPatient = lastStop.map { $0.duration(to: now) > Self.recovery } ?? true
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        // An interrupted wait is as good as one that is over.
        guard poll(&request, 1, isPatient ? Int32(Self.patience.milliseconds) : 0) <= 0 else { return true }
        lastStop = now
        return false
    }
}
