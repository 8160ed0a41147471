/// The files that have a part in one index.
struct IndexParts: Equatable, Sendable {
    /// The files that must be there: the index file itself, or those of a folder that is one index.
    var content: [String]
    /// The sidecar first, then the companions that the index keeps its lists in.
    var beside: [String]

    /// The names under which Chroma's hnswlib keeps one index in a folder of its own.
    static let folderNames: Set<String> = ["header.bin", "data_level0.bin", "length.bin", "link_lists.bin"]

    /// An index that is one file.
    init(file: String) {
        content = [file]
        beside = [file + IndexWatcher.sidecarSuffix]
    }

    /// An index that is a folder. Its sidecar stands beside the folder, as with a file.
    init(folder: String) {
        content = Self.folderNames.sorted().map { FileListing.join(folder, $0) }
        beside = [folder + IndexWatcher.sidecarSuffix]
    }

    /// The index's stamp as the files are now, or nil when a file is missing that must be there.
    func stamp() -> IndexStamp? {
        var stamps: [FileStamp] = []
        for path in content {
            guard let stamp = FileStamp(path: path) else { return nil }
            stamps.append(stamp)
        }
        return IndexStamp(content: stamps, beside: beside.map { FileStamp(path: $0) ?? .absent })
    }
}
