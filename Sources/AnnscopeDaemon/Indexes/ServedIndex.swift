internal import IndexFiles

/// An index file and what stands beside it, as read at one moment.
struct LoadedIndex: Sendable {
    let file: IndexFile
    /// The private memory that the file takes; nil while it is mapped.
    let memory: MemoryBudget.Share?
    let sidecar: Sidecar
    let items: ItemTable
    let labels: LabelTable
    let queries: [PreparedQuery]
    let queriesNote: String?
    /// What is odd about the sidecar and the files that it names.
    let sidecarWarnings: [String]

    /// A query that comes with the index, such as a sentence whose vector was computed beforehand.
    struct PreparedQuery: Sendable {
        let text: String?
        let image: String?
        let vector: [Float]
    }

    /// The same with its file at rest, or at least checked.
    func settled(_ file: IndexFile, memory: MemoryBudget.Share?, labels: LabelTable) -> LoadedIndex {
        LoadedIndex(
            file: file, memory: memory, sidecar: sidecar, items: items, labels: labels, queries: queries,
            queriesNote: queriesNote, sidecarWarnings: sidecarWarnings)
    }
}

/// One revision of an index as the daemon serves it. Searches that run on it keep it alive.
final class ServedIndex: Sendable {
    let name: String
    /// From 1, one more with every successful load.
    let revision: Int
    let loaded: LoadedIndex
    let truth: IndexTruth
    let filters: FilterMaker

    init(name: String, revision: Int, loaded: LoadedIndex) {
        self.name = name
        self.revision = revision
        self.loaded = loaded
        truth = IndexTruth(loaded.file)
        filters = FilterMaker(index: loaded.file, items: loaded.items, labels: loaded.labels)
    }

    var file: IndexFile { loaded.file }

    /// The folder that holds the file and what the sidecar names.
    var folder: String {
        guard let slash = file.path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == file.path.startIndex ? "/" : String(file.path[..<slash])
    }

    /// The part of the pictures' paths that all have in common: what lies elsewhere is no picture of this index.
    var mediaPrefix: String? { loaded.sidecar.media.map { String($0.prefix { $0 != "{" }) } }

    func item(node: UInt32) -> IndexItem {
        let sidecar = loaded.sidecar
        var item = IndexItem(label: file.label(node), node: node)
        guard let row = loaded.items.row(String(item.label)) else { return item }
        func value(_ column: String) -> String? { row.first { $0.column == column }?.value }
        item.caption = sidecar.caption.flatMap(value)
        item.category = sidecar.category.flatMap(value)
        if let media = sidecar.media {
            item.picture = row.reduce(media) { $0.replacing("{\($1.column)}", with: $1.value) }
        }
        let shown = [sidecar.caption, sidecar.category] + ItemTable.labelColumns
        item.fields = row.filter { !shown.contains($0.column) }.map { .init(name: $0.column, value: $0.value) }
        return item
    }
}

/// What is known of one vector beside its components.
struct IndexItem: Sendable {
    struct Field: Sendable {
        let name: String
        let value: String
    }

    let label: VectorLabel
    let node: UInt32
    var caption: String?
    var category: String?
    /// Path of the picture, relative to the index's folder.
    var picture: String?
    var fields: [Field] = []
}
