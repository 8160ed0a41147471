internal import IndexFiles
internal import MapLayout
internal import Synchronization

/// The map of one revision, made on a worker thread.
final class LayoutJob: Sendable {
    enum Report: Sendable {
        case progress(done: Int, total: Int)
        case finished(IndexMap, milliseconds: Int)
        /// A newer revision made it needless, or there is nothing to place.
        case dropped
    }

    let index: ServedIndex
    private let previous: IndexMap?
    private let isCancelled = Atomic(false)

    /// Between two reports of progress.
    private static let reportEvery = Duration.milliseconds(200)

    init(index: ServedIndex, previous: IndexMap?) {
        self.index = index
        self.previous = previous
    }

    func cancel() { isCancelled.store(true, ordering: .relaxed) }

    func run(report: @escaping @Sendable (Report) -> Void) {
        let clock = ContinuousClock()
        let begin = clock.now
        var reported = begin
        let map = IndexMap(of: index.file, previous: previous) { draft in
            if reported.duration(to: clock.now) >= Self.reportEvery {
                reported = clock.now
                report(.progress(done: draft.done, total: draft.total))
            }
            return !isCancelled.load(ordering: .relaxed)
        }
        guard let map else { return report(.dropped) }
        report(.finished(map, milliseconds: Int(begin.duration(to: clock.now) / .milliseconds(1))))
    }
}
