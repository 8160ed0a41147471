internal import DequeModule

/// Answers by the keys of requests, so that a request can be sent again: it is run once and answered each time.
///
/// Only what went well is kept; after an error the key is free again. While a request runs, those who ask again with its key
/// wait for it. The number of kept answers, their bytes and their time are limited; what is forgotten is run anew.
struct IngestLedger<Waiter> {
    /// A key means something only together with the client that made it up.
    struct Entry: Hashable, Sendable {
        let client: String
        let key: String
    }

    enum Verdict {
        /// It is new: run it, then call `finished`. The waiter is kept.
        case run
        /// It runs already; the waiter is kept.
        case waits
        case answered([UInt8])
        /// The key was used for another request.
        case conflict
        /// As many as may wait for it already.
        case crowded
    }

    private enum State {
        case running(fingerprint: Int, waiters: [Waiter])
        case done(fingerprint: Int, answer: [UInt8], at: Duration)
    }

    private let maxEntries: Int
    private let maxBytes: Int
    private let keptTime: Duration
    /// Those that wait for one request at once.
    private let maxWaiters: Int
    /// Those that run are not counted, as the queue of searches limits them.
    private var entries: [Entry: State] = [:]
    /// Those that were answered, in their order.
    private var done: Deque<Entry> = []
    private(set) var keptBytes = 0

    /// What an entry takes beside its texts, in bytes.
    private static var overhead: Int { 200 }

    init(maxEntries: Int, maxBytes: Int, keptTime: Duration, maxWaiters: Int = 64) {
        self.maxEntries = maxEntries
        self.maxBytes = maxBytes
        self.keptTime = keptTime
        self.maxWaiters = maxWaiters
    }

    /// Answers that are kept.
    var keptCount: Int { done.count }

    /// - Parameter fingerprint: tells requests apart.
    mutating func ask(_ entry: Entry, fingerprint: Int, _ waiter: Waiter, at now: Duration) -> Verdict {
        forgetOld(at: now)
        switch entries[entry] {
        case nil:
            entries[entry] = .running(fingerprint: fingerprint, waiters: [waiter])
            return .run
        case .running(let known, var waiters):
            guard known == fingerprint else { return .conflict }
            guard waiters.count < maxWaiters else { return .crowded }
            waiters.append(waiter)
            entries[entry] = .running(fingerprint: known, waiters: waiters)
            return .waits
        case .done(let known, let answer, _): return known == fingerprint ? .answered(answer) : .conflict
        }
    }

    /// - Parameter answer: nil for an error, which is not kept.
    /// - Returns: who is to be answered.
    mutating func finished(_ entry: Entry, _ answer: [UInt8]?, at now: Duration) -> [Waiter] {
        guard case .running(let fingerprint, let waiters) = entries[entry] else { return [] }
        entries[entry] = nil
        // An answer that takes much of the room is not worth all the others.
        if let answer, bytes(entry, answer) <= maxBytes / 2 {
            entries[entry] = .done(fingerprint: fingerprint, answer: answer, at: now)
            done.append(entry)
            keptBytes += bytes(entry, answer)
            while done.count > maxEntries || keptBytes > maxBytes, !done.isEmpty { forgetOldest() }
        }
        return waiters
    }

    private mutating func forgetOld(at now: Duration) {
        while let oldest = done.first, case .done(_, _, let then) = entries[oldest], now - then >= keptTime {
            forgetOldest()
        }
    }

    private mutating func forgetOldest() {
        guard let entry = done.popFirst(), case .done(_, let answer, _) = entries.removeValue(forKey: entry) else {
            return
        }
        keptBytes -= bytes(entry, answer)
    }

    private func bytes(_ entry: Entry, _ answer: [UInt8]) -> Int {
        answer.count + entry.key.utf8.count + entry.client.utf8.count + Self.overhead
    }
}
