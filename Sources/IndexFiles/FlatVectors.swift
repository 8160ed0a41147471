/// Faiss's `IndexFlat` (`IxF2`, `IxFI`): all vectors one after the other, the label is the position.
///
/// `@unchecked Sendable`: points into `FileBytes`, which is immutable.
public struct FlatVectors: @unchecked Sendable {
    public let bytes: FileBytes
    public let dimension: Int
    public let count: Int
    /// Byte offset of the vectors, `count · dimension` floats.
    public let vectorsOffset: Int

    @inlinable public var vectors: UnsafeRawPointer { bytes.base + vectorsOffset }
    @inlinable public func vector(_ node: UInt32) -> UnsafeRawPointer { vectors + Int(node) * 4 * dimension }
}
