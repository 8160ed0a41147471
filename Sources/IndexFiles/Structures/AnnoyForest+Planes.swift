extension AnnoyForest {
    /// Bytes from one node to the next.
    public var nodeBytes: Int { layout.nodeBytes }
    /// Bytes of a vector: floats, or 64-bit words of bits.
    public var vectorBytes: Int { layout.vectorBytes }

    /// One of the two children of a split. In a mapped file it may be any number: a sound one is before the split.
    @inlinable public func child(_ side: Int, of split: UInt32) -> Int64 { word(side, of: split) }

    /// An id in a bucket. In a mapped file it may be any number: compare it with `count`.
    @inlinable public func item(_ place: Int, inBucket bucket: UInt32) -> Int64 { word(place, of: bucket) }

    /// The vector of an item, or what a split splits by: the normal of a plane, or as a first 64-bit word the number of a
    /// bit. Not aligned.
    public func vector(of node: UInt32) -> UnsafeRawPointer { address(node) + layout.vectorOffset }

    /// The number beside a node's vector: where a split's plane lies (euclidean, manhattan), the component that makes inner
    /// products angles (`dot_factor` of dot), an item's squared length (`norm` of angular). 0 for hamming.
    public func number(besideVectorOf node: UInt32) -> Float {
        let place: Int
        switch layout.metric {
        case .euclidean, .l1, .angular: place = 4
        case .dot: place = 12
        default: return 0
        }
        return address(node).loadUnaligned(fromByteOffset: place, as: Float.self)
    }
}
