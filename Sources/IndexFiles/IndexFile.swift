/// An index as it stood in its files at one moment.
///
/// A *settled* index lies in private memory that no writer can touch, and all of it was checked. A *mapped* one is there
/// at once, but its writer can change it: whoever hands on what was read from it asks `isIntact` first, and ids that lead
/// on are compared with `count` at each step. See `openMapped`, `settled` and `checkedInPlace`.
public struct IndexFile: Sendable {
    /// Which library wrote the file.
    public enum Library: String, Sendable, Equatable, CaseIterable {
        case hnswlib
        case chroma
        case voyager
        case faiss
        case usearch
        case annoy
    }

    /// The file, or Chroma's folder, as it was named.
    public let path: String
    public let library: Library
    /// The outermost index in the file.
    public let object: IndexObject
    public let metric: Metric
    /// True when the file does not say and nobody told: `metricReason` has the evidence.
    public let metricIsGuessed: Bool
    /// Why this metric: "told by the sidecar", "stored in the file", "all 200 sampled vectors have length 1".
    public let metricReason: String
    /// Header fields in file order, for people: `("maxM0", "12")`, `("quantizer.d", "128")`.
    public let header: [HeaderField]
    public let warnings: [IndexFileWarning]
    /// True when a label needs more than 53 bits, so that JSON numbers can't carry it. False while that is not known.
    public let hasWideLabels: Bool
    /// False while nothing but what leads to addresses was checked.
    public let isChecked: Bool
    /// Where the bytes are, the named file first.
    public let files: [FileBytes]

    public struct HeaderField: Sendable, Equatable {
        public let name: String
        public let value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    public var structure: IndexObject.Structure { object.structure }
    public var vectors: StoredVectors? { object.vectors }
    /// Vectors stored, deleted ones included.
    public var count: Int { object.count }
    /// Components of a query.
    public var dimension: Int { object.dimension }
    /// Bytes of all its files.
    public var byteCount: Int { files.reduce(0) { $0 + $1.count } }
    /// Files that belong to the index beside the named one: their changes are its changes.
    public var companions: [String] { files.map(\.path).filter { $0 != path && !isPart($0) } }

    /// True for a file inside the folder that is the index.
    private func isPart(_ path: String) -> Bool { path.hasPrefix(self.path + "/") }

    /// Tells this content from others that its files had or will have, by what the file system knows of them: device,
    /// inode, size and modification time. Nothing is read for it, and whoever sets a file's time can forge it. nil where
    /// there are no files.
    public var identity: String? {
        let identities = files.compactMap(\.identity)
        return identities.count == files.count ? identities.joined(separator: " ") : nil
    }

    /// True when bytes lie in a mapping that a writer can reach.
    public var isMapped: Bool { files.contains { $0.isMapped } }

    /// False once a mapped file was written to: what is read from it then may be of two contents. Costs a system call a
    /// mapped file.
    public var isIntact: Bool { files.allSatisfy(\.isIntact) }
}

/// What a sidecar or an operator knows about a file and the file itself does not say.
public struct IndexFileHints: Sendable, Equatable {
    public var metric: Metric?
    public var dimension: Int?

    public init(metric: Metric? = nil, dimension: Int? = nil) {
        self.metric = metric
        self.dimension = dimension
    }
}
