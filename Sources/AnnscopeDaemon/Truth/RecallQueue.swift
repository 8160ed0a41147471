internal import DequeModule

/// Which finished search is measured next. What somebody waits for comes first, in order. Of the others the newest comes
/// first, the oldest are dropped, and so are all while searches wait for a worker: measuring never delays a search.
struct RecallQueue {
    private var required: Deque<RecallJob> = []
    private var optional: Deque<RecallJob> = []
    private let maxOptional: Int
    /// Dropped searches by their index, since the last recall of it.
    private var skipped: [String: Int] = [:]

    init(maxOptional: Int = 16) { self.maxOptional = maxOptional }

    /// - Parameter isBusy: searches wait for a worker.
    mutating func add(_ job: RecallJob, isBusy: Bool) {
        if job.isRequired { return required.append(job) }
        if isBusy || (!job.isListed && !optional.isEmpty) { return skip(job) }
        optional.append(job)
        if optional.count > maxOptional, let oldest = optional.popFirst() { skip(oldest) }
    }

    mutating func next(isBusy: Bool) -> RecallJob? {
        if let job = required.popFirst() { return job }
        return isBusy ? nil : optional.popLast()
    }

    /// Searches of an index that were dropped since the last call.
    mutating func takeSkipped(_ index: String) -> Int { skipped.removeValue(forKey: index) ?? 0 }

    /// Drops the searches of an index that is gone, but those that somebody waits for.
    mutating func forget(index: String) {
        optional.removeAll { $0.index.name == index }
        skipped[index] = nil
    }

    private mutating func skip(_ job: RecallJob) { skipped[job.index.name, default: 0] += 1 }
}
