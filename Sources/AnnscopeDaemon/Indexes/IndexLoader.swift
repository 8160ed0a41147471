internal import Glibc
internal import IndexFiles
internal import Synchronization

/// Reads an index file with all that its sidecar names. Runs on a worker thread.
///
/// A large file is opened first, which takes milliseconds, and then settled: read into private memory and checked to the
/// last link, or only checked where the memory budget has no room for it. A small one is settled before anybody hears of
/// it, so that nothing is ever taken back.
struct IndexLoader: Sendable {
    let maxFileBytes: Int
    /// Files up to this size are settled before they are announced.
    let directBytes: Int
    let budget: MemoryBudget

    /// What a load tells while it goes on. The end is its result.
    enum Report: Sendable {
        /// Ready to be searched, still mapped and unchecked.
        case opened(LoadedIndex)
        case settling(done: Int, total: Int)
    }

    /// Between two reports of progress.
    private static let reportEvery = Duration.milliseconds(100)

    /// A writer that is still at work gets 2 s before the file counts as unreadable.
    private static let attempts = 40
    private static let pauseMicroseconds: UInt32 = 50_000

    func load(path: String, report: @escaping @Sendable (Report) -> Void) throws(IndexFileError) -> LoadedIndex {
        var warnings: [String] = []
        var sidecar = Sidecar()
        do { sidecar = try Sidecar.beside(path) } catch {
            warnings.append("the sidecar is left aside: \(error)")
        }
        let hints = IndexFileHints(metric: sidecar.metric, dimension: sidecar.dimension)
        let (file, share) = try open(path, hints)
        var items = ItemTable.empty
        do { items = try sidecar.itemTable(besideIndex: path) } catch { warnings.append(error.description) }
        let (queries, note) = sidecar.preparedQueries(besideIndex: path, dimension: file.dimension, &warnings)
        let loaded = LoadedIndex(
            file: file, memory: share, sidecar: sidecar, items: items,
            labels: file.isChecked ? LabelTable(file) : LabelTable(scanning: file), queries: queries, queriesNote: note,
            sidecarWarnings: warnings)
        if file.isChecked { return loaded }
        report(.opened(loaded))
        return try settle(loaded, hints, report)
    }

    /// Reads and checks what was opened.
    private func settle(
        _ opened: LoadedIndex, _ hints: IndexFileHints, _ report: @escaping @Sendable (Report) -> Void
    ) throws(IndexFileError) -> LoadedIndex {
        let lastReport = Mutex(ContinuousClock.now)
        let progress: FileBytes.Progress = { done, total in
            let isDue = lastReport.withLock { last in
                guard last.duration(to: .now) >= Self.reportEvery else { return false }
                last = .now
                return true
            }
            if isDue { report(.settling(done: done, total: total)) }
        }
        let share = budget.reserve(opened.file.byteCount)
        let file =
            share == nil
            ? try opened.file.checkedInPlace(hints: hints, progress: progress)
            : try opened.file.settled(hints: hints, progress: progress)
        return opened.settled(file, memory: share, labels: LabelTable(file))
    }

    /// The file mapped, or at once at rest when it is small and there is room for it.
    private func open(
        _ path: String, _ hints: IndexFileHints
    ) throws(IndexFileError) -> (IndexFile, MemoryBudget.Share?) {
        var attempt = 1
        while true {
            do {
                let mapped = try IndexFile.openMapped(
                    path: path, hints: hints, maxBytes: maxFileBytes, requiresQuietWriter: true)
                guard mapped.byteCount <= directBytes, let share = budget.reserve(mapped.byteCount) else {
                    return (mapped, nil)
                }
                return (try mapped.settled(hints: hints), share)
            } catch  where error.code == .changedWhileReading && attempt < Self.attempts {
                attempt += 1
                usleep(Self.pauseMicroseconds)
            }
        }
    }
}
