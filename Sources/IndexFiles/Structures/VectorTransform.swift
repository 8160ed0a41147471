/// What Faiss does to a vector before an index sees it (faiss/VectorTransform.h, Faiss 1.6 to 1.15).
///
/// `@unchecked Sendable`: points into `FileBytes`, which it keeps.
public struct VectorTransform: @unchecked Sendable {
    public enum Operation {
        /// y = A·x + b, with `A` row by row, outputs × inputs floats, and `b` outputs floats or nil. Not aligned.
        case linear(A: UnsafeRawPointer, b: UnsafeRawPointer?)
        /// x / ‖x‖₂; a zero vector stays.
        case normalise
        /// x − mean.
        case centre(mean: UnsafeRawPointer)
        /// Component `map[i]` of the input becomes component i; −1 becomes 0. `Int32`s, not aligned.
        case remap(map: UnsafeRawPointer)
        /// A random rotation that is made anew from its seed.
        case hadamard(seed: UInt32)
        /// Centred, divided by its norm, then linear (`ITQTransform`).
        indirect case iterative(mean: UnsafeRawPointer, linear: VectorTransform)
    }

    /// For people: "PCA (Pcam)".
    public let name: String
    public let inputs: Int
    public let outputs: Int
    public let isTrained: Bool
    public let operation: Operation
    let bytes: FileBytes
}
