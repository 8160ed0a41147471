import ArgumentParser
import IndexFiles
import WireProtocol

/// Which vectors may be results.
struct FilterOptions: ParsableArguments {
    @Option(
        name: .customLong("filter"),
        help: ArgumentHelp(
            "Only items for which this holds, such as 'category = \"dog\" and year >= 2000'.", valueName: "condition"))
    var condition: String?

    @Option(help: ArgumentHelp("Only vectors with these labels, such as 1,2,3.", valueName: "labels"))
    var allow: LabelList?

    @Option(help: ArgumentHelp("No vectors with these labels.", valueName: "labels"))
    var deny: LabelList?

    /// nil when nothing is asked for.
    var filter: SearchFilter? {
        guard condition != nil || allow != nil || deny != nil else { return nil }
        return SearchFilter(allow: allow?.labels, deny: deny?.labels, condition: condition)
    }

    /// The same as `search.run` takes it.
    var json: [String: Any]? {
        guard filter != nil else { return nil }
        var keys: [String: Any] = [:]
        keys["where"] = condition
        keys["allow"] = allow?.labels.map { String($0) }
        keys["deny"] = deny?.labels.map { String($0) }
        return keys
    }
}

/// Whole numbers with commas between them.
struct LabelList: ExpressibleByArgument {
    let labels: [VectorLabel]

    init?(argument: String) {
        let parts = argument.split(separator: ",").map { $0.filter { !$0.isWhitespace } }
        let labels = parts.compactMap { VectorLabel($0) }
        guard labels.count == parts.count else { return nil }
        self.labels = labels
    }
}
