/// Four ASCII bytes in reading order with which Faiss begins every object (`faiss/impl/index_write.cpp`).
struct FourCC: Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    let value: UInt32

    init(littleEndianValue: UInt32) { value = littleEndianValue }

    /// The first four bytes of the literal's UTF-8 form; shorter literals are padded with zeros.
    init(stringLiteral text: StaticString) {
        var value: UInt32 = 0
        text.withUTF8Buffer { buffer in
            for (position, byte) in buffer.prefix(4).enumerated() { value |= UInt32(byte) << (8 * position) }
        }
        self.value = value
    }

    /// The four characters, with `?` for those that don't print.
    var description: String {
        String(
            (0..<4).map { position in
                let byte = UInt8(truncatingIfNeeded: value >> (8 * position))
                return (0x20..<0x7F).contains(byte) ? Character(UnicodeScalar(byte)) : "?"
            })
    }

    /// What an index object of this name is, for the names Faiss 1.6 to 1.15 writes; nil for all others.
    var indexName: String? { FourCC.indexNames[self] }

    /// What an inverted-lists object of this name is.
    var listsName: String? { FourCC.listsNames[self] }

    private static let listsNames: [FourCC: String] = [
        "il00": "no inverted lists at all", "ilar": "lists in the file", "ilod": "lists in another file (OnDisk)",
        "ilbl": "block lists (fast-scan)", "ilpn": "Panorama lists", "ilp2": "Panorama lists",
    ]

    private static let indexNames: [FourCC: String] = [
        "IxF2": "Flat L2", "IxFI": "Flat inner product", "IxFl": "Flat", "IwFl": "IVF Flat",
        "IvFL": "IVF Flat of Faiss 1.5", "IvFl": "IVF Flat of Faiss 1.5",
        "IxSQ": "scalar quantizer", "IxPq": "product quantizer", "IxPQ": "product quantizer",
        "IxPo": "product quantizer", "IPfs": "product quantizer, fast-scan",
        "IwFd": "IVF Flat without duplicates", "IwSq": "IVF scalar quantizer", "IwSQ": "IVF scalar quantizer",
        "IwPQ": "IVF product quantizer", "IwQR": "IVF product quantizer with refinement",
        "IwPf": "IVF product quantizer, fast-scan",
        "IHNf": "HNSW over Flat", "IHNs": "HNSW over a scalar quantizer", "IHNp": "HNSW over a product quantizer",
        "IHN2": "HNSW over a 2-level quantizer", "IH00": "HNSW", "IHNc": "HNSW CAGRA", "IHc2": "HNSW CAGRA",
        "IHfP": "HNSW Panorama", "INSf": "NSG over Flat", "INSp": "NSG over a product quantizer",
        "INSs": "NSG over a scalar quantizer", "INNf": "NNDescent", "IxPT": "pre-transform", "IxMp": "IDMap",
        "IxM2": "IDMap2", "IxRF": "refinement", "IxRP": "refinement, Panorama", "IwIQ": "independent quantizer",
        "Imiq": "multi-index quantizer", "Ix2L": "2-level quantizer", "IBxF": "binary Flat", "IBwF": "binary IVF",
        "IBHf": "binary HNSW", "IBHc": "binary HNSW CAGRA", "IBMp": "binary IDMap", "IBM2": "binary IDMap2",
        "IxHe": "LSH", "IxLa": "lattice", "IxRq": "residual quantizer", "IxLS": "local search quantizer",
        "IwRQ": "IVF residual quantizer", "IwLS": "IVF local search quantizer", "IwSh": "IVF spectral hash",
        "Ixrq": "RaBitQ", "Ixrr": "RaBitQ", "Irfn": "RaBitQ, fast-scan", "Irfs": "RaBitQ, fast-scan",
        "Iwrq": "IVF RaBitQ", "Iwrr": "IVF RaBitQ", "Iwrn": "IVF RaBitQ, fast-scan", "IxFP": "Flat Panorama",
        "IxFp": "Flat Panorama", "IwPn": "IVF Panorama", "IwP2": "IVF Panorama", "IxEe": "EDEN", "IwEe": "IVF EDEN",
        "null": "no index at all",
    ]
}
