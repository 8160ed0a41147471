/// The nodes of a map by squares, at every zoom: what is in a square is found by two binary searches, as nodes are kept
/// in the order of their Morton codes. 9 bytes a node.
///
/// To choose the nodes of a tile takes a look at all in its square. The largest squares are chosen from beforehand, so that
/// whoever asks for a tile waits for a look at a 64th of the map at the most, were its nodes spread evenly.
public struct MapTiles: Sendable {
    /// Nodes that a tile names at most.
    public static let maxNodes = 4096

    private let codes: [UInt32]
    private let nodes: [UInt32]
    /// The highest level of each node, at most 255.
    private let levels: [UInt8]
    /// The tiles of zooms up to `maxReadyZoom`, zoom by zoom, row by row.
    private var ready: [Tile] = []

    private static let maxReadyZoom = 2

    /// What is to be seen of one square.
    public struct Tile: Sendable, Equatable {
        /// All nodes in the square.
        public let total: Int
        /// The most important first.
        public let node: [UInt32]
        public let x: [UInt16]
        public let y: [UInt16]
        public let level: [UInt8]
    }

    /// - Parameter draft: a map on which every node has its place.
    public init(_ draft: MapDraft) {
        let count = draft.placed
        let order = draft.nodes.order
        var keys = zip(draft.x, draft.y).map { MortonCode.code($0, $1) }
        // Sorted with the codes: places in the order of nodes. Where codes are equal the more important stays first.
        var places = (0..<UInt32(count)).map { $0 }
        Self.sort(&keys, &places)
        codes = keys
        nodes = places.map { order[Int($0)] }
        var heights = [UInt8](repeating: 0, count: count)
        for (level, range) in draft.nodes.levels.enumerated() where level > 0 {
            for place in range.clamped(to: 0..<count) { heights[place] = UInt8(min(level, 255)) }
        }
        levels = places.map { heights[Int($0)] }
        for zoom in 0...Self.maxReadyZoom {
            for square in 0..<(1 << (2 * zoom)) {
                ready.append(
                    choose(zoom: zoom, column: square & (1 << zoom - 1), row: square >> zoom, most: Self.maxNodes))
            }
        }
    }

    /// The tile of a zoom from 0 to 12; columns and rows are below 2^zoom.
    ///
    /// - Parameter most: nodes that it names: the highest levels, and of the level that is too full an even part.
    public func tile(zoom: Int, column: Int, row: Int, most: Int = maxNodes) -> Tile {
        guard zoom <= Self.maxReadyZoom, most == Self.maxNodes else {
            return choose(zoom: zoom, column: column, row: row, most: most)
        }
        // Before a zoom come 1 + 4 + … tiles.
        return ready[((1 << (2 * zoom)) - 1) / 3 + row << zoom + column]
    }

    // MARK: Choosing

    func choose(zoom: Int, column: Int, row: Int, most: Int) -> Tile {
        let wanted = MortonCode.codes(zoom: zoom, column: column, row: row)
        let range = firstPlace { $0 >= wanted.lowerBound }..<firstPlace { $0 > wanted.upperBound }
        let chosen = choose(range, most: most)
        let places = chosen.map { MortonCode.place(codes[$0]) }
        return Tile(
            total: range.count, node: chosen.map { nodes[$0] }, x: places.map(\.x), y: places.map(\.y),
            level: chosen.map { levels[$0] })
    }

    private func choose(_ range: Range<Int>, most: Int) -> [Int] {
        var perLevel = [Int](repeating: 0, count: 256)
        for place in range { perLevel[Int(levels[place])] += 1 }
        // The lowest level that there is room for, and of the one below as many as there is room for still.
        var lowest = 256
        var room = most
        while lowest > 0, perLevel[lowest - 1] <= room {
            lowest -= 1
            room -= perLevel[lowest]
        }
        var keys = range.lazy.filter { Int(levels[$0]) >= lowest }.map { key($0 - range.lowerBound, of: $0) }.sorted()
        if lowest > 0, room > 0 { keys += part(of: range, level: lowest - 1, room, outOf: perLevel[lowest - 1]) }
        return keys.map { range.lowerBound + Int($0.place) }
    }

