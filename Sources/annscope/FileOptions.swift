public import ArgumentParser
public import IndexFiles

/// The index file and what it can't say itself.
struct FileOptions: ParsableArguments {
    @Argument(help: "An index file, or a folder of Chroma's.")
    var file: String

    @Option(
        help:
            "The metric, where the file does not say: l2, ip or cosine (hnswlib), angular, euclidean, manhattan, dot or hamming (Annoy)."
    )
    var metric: Metric?

    @Option(help: "Components of a vector, where the file can't tell.")
    var dimension: Int?

    var hints: IndexFileHints { IndexFileHints(metric: metric, dimension: dimension) }
}

extension Metric: ExpressibleByArgument {
    public init?(argument: String) { self.init(named: argument) }
}
