/// The name the user gave to a vector: any 64-bit value. hnswlib's labels are unsigned, Faiss's ids are signed, so the
/// common type holds both.
public typealias VectorLabel = Int128
