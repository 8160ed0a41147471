/// One parse: what it reads from, what it was told, and what it has noticed so far.
struct Parsing {
    let files: SourceFiles
    let hints: IndexFileHints
    /// Every part is read and checked, not only what leads to addresses.
    let isChecking: Bool
    var warnings = WarningList()
    /// Header fields in file order, for people.
    var fields: [IndexFile.HeaderField] = []
    /// A label needs more than 53 bits.
    var hasWideLabels = false

    init(files: SourceFiles, hints: IndexFileHints, isChecking: Bool) {
        self.files = files
        self.hints = hints
        self.isChecking = isChecking
    }

    mutating func note(_ name: String, _ value: some CustomStringConvertible) {
        fields.append(.init(name: name, value: value.description))
    }

    /// What was parsed, with the metric that the file stores.
    func indexFile(_ library: IndexFile.Library, _ object: IndexObject) -> IndexFile {
        indexFile(library, object, metric: object.metric, isGuessed: false, reason: "stored in the file")
    }

    func indexFile(
        _ library: IndexFile.Library, _ object: IndexObject, metric: Metric, isGuessed: Bool, reason: String
    ) -> IndexFile {
        IndexFile(
            path: files.path, library: library, object: object, metric: metric, metricIsGuessed: isGuessed,
            metricReason: reason, header: fields, warnings: warnings.all, hasWideLabels: hasWideLabels,
            isChecked: isChecking, files: files.opened)
    }
}
