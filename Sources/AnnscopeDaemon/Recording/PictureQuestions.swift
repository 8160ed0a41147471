/// Which pictures of items a recording needs, and which to get from the daemon next, one at a time. It has no socket and no
/// clock; what would be too much is left out.
struct PictureQuestions {
    private struct Wanted {
        let index: String
        let revision: Int
        let item: RecordedItem
        let path: String
    }

    private var known: Set<String> = []
    private var waiting: [Wanted] = []
    private var waitingBytes = 0
    private var asked: Wanted?
    /// Pictures that the daemon did not give, or not of a size and kind that are recorded.
    private(set) var leftOut = 0

    private let maxWaiting: Int
    private let maxWaitingBytes: Int
    private let maxKnown: Int

    init(maxWaiting: Int = 10_000, maxWaitingBytes: Int = 16 << 20, maxKnown: Int = 100_000) {
        self.maxWaiting = maxWaiting
        self.maxWaitingBytes = maxWaitingBytes
        self.maxKnown = maxKnown
    }

    mutating func learn(from told: RecordedItems) {
        for item in told.items {
            guard let path = item.media, !known.contains(path) else { continue }
            guard waiting.count < maxWaiting, waitingBytes + item.byteCount <= maxWaitingBytes else {
                leftOut += 1
                continue
            }
            if known.count >= maxKnown { forget() }
            known.insert(path)
            waiting.append(Wanted(index: told.index, revision: told.revision, item: item, path: path))
            waitingBytes += item.byteCount
        }
    }

    /// Pictures are needed once more, as for a new file of the recording.
    mutating func forget() { known = Set((waiting + (asked.map { [$0] } ?? [])).map(\.path)) }

    /// The path of the picture to get now.
    mutating func next() -> String? {
        guard asked == nil, !waiting.isEmpty else { return nil }
        let wanted = waiting.removeFirst()
        waitingBytes -= wanted.item.byteCount
        asked = wanted
        return wanted.path
    }

    /// Takes what came of it.
    ///
    /// - Returns: what is to be recorded: the item once more, with its picture.
    mutating func answered(_ file: [UInt8]?) -> RecordedItems? {
        guard let wanted = asked else { return nil }
        asked = nil
        guard let picture = file.flatMap({ RecordedPicture($0) }) else {
            leftOut += 1
            return nil
        }
        return RecordedItems(
            index: wanted.index, revision: wanted.revision, items: [wanted.item.with(picture)])
    }

    // MARK: The connection

    /// What was asked for will not come.
    mutating func closed() {
        guard let wanted = asked else { return }
        asked = nil
        waiting.insert(wanted, at: 0)
        waitingBytes += wanted.item.byteCount
    }

    /// - Parameter isSameDaemon: else its pictures may be others.
    mutating func opened(isSameDaemon: Bool) {
        guard !isSameDaemon else { return }
        known = []
        waiting = []
        waitingBytes = 0
    }
}
