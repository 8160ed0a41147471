extension FourCC {
    /// What an index object of this name is, for the names that Faiss 1.6 to 1.15 writes; nil for all others.
    var indexName: String? { FourCC.indexNames[self] }

    /// What an inverted-lists object of this name is.
    var listsName: String? { FourCC.listsNames[self] }

    /// What a transform of this name is.
    var transformName: String? { FourCC.transformNames[self] }

    private static let listsNames: [FourCC: String] = [
        "il00": "no inverted lists at all", "ilar": "lists in the file", "ilod": "lists in another file (OnDisk)",
        "ilbl": "block lists (fast-scan)", "ilpn": "Panorama lists", "ilp2": "Panorama lists",
    ]

    private static let transformNames: [FourCC: String] = [
        "LTra": "linear transform", "rrot": "random rotation", "Pcam": "PCA", "PcAm": "PCA", "PCAm": "PCA",
        "Viqm": "ITQ matrix", "Viqt": "ITQ", "VNrm": "L2 normalisation", "VCnt": "centring",
        "RmDT": "remapped dimensions",
        "HRot": "Hadamard rotation",
    ]

    private static let indexNames: [FourCC: String] = [
        "IxF2": "Flat L2", "IxFI": "Flat inner product", "IxFl": "Flat", "IwFl": "IVF Flat",
        "IvFL": "IVF Flat of Faiss before 1.6", "IvFl": "IVF Flat of Faiss before 1.6",
        "IxSQ": "scalar quantizer", "IxPq": "product quantizer", "IxPQ": "product quantizer",
        "IxPo": "product quantizer", "IPfs": "product quantizer, fast-scan",
        "IwFd": "IVF Flat without duplicates", "IwSq": "IVF scalar quantizer", "IwSQ": "IVF scalar quantizer",
        "IvSQ": "IVF scalar quantizer of Faiss before 1.6", "IvPQ": "IVF product quantizer of Faiss before 1.6",
        "IvQR": "IVF product quantizer with refinement of Faiss before 1.6",
        "IwPQ": "IVF product quantizer", "IwQR": "IVF product quantizer with refinement",
        "IwPf": "IVF product quantizer, fast-scan",
        "IHNf": "HNSW over Flat", "IHNs": "HNSW over a scalar quantizer", "IHNp": "HNSW over a product quantizer",
        "IHNr": "HNSW over RaBitQ",
        "IHN2": "HNSW over a 2-level quantizer", "IH00": "HNSW", "IHNc": "HNSW CAGRA", "IHc2": "HNSW CAGRA",
        "IHfP": "HNSW Panorama", "INSf": "NSG over Flat", "INSp": "NSG over a product quantizer",
        "INSs": "NSG over a scalar quantizer", "INNf": "NNDescent", "IxPT": "pre-transform", "IxMp": "IDMap",
        "IxM2": "IDMap2", "IxRF": "refinement", "IxRP": "refinement, Panorama",
        "IwIQ": "IVF with an independent quantizer",
        "Imiq": "multi-index quantizer", "Ix2L": "2-level quantizer", "IBxF": "binary Flat", "IBwF": "binary IVF",
        "IBHf": "binary HNSW", "IBHc": "binary HNSW CAGRA", "IBMp": "binary IDMap", "IBM2": "binary IDMap2",
        "IBFf": "binary index over a float index", "IBHh": "binary hash", "IBHm": "binary multi-hash",
        "IxHe": "LSH", "IxHE": "LSH", "IxLa": "lattice",
        "IxRq": "additive quantizer", "IxRQ": "additive quantizer", "IxLS": "additive quantizer (local search)",
        "IxPR": "additive quantizer (product residual)", "IxPL": "additive quantizer (product local search)",
        "ImRQ": "additive coarse quantizer", "ImLS": "additive coarse quantizer",
        "ILfs": "additive quantizer, fast-scan", "IRfs": "additive quantizer, fast-scan",
        "IPRf": "additive quantizer, fast-scan", "IPLf": "additive quantizer, fast-scan",
        "IVLf": "IVF additive quantizer, fast-scan", "IVRf": "IVF additive quantizer, fast-scan",
        "NPLf": "IVF additive quantizer, fast-scan", "NPRf": "IVF additive quantizer, fast-scan",
        "IwRQ": "IVF additive quantizer", "IwLS": "IVF additive quantizer (local search)",
        "IwPL": "IVF additive quantizer (product local search)", "IwPR": "IVF additive quantizer (product residual)",
        "IwSh": "IVF spectral hash", "IRMf": "row-wise min-max", "IRMh": "row-wise min-max",
        "Ixrq": "RaBitQ", "Ixrr": "RaBitQ", "Irfn": "RaBitQ, fast-scan", "Irfs": "RaBitQ, fast-scan",
        "Iwrq": "IVF RaBitQ", "Iwrr": "IVF RaBitQ", "Iwrn": "IVF RaBitQ, fast-scan", "Iwrs": "IVF RaBitQ, fast-scan",
        "IxFP": "Flat Panorama", "IxFp": "Flat Panorama", "IwPn": "IVF Panorama", "IwP2": "IVF Panorama",
        "IxEe": "EDEN", "IxEd": "EDEN", "IwEe": "IVF EDEN", "IwEd": "IVF EDEN", "ISVD": "Intel SVS",
        "ISVF": "Intel SVS",
        "ISVL": "Intel SVS", "ISIV": "Intel SVS", "ILVQ": "Intel SVS", "null": "no index at all",
    ]
}
