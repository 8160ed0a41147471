/// A node and its distance, the library's own value.
public struct ScoredNode: Sendable, Equatable {
    public let node: UInt32
    public let distance: Float

    public init(node: UInt32, distance: Float) {
        self.node = node
        self.distance = distance
    }
}

/// A node that left a queue, and why.
public struct Departure: Sendable, Equatable {
    public enum Queue: String, Sendable { case candidates, results, pool }

    public enum Cause: Sendable, Equatable {
        /// Its links are read next.
        case expanded
        /// The queue was full, and this node was nearer.
        case displaced(by: UInt32)
        /// It was taken, and the search stopped there.
        case stopped
    }

    public let stage: Int
    public let node: UInt32
    public let queue: Queue
    public let cause: Cause
}

/// What one stage of a search has in hand after some of its steps.
public struct StagePicture: Sendable, Equatable {
    /// One layer of a graph as it was searched.
    public struct Layer: Sendable, Equatable {
        public let layer: Int
        /// Nodes met, each once.
        public var nodes = 0
        /// Distances computed.
        public var distances = 0
        /// Neighbour lists read.
        public var hops = 0
        /// The nearest distance; nil before the first.
        public var best: Float?
    }

    /// One cell that was opened.
    public struct Cell: Sendable, Equatable {
        public let cell: UInt32
        /// From 1, in the order of opening.
        public let order: Int
        /// The centroid's distance.
        public let distance: Float
        /// Vectors come by, distances computed among them, and vectors kept.
        public var size = 0
        public var computed = 0
        public var kept = 0
    }

    /// A node of the route. Steps that follow one another on a layer are linked, and the link was read.
    public struct Step: Sendable, Equatable {
        public let layer: Int
        public let node: UInt32

        public init(layer: Int, node: UInt32) {
            self.layer = layer
            self.node = node
        }
    }

    /// The layer of the latest step, −1 where there is none.
    public var layer = -1
    /// Where the search stands; nil before it has a place.
    public var current: UInt32?
    /// The nearest distance to what may be a result; nil before the first.
    public var best: Float?
    /// Distances computed.
    public var distances = 0
    /// Of these, by a finer code or index.
    public var rescored = 0
    /// Vectors passed over because of a filter, without a distance.
    public var leftOut = 0
    /// Nodes of trees that were taken: splits, buckets and items.
    public var treeNodes = 0
    public var stopReason: TraceEvent.StopReason?
    /// Nodes whose links may be read next (the frontier), nearest first.
    public var candidates: [ScoredNode] = []
    /// Nearest first; more than k where the algorithm keeps more.
    public var results: [ScoredNode] = []
    /// From the entry point to the nearest node met, layer by layer.
    public var route: [Step] = []
    public var layers: [Layer] = []
    public var cells: [Cell] = []
    /// The cell opened last.
    public var openCell: UInt32?
    /// Distances computed to centroids, by centroid; empty in stages over other nodes.
    public var ranks: [UInt32: Float] = [:]
    /// Some distances were only counted (tallies): queues and route are unknown from there on.
    public var isSummarised = false
}
