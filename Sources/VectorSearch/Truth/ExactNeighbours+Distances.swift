public import IndexFiles

extension ExactNeighbours {
    /// How far stored vectors are from one of them, by the kernels and in the numbers of the library. Deleted ones are
    /// compared, too.
    ///
    /// - Parameters:
    ///   - node: of the index, as all others: below its count.
    ///   - cancellation: looked at every 256 vectors.
    /// - Returns: nil when cancelled.
    public func distances(from node: UInt32, to others: [UInt32], cancellation: Cancellation? = nil) -> [Float]? {
        let places = rows.rows(of: [node] + others)
        var query = [Float](repeating: 0, count: dimension)
        vectors.decode(places[0], into: &query)
        let keys = RowKeys(vectors, measure, query: query)
        var distances: [Float] = []
        distances.reserveCapacity(others.count)
        for first in stride(from: 1, to: places.count, by: RowKeys.capacity) {
            if cancellation?.isCancelled == true { return nil }
            let count = min(RowKeys.capacity, places.count - first)
            places.withUnsafeBufferPointer { places in
                if let base = places.baseAddress { keys.compute(base + first, count) }
            }
            for place in 0..<count { distances.append(measure.distance(keys.values[place])) }
        }
        return distances
    }
}

extension IndexFile {
    /// A stored vector as exact distances compare it.
    public struct ComparedVector: Sendable, Equatable {
        public let components: [Float]
        /// False where the vector that was added is not stored, and this is what its code stands for.
        public let isExact: Bool
    }

    /// The vector of a node that is below `count`, decoded: the finest that the file has, in the space of the stored vectors.
    /// nil where the file holds none.
    public func comparedVector(_ node: UInt32) -> ComparedVector? {
        guard let rows = ComparedRows(self) else { return nil }
        var components = [Float](repeating: 0, count: rows.vectors.dimension)
        rows.vectors.decode(rows.rows(of: [node])[0], into: &components)
        return ComparedVector(components: components, isExact: rows.vectors.areExact)
    }
}
