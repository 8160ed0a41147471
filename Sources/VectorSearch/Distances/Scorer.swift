internal import CVectorKernels
internal import IndexFiles

/// A query made ready to be compared with the vectors of one index, many at a time.
///
/// A view of a `ScorerMemory`: a searcher has one for each stage, and makes it ready at the stage's start.
struct Scorer {
    /// Nodes to be compared next; the caller writes them.
    let nodes: UnsafeMutablePointer<UInt32>
    /// Their distances after `score`, by the library's definition.
    let values: UnsafeMutablePointer<Float>
    /// How many nodes there is room for.
    let capacity: Int

    private let rows: UnsafeMutablePointer<UnsafeRawPointer>
    private let query: UnsafeMutablePointer<annscope_query>
    private let kernel: annscope_kernel
    private let start: UnsafeRawPointer
    private let stride: Int
    /// Decodes vectors that no kernel reads in place.
    private let decoder: RowDecoder?

    init(
        _ memory: ScorerMemory, kernel: annscope_kernel, start: UnsafeRawPointer, stride: Int, decoder: RowDecoder?
    ) {
        nodes = memory.nodes.base
        values = memory.values.base
        rows = memory.rows.base
        capacity = min(memory.nodes.capacity, memory.values.capacity, memory.rows.capacity)
        query = memory.query
        self.kernel = kernel
        self.start = start
        self.stride = stride
        self.decoder = decoder
    }

    /// Computes the distances to the first `count` nodes of `nodes`, each of them below the index's count.
    @inline(__always)
    func score(_ count: Int) {
        if let decoder {
            decoder.decode(nodes, count, into: rows)
        } else {
            for place in 0..<count { rows[place] = start + Int(nodes[place]) &* stride }
        }
        kernel(query, rows, count, values)
    }

    /// The distance to one node. `nodes` and `values` are used for it.
    func score(node: UInt32) -> Float {
        nodes[0] = node
        score(1)
        return values[0]
    }

    /// Computes the distances to `count` rows that lie `stride` bytes apart.
    @inline(__always)
    func score(rowsFrom first: UnsafeRawPointer, stride: Int, _ count: Int) {
        for place in 0..<count { rows[place] = first + place &* stride }
        kernel(query, rows, count, values)
    }

    /// Computes the distances to the first `count` rows that `nodes` numbers, `stride` bytes apart.
    func score(rowsNumbered count: Int, from first: UnsafeRawPointer, stride: Int) {
        for place in 0..<count { rows[place] = first + Int(nodes[place]) &* stride }
        kernel(query, rows, count, values)
    }

    /// Asks the processor to fetch the beginning of a node's row.
    @inline(__always)
    func prefetch(_ node: UInt32) { annscope_prefetch(start + Int(node) &* stride) }
}

/// Decodes rows into scratch, for vectors whose codes no kernel reads where they are: codes in the order of inverted lists,
/// in blocks for SIMD tables, or standing for the difference to a centroid.
final class RowDecoder {
    private let vectors: StoredVectors
    private let scratch: GrowingBuffer<Float>

    init(_ vectors: StoredVectors, _ scratch: GrowingBuffer<Float>) {
        self.vectors = vectors
        self.scratch = scratch
    }

    func decode(
        _ nodes: UnsafePointer<UInt32>, _ count: Int, into rows: UnsafeMutablePointer<UnsafeRawPointer>
    ) {
        let floats = scratch.room(for: count * vectors.dimension)
        for place in 0..<count {
            let row = floats + place * vectors.dimension
            vectors.decode(nodes[place], into: row)
            rows[place] = UnsafeRawPointer(row)
        }
    }
}
