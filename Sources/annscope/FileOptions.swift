public import ArgumentParser
public import IndexFiles

/// The index file and what it can't say itself.
struct FileOptions: ParsableArguments {
    @Argument(help: "An index file written by hnswlib or Faiss.")
    var file: String

    @Option(help: "The metric of an hnswlib file: l2, ip or cosine. Guessed from the vectors' lengths when left out.")
    var metric: Metric?

    @Option(help: "Components of a vector, where the file can't tell.")
    var dimension: Int?

    var hints: IndexFileHints { IndexFileHints(metric: metric, dimension: dimension) }
}

extension Metric: ExpressibleByArgument {}
