/// How many rounds a layout gets, by its size: few nodes cost little, and many find their place through the levels above.
enum EpochPlan {
    /// Rounds of the last level.
    static func rounds(_ count: Int) -> Int {
        switch count {
        case ...2500: 500
        case ...25_000: 200
        case ...150_000: 100
        default: 40
        }
    }

    /// Rounds of a level whose nodes the next level only starts from.
    static func upperRounds(_ count: Int) -> Int { count <= 25_000 ? 60 : 40 }

    /// From so many nodes on the last level is first laid out by its links alone, which makes a picture of all nodes while
    /// the better neighbours are still to be found.
    static let sketched = 20_000
    static let sketchRounds = 12

    /// Neighbours kept of a node: as UMAP does it, but of very many nodes fewer, for the sake of memory.
    static func neighbours(_ count: Int) -> Int { count <= 250_000 ? 15 : 10 }

    /// A node's links whose own links are looked at.
    static func expanded(_ count: Int, level: Int) -> Int {
        // Above, what counts is that it is there at once.
        if level > 0 { return 5 }
        switch count {
        case ...25_000: return 15
        case ...250_000: return 5
        default: return 3
        }
    }
}
