/// The four-character names of Faiss's index objects (`faiss/impl/index_write.cpp`, 1.6 to 1.15), in plain words, so
/// that what can't be read yet is at least declined by its name.
enum FaissNames {
    static let known: [String: String] = [
        "IxF2": "Flat (L2)", "IxFI": "Flat (inner product)", "IxFl": "Flat", "IwFl": "IVFFlat",
        "IvFL": "IVFFlat of an old layout", "IvFl": "IVFFlat of an old layout", "IwFd": "IVFFlatDedup",
        "IxSQ": "scalar quantizer", "IwSq": "IVF scalar quantizer", "IwSQ": "IVF scalar quantizer",
        "IxPq": "product quantizer", "IxPQ": "product quantizer", "IxPo": "product quantizer",
        "IwPQ": "IVF product quantizer", "IwQR": "IVF product quantizer with refinement",
        "IPfs": "product quantizer, fast scan", "IwPf": "IVF product quantizer, fast scan",
        "IHNf": "HNSW over Flat", "IHNs": "HNSW over a scalar quantizer", "IHNp": "HNSW over a product quantizer",
        "IHN2": "HNSW over two levels", "IH00": "HNSW", "IHNc": "HNSW (Cagra)", "IHc2": "HNSW (Cagra)",
        "IHfP": "HNSW (Panorama)", "INSf": "NSG over Flat", "INSp": "NSG over a product quantizer",
        "INSs": "NSG over a scalar quantizer", "INNf": "NNDescent", "IxPT": "transformed index", "IxMp": "IDMap",
        "IxM2": "IDMap2", "IxRF": "RefineFlat", "IxRP": "Refine (Panorama)", "IwIQ": "index with its own quantizer",
        "Imiq": "multi-index quantizer", "Ix2L": "two-level codes", "IBxF": "binary Flat", "IBwF": "binary IVF",
        "IBHf": "binary HNSW", "IBHc": "binary HNSW (Cagra)", "IBMp": "binary IDMap", "IBM2": "binary IDMap2",
        "IxHe": "LSH", "IxRq": "additive quantizer", "IxLS": "additive quantizer", "IwRQ": "IVF additive quantizer",
        "Ixrq": "RaBitQ", "Iwrq": "IVF RaBitQ", "null": "absent",
    ]

    /// The words for a name that is declined.
    static func description(_ fourCC: String) -> String { known[fourCC] ?? "unknown" }

    /// Faiss's names are four letters or digits that begin with an I (all but a few), so a wrong one is worth naming.
    static func looksLikeFaiss(_ fourCC: String) -> Bool {
        fourCC.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    }
}
