/// The vectors of an index as they are stored: whole, or as codes that stand for them.
///
/// `@unchecked Sendable`: points into `FileBytes`, which it keeps.
public struct StoredVectors: @unchecked Sendable {
    /// Where the codes lie.
    enum Placement {
        /// At a regular distance from each other.
        case rows(start: UnsafeRawPointer, stride: Int)
        /// In inverted lists. `order` gives a node's position in them where nodes are numbered otherwise.
        case lists(ListPlaces, order: [UInt32]?)
        /// In blocks that interleave the codes of 32 vectors, one run of blocks a list.
        case blocks(FastScanBlocks)
    }

    /// What codes leave out: they stand for the difference to a centroid. A class, as its vectors may have centroids of
    /// their own.
    final class Residual: Sendable {
        let centroids: StoredVectors
        /// Bytes before each code that say which centroid; 0 where the list says it, or where there is but one.
        let cellBytes: Int

        init(centroids: StoredVectors, cellBytes: Int) {
            self.centroids = centroids
            self.cellBytes = cellBytes
        }
    }

    public let encoding: VectorEncoding
    /// Components of a decoded vector.
    public let dimension: Int
    public let count: Int
    let placement: Placement
    let residual: Residual?
    let bytes: [FileBytes]

    init(
        encoding: VectorEncoding, dimension: Int, count: Int, placement: Placement, residual: Residual? = nil,
        bytes: [FileBytes]
    ) {
        self.encoding = encoding
        self.dimension = dimension
        self.count = count
        self.placement = placement
        self.residual = residual
        self.bytes = bytes
    }

    /// The centroids that codes stand for the difference to; nil where they stand for vectors by themselves.
    public var residualCentroids: StoredVectors? { residual?.centroids }

    /// True when a decoded vector is the one that was added, up to its number format.
    public var areExact: Bool {
        switch encoding {
        case .float32, .uint8, .bits, .bitsFromTop: residual == nil
        default: false
        }
    }

    /// Where the codes of all nodes are, where they lie at a regular distance and stand for vectors by themselves.
    public var rows: (start: UnsafeRawPointer, stride: Int)? {
        if residual == nil, case .rows(let start, let stride) = placement { (start, stride) } else { nil }
    }

    /// True when codes are packed in blocks for scanning with SIMD tables (Faiss's fast-scan).
    public var areInBlocks: Bool { if case .blocks = placement { true } else { false } }

    /// Bytes from one row of plain floats to the next; nil where vectors are not stored as floats at a regular distance.
    public var floatRowBytes: Int? {
        if case .float32 = encoding, residual == nil, case .rows(_, let stride) = placement { stride } else { nil }
    }

    /// The floats of a vector, not aligned; nil where it must be decoded.
    @inlinable
    public func floatRow(_ node: UInt32) -> UnsafeRawPointer? { plainRow(node) }

    @usableFromInline
    func plainRow(_ node: UInt32) -> UnsafeRawPointer? {
        guard case .float32 = encoding, residual == nil else { return nil }
        switch placement {
        case .rows(let start, let stride): return start + Int(node) * stride
        case .lists(let places, let order):
            let position = order?[Int(node)] ?? node
            let list = places.list(of: position)
            return places.codes[list] + (Int(position) - places.starts[list]) * places.codeBytes
        case .blocks: return nil
        }
    }

    /// Writes the vector of a node, decoded, its centroid added.
    ///
    /// - Parameters:
    ///   - node: below `count`.
    ///   - target: room for `dimension` floats.
    public func decode(_ node: UInt32, into target: UnsafeMutablePointer<Float>) {
        var cell: UInt64?
        switch placement {
        case .rows(let start, let stride):
            let row = start + Int(node) * stride
            let cellBytes = residual?.cellBytes ?? 0
            var number: UInt64 = 0
            for place in 0..<cellBytes {
                number |= UInt64(row.load(fromByteOffset: place, as: UInt8.self)) << UInt64(8 * place)
            }
            cell = number
            encoding.decode(row + cellBytes, dimension: dimension, into: target)
        case .lists(let places, let order):
            let position = order?[Int(node)] ?? node
            let list = places.list(of: position)
            cell = UInt64(list)
            encoding.decode(
                places.codes[list] + (Int(position) - places.starts[list]) * places.codeBytes, dimension: dimension,
                into: target)
        case .blocks(let blocks):
            cell = UInt64(blocks.decode(node, into: target))
        }
        guard let centroids = residual?.centroids, let cell, cell < UInt64(centroids.count) else { return }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: dimension) { centroid in
            guard let centroid = centroid.baseAddress else { return }
            centroids.decode(UInt32(cell), into: centroid)
            for place in 0..<dimension { target[place] += centroid[place] }
        }
    }
}
