internal import IndexFiles
internal import Synchronization
internal import VectorSearch
internal import WireProtocol

/// The exact neighbours of one revision of an index: whether they are to be had, and how they are found by now.
final class IndexTruth: Sendable {
    /// Why they can't be found at all.
    let obstacle: String?
    /// What they are found among, for people.
    let basis: String
    private let file: IndexFile
    private let state: Mutex<State>
    private let isAbandoned = Atomic(false)

    private struct State {
        var neighbours: ExactNeighbours?
        /// The private memory of the codes.
        var share: MemoryBudget.Share?
        var isPrepared = false
    }

    /// While nothing is prepared, indexes with more components than this in all are not scanned: it would take longer than
    /// the preparation.
    private static let unpreparedComponents = 1 << 25

    init(_ file: IndexFile) {
        self.file = file
        obstacle = ExactNeighbours.obstacle(file)
        let neighbours = obstacle == nil ? try? ExactNeighbours(file) : nil
        basis = neighbours.map(Self.basis) ?? ""
        state = Mutex(State(neighbours: neighbours))
    }

    static func basis(_ neighbours: ExactNeighbours) -> String {
        neighbours.isOverDecodedVectors ? "decoded vectors (\(neighbours.encoding.name))" : "the stored vectors"
    }

    /// Codes the vectors where there is memory for it. Runs once for each settled revision, on a worker.
    func prepare(_ budget: MemoryBudget) {
        guard obstacle == nil, !isAbandoned.load(ordering: .relaxed) else { return }
        let share = budget.reserve(ExactNeighbours.preparedBytes(file))
        let coded =
            share == nil
            ? nil : try? ExactNeighbours.prepare(file, isCancelled: { isAbandoned.load(ordering: .relaxed) })
        guard file.isIntact else { return }
        state.withLock { state in
            state.isPrepared = true
            guard let coded else { return }
            state.neighbours = coded
            state.share = coded.codeBytes > 0 ? share : nil
        }
    }

    /// A newer revision is there: what is being prepared is not needed any more.
    func abandon() { isAbandoned.store(true, ordering: .relaxed) }

    /// What can be asked now, or why nothing can.
    var neighbours: Result<ExactNeighbours, Unavailable> {
        if let obstacle { return .failure(Unavailable(reason: obstacle)) }
        return state.withLock { state in
            let isSmall = file.count <= Self.unpreparedComponents / max(1, file.dimension)
            guard let neighbours = state.neighbours, state.isPrepared || isSmall else {
                return .failure(Unavailable(reason: "exact neighbours are being prepared; ask again later"))
            }
            return .success(neighbours)
        }
    }

    /// For single distances, which need no preparation; nil where there is an `obstacle`.
    var unprepared: ExactNeighbours? { state.withLock { $0.neighbours } }

    struct Unavailable: Error {
        let reason: String
    }

    /// Private memory of the codes, in bytes.
    var codeBytes: Int { state.withLock { $0.neighbours?.codeBytes ?? 0 } }
}

extension IndexTruth {
    /// For `index.describe`.
    var json: JSONValue {
        switch neighbours {
        case .failure(let obstacle): ["available": false, "obstacle": .string(obstacle.reason)]
        case .success: ["available": true, "over": .string(basis), "codeBytes": .integer(Int64(codeBytes))]
        }
    }
}
