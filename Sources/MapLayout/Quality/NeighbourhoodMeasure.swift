internal import CVectorKernels
internal import IndexFiles

/// Compares the neighbourhoods of some vectors, in truth and on the map, with all of a set.
struct NeighbourhoodMeasure {
    /// The sums over all neighbourhoods that were looked at.
    struct Result {
        /// By how much the ranks of those that are nearest on the map go beyond the number of neighbours.
        var surplus = 0
        /// True nearest that are among the nearest on the map.
        var kept = 0
        /// For each, its true nearest as nodes, nearest first.
        var nearest: [[UInt32]] = []
    }

    private let map: IndexMap
    private let vectors: StoredVectors
    /// The nodes of the set, rising.
    private let among: [UInt32]
    private let kernel = annscope_best_kernels().squared_l2

    /// Vectors that are compared with the set together: each block of it is read, and decoded, once for all of these.
    private static let queriesAtOnce = 32
    /// Vectors of the set in a block; with usual dimensions a block stays in the processor's cache.
    private static let blockRows = 1024

    init(_ map: IndexMap, _ vectors: StoredVectors, _ among: [UInt32]) {
        self.map = map
        self.vectors = vectors
        self.among = among
    }

    /// - Parameter chosen: places in the set.
    /// - Returns: nil when cancelled.
    func measure(_ chosen: [Int], isCancelled: () -> Bool) -> Result? {
        var result = Result()
        for start in stride(from: 0, to: chosen.count, by: Self.queriesAtOnce) {
            let part = Array(chosen[start..<min(start + Self.queriesAtOnce, chosen.count)])
            guard let distances = distances(part, isCancelled) else { return nil }
            for (number, own) in part.enumerated() {
                guard !isCancelled() else { return nil }
                add(own, distances[number * among.count..<(number + 1) * among.count], to: &result)
            }
        }
        return result
    }

    /// The squared distances of each of these from the set, one after the other.
    private func distances(_ part: [Int], _ isCancelled: () -> Bool) -> [Float]? {
        let dimension = vectors.dimension
        let queries = part.map { place in
            [Float](unsafeUninitializedCapacity: dimension) { target, used in
                target.initialize(repeating: 0)
                if let start = target.baseAddress { vectors.decode(among[place], into: start) }
                used = dimension
            }
        }
        var distances = [Float](repeating: 0, count: part.count * among.count)
        let arePlain = among.first.map { vectors.floatRow($0) != nil } ?? false
        var decoded = arePlain ? [] : [Float](repeating: 0, count: Self.blockRows * dimension)
        var isStopped = false
        distances.withUnsafeMutableBufferPointer { distances in
            decoded.withUnsafeMutableBufferPointer { decoded in
                guard let target = distances.baseAddress else { return }
                var rows: [UnsafeRawPointer] = []
                for first in stride(from: 0, to: among.count, by: Self.blockRows) {
                    guard !isCancelled() else {
                        isStopped = true
                        return
                    }
                    rows.removeAll(keepingCapacity: true)
                    for (row, node) in among[first..<min(first + Self.blockRows, among.count)].enumerated() {
                        if let start = decoded.baseAddress, !decoded.isEmpty {
                            vectors.decode(node, into: start + row * dimension)
                            rows.append(UnsafeRawPointer(start + row * dimension))
                        } else if let start = vectors.floatRow(node) {
                            rows.append(start)
                        }
                    }
                    for (number, query) in queries.enumerated() {
                        kernel(query, rows, rows.count, dimension, target + number * among.count + first)
                    }
                }
            }
            // What is undefined or infinite is as far as can be.
            for place in distances.indices where !distances[place].isFinite {
                distances[place] = .greatestFiniteMagnitude
            }
        }
        return isStopped ? nil : distances
    }

    private func add(_ own: Int, _ distances: ArraySlice<Float>, to result: inout Result) {
        let wanted = MapQuality.neighbours
        distances.withUnsafeBufferPointer { distances in
            let ownX = Int64(map.x[Int(among[own])])
            let ownY = Int64(map.y[Int(among[own])])
            var nearest = NearestOf<Float>(wanted)
            var drawn = NearestOf<Int64>(wanted)
            for place in distances.indices where place != own {
                nearest.add(place, distances[place])
                let node = Int(among[place])
                let x = Int64(map.x[node]) - ownX
                let y = Int64(map.y[node]) - ownY
                drawn.add(place, x * x + y * y)
            }
            result.nearest.append(nearest.places.map { among[$0] })
            guard let reach = nearest.farthest else { return }
            for place in drawn.places {
                let distance = distances[place]
                if (distance, place) <= reach {
                    result.kept += 1
                    continue
                }
                // Its rank: one more than those before it, where the vector itself does not count.
                var before = 0
                for other in distances.indices where distances[other] < distance { before += 1 }
                for other in 0..<place where distances[other] == distance { before += 1 }
                if (distances[own], own) < (distance, place) { before -= 1 }
                result.surplus += before + 1 - wanted
            }
        }
    }
}

/// The nearest of the places that are added, in rising order; of two at one distance the one that was added first.
struct NearestOf<Distance: Comparable> {
    private let wanted: Int
    private var found: [(distance: Distance, place: Int)] = []

    init(_ wanted: Int) {
        self.wanted = wanted
        found.reserveCapacity(wanted + 1)
    }

    var places: [Int] { found.map(\.place) }
    /// The last of as many as were wanted.
    var farthest: (Distance, Int)? { found.count == wanted ? found.last.map { ($0.distance, $0.place) } : nil }

    @inline(__always)
    mutating func add(_ place: Int, _ distance: Distance) {
        if found.count == wanted, let last = found.last, distance >= last.distance { return }
        found.insert((distance, place), at: found.lastIndex { $0.distance <= distance }.map { $0 + 1 } ?? 0)
        if found.count > wanted { found.removeLast() }
    }
}
