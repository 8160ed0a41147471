/// Faiss's `IndexIVF`: vectors in cells around centroids (faiss/IndexIVF.h, Faiss 1.6 to 1.15).
public struct IVFLists: Sendable {
    public let places: ListPlaces
    /// The index over the centroids that finds the cells of a query. Its node `n` is the centroid of cell `n`.
    public let quantizer: IndexObject
    /// The `nprobe` stored in the file: what the library would use next.
    public let nprobe: Int
    /// Codes stand for the difference to the centroid.
    public let isByResidual: Bool
    /// Codes are packed in blocks of 32 for scanning with SIMD tables (`IwPf`); the library's distances are approximate.
    public let isFastScan: Bool
    /// Product codes of what the codes leave over, one for each id (`IwQR`).
    public let refinement: IVFRefinement?
    /// For each id the further ids of vectors with the same components, which are in no list, in the order in which the
    /// library gives them (`IwFd`).
    public let duplicates: [Int64: [Int64]]
    /// The lists' file beside the index, where they are not in it (`ilod`).
    public let dataFile: String?

    public var nlist: Int { places.starts.count - 1 }
    public var count: Int { places.count }

    @inlinable public func size(of cell: Int) -> Int { places.size(of: cell) }
    /// The cell's ids, `Int64` each, not aligned.
    @inlinable public func ids(of cell: Int) -> UnsafeRawPointer { places.ids[cell] }
    /// The cell's codes, one after the other, not aligned.
    @inlinable public func codes(of cell: Int) -> UnsafeRawPointer { places.codes[cell] }

    public func cell(of node: UInt32) -> Int { places.list(of: node) }
    public func label(_ node: UInt32) -> VectorLabel { VectorLabel(places.id(node)) }

    /// The centroids in the order of the cells; nil where the quantizer can't give them back as they were trained.
    public var centroids: StoredVectors? { quantizer.centroidVectors }
}

/// A finer code for each vector of an `IndexIVFPQR`, found by id.
///
/// `@unchecked Sendable`: points into `FileBytes`, which the index's vectors keep.
public struct IVFRefinement: @unchecked Sendable {
    public let quantizer: ProductQuantizer
    /// `count` codes, one after the other.
    public let codes: UnsafeRawPointer
    public let count: Int
    public let kFactor: Float
}