    /// The nodes of a level with the lowest hashes.
    private func part(of range: Range<Int>, level: Int, _ wanted: Int, outOf count: Int) -> [Key] {
        // A bound that few more than wanted are below, so that not all have to be sorted.
        let share = Double(wanted) / Double(count)
        var bound = min(1, share * 1.25 + 16 / Double(count))
        while true {
            let limit = UInt32(bound * Double(UInt32.max))
            var keys: [Key] = []
            for place in range where Int(levels[place]) == level && Self.hash(nodes[place]) <= limit {
                keys.append(key(place - range.lowerBound, of: place))
            }
            if keys.count >= wanted || bound == 1 {
                keys.sort()
                return Array(keys.prefix(wanted))
            }
            bound = min(1, bound * 2)
        }
    }

    /// The order of nodes: the highest level first, then by chance.
    private struct Key: Comparable {
        let order: UInt64
        let place: UInt32

        static func < (a: Key, b: Key) -> Bool { (a.order, a.place) < (b.order, b.place) }
    }

    private func key(_ offset: Int, of place: Int) -> Key {
        Key(order: UInt64(255 - levels[place]) << 32 | UInt64(Self.hash(nodes[place])), place: UInt32(offset))
    }

    /// A fixed mixture of a node's number: Murmur3's finalizer, which maps no two numbers to one.
    private static func hash(_ node: UInt32) -> UInt32 {
        var hash = node
        hash = (hash ^ hash >> 16) &* 0x85EB_CA6B
        hash = (hash ^ hash >> 13) &* 0xC2B2_AE35
        return hash ^ hash >> 16
    }

    // MARK: Order

    /// The first place whose code fulfils what all later ones fulfil, too.
    private func firstPlace(_ isReached: (UInt32) -> Bool) -> Int {
        var low = 0
        var high = codes.count
        while low < high {
            let middle = (low + high) / 2
            if isReached(codes[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    private static let digitBits: UInt32 = 11

    /// Sorts by keys, and values along with them, keeping the order of equal ones: by digits from the lowest (LSD radix
    /// sort).
    private static func sort(_ keys: inout [UInt32], _ values: inout [UInt32]) {
        var otherKeys = keys
        var otherValues = values
        for shift in stride(from: 0, to: UInt32(32), by: Int(digitBits)) {
            otherKeys.withUnsafeMutableBufferPointer { otherKeys in
                otherValues.withUnsafeMutableBufferPointer { otherValues in
                    keys.withUnsafeBufferPointer { keys in
                        values.withUnsafeBufferPointer { values in
                            sortDigit(shift, keys, values, otherKeys, otherValues)
                        }
                    }
                }
            }
            swap(&keys, &otherKeys)
            swap(&values, &otherValues)
        }
    }

    /// Puts keys and values in the order of one digit.
    private static func sortDigit(
        _ shift: UInt32, _ keys: UnsafeBufferPointer<UInt32>, _ values: UnsafeBufferPointer<UInt32>,
        _ sortedKeys: UnsafeMutableBufferPointer<UInt32>, _ sortedValues: UnsafeMutableBufferPointer<UInt32>
    ) {
        let mask = UInt32(1) << digitBits - 1
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 1 << digitBits + 1) { starts in
            starts.initialize(repeating: 0)
            for key in keys { starts[Int(key >> shift & mask) + 1] += 1 }
            for digit in 1..<starts.count { starts[digit] += starts[digit - 1] }
            for (key, value) in zip(keys, values) {
                let digit = Int(key >> shift & mask)
                sortedKeys[starts[digit]] = key
                sortedValues[starts[digit]] = value
                starts[digit] += 1
            }
        }
    }
}
