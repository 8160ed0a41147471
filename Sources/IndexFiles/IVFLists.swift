/// Faiss's `IndexIVFFlat` over a Flat coarse quantizer (`IwFl`, Faiss 1.6 to 1.15).
///
/// A node is the vector's position in the concatenated lists: `listStarts[cell] + offset`.
///
/// `@unchecked Sendable`: points into `FileBytes`, which is immutable.
public struct IVFLists: @unchecked Sendable {
    public let bytes: FileBytes
    public let dimension: Int
    public let nlist: Int
    /// The `nprobe` stored in the file: what the library would use next.
    public let nprobe: Int
    /// For each list the node of its first vector; at `nlist`, the number of vectors.
    public let listStarts: [Int]
    /// For each list the byte offset of its vectors, `size · 4 · dimension` bytes, followed by its ids, `size · 8` bytes.
    public let listOffsets: [Int]
    /// Byte offset of the centroids, `nlist · dimension` floats.
    public let centroidsOffset: Int

    public var count: Int { listStarts[nlist] }

    @inlinable public func size(of cell: Int) -> Int { listStarts[cell + 1] - listStarts[cell] }
    @inlinable public var centroids: UnsafeRawPointer { bytes.base + centroidsOffset }
    @inlinable public func centroid(_ cell: Int) -> UnsafeRawPointer { centroids + cell * 4 * dimension }
    /// The cell's vectors, one after the other, not aligned.
    @inlinable public func vectors(of cell: Int) -> UnsafeRawPointer { bytes.base + listOffsets[cell] }
    /// The cell's ids, `Int64` each, not aligned.
    @inlinable public func ids(of cell: Int) -> UnsafeRawPointer {
        bytes.base + (listOffsets[cell] + size(of: cell) * 4 * dimension)
    }

    /// The cell that holds a node, by binary search.
    public func cell(of node: UInt32) -> Int {
        var low = 0
        var high = nlist
        while low + 1 < high {
            let middle = (low + high) / 2
            if listStarts[middle] <= Int(node) { low = middle } else { high = middle }
        }
        return low
    }

    public func vector(_ node: UInt32) -> UnsafeRawPointer {
        let cell = cell(of: node)
        return vectors(of: cell) + (Int(node) - listStarts[cell]) * 4 * dimension
    }

    public func label(_ node: UInt32) -> VectorLabel {
        let cell = cell(of: node)
        return VectorLabel(
            ids(of: cell).loadUnaligned(fromByteOffset: (Int(node) - listStarts[cell]) * 8, as: Int64.self))
    }
}
