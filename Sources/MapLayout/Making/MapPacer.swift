/// Tells how far a map is, and hands over drafts of it when they are wanted.
struct MapPacer {
    /// Work in all; see `MapDraft.total`.
    var total: Int
    private(set) var done = 0
    private let pace: (_ placed: Int, _ done: Int, _ total: Int) -> MapPace
    private let show: (MapDraft) -> Void

    init(
        total: Int, pace: @escaping (_ placed: Int, _ done: Int, _ total: Int) -> MapPace,
        show: @escaping (MapDraft) -> Void
    ) {
        self.total = total
        self.pace = pace
        self.show = show
    }

    /// Hands over a draft that nobody asked for: what comes once.
    func tell(_ draft: (_ done: Int, _ total: Int) -> MapDraft) { show(draft(done, total)) }

    /// - Parameters:
    ///   - work: that was done since the last call.
    ///   - placed: nodes that have places.
    ///   - draft: the map as it is.
    /// - Returns: false when nothing more is wanted.
    mutating func advance(_ work: Int, placed: Int, draft: (_ done: Int, _ total: Int) -> MapDraft) -> Bool {
        done = min(done + work, total)
        switch pace(placed, done, total) {
        case .stop: return false
        case .goOn: return true
        case .show:
            show(draft(done, total))
            return true
        }
    }
}
