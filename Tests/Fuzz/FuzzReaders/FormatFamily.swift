import Glibc
import IndexFiles

/// The formats that share a corpus and a dictionary, and what a sidecar would say of their files.
enum FormatFamily: String, CaseIterable {
    case hnswlib
    case faiss
    case faissBinary = "faiss-binary"
    case voyager
    case chroma
    case usearch
    case annoy

    /// `ANNSCOPE_FUZZ_FAMILY`, read once.
    static let chosen: FormatFamily = {
        let name = getenv("ANNSCOPE_FUZZ_FAMILY").map { String(cString: $0) } ?? ""
        guard let family = FormatFamily(rawValue: name) else {
            fatalError("ANNSCOPE_FUZZ_FAMILY is '\(name)'; it is one of \(allCases.map(\.rawValue))")
        }
        return family
    }()

    /// Every input is read with each of these.
    var hints: [IndexFileHints] {
        switch self {
        case .hnswlib: [.init(), .init(metric: .cosine, dimension: Self.corpusDimension)]
        // Its files say neither metric nor dimension.
        case .annoy: Metric.allCases.map { .init(metric: $0, dimension: Self.corpusDimension) }
        case .faiss, .faissBinary, .voyager, .chroma, .usearch: [.init()]
        }
    }

    /// Components of the vectors that `make_corpus.py` writes.
    private static let corpusDimension = 8

    func parse(_ input: [UInt8], hints: IndexFileHints) throws(IndexFileError) -> IndexFile {
        switch self {
        case .chroma:
            let container = ChromaContainer(input)
            let files = [
                "header.bin": container.header, "data_level0.bin": container.level0, "length.bin": container.lengths,
                "link_lists.bin": container.links,
            ]
            return try IndexFile.parse(folder: "fuzz", files: files, hints: hints)
        case .hnswlib, .faiss, .faissBinary, .voyager, .usearch, .annoy:
            return try IndexFile.parse(bytes: input, path: "fuzz", hints: hints)
        }
    }
}
