import ArgumentParser
import IndexFiles

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Say what an index file is, and what is odd about it.")

    @OptionGroup var input: FileOptions

    func run() throws {
        let index: IndexFile
        do {
            index = try IndexFile.open(path: input.file, hints: input.hints)
        } catch {
            throw CleanExit.failure(error.description)
        }
        print("\(index.path): \(index.library.rawValue), \(index.count) vectors of \(index.dimension) components")
        print("metric \(index.metric.rawValue)\(index.metricIsGuessed ? " (guessed)" : ""): \(index.metricReason)")
        switch index.structure {
        case .hnsw(let graph):
            for (level, nodes) in graph.nodesPerLevel.enumerated().reversed() {
                print("layer \(level): \(nodes) nodes")
            }
            print("deleted: \(graph.deletedCount)")
        case .ivf(let lists):
            let sizes = (0..<lists.nlist).map { lists.size(of: $0) }.sorted()
            print(
                "\(lists.nlist) cells, sizes \(sizes[0]) to \(sizes[lists.nlist - 1]), median \(sizes[lists.nlist / 2]), \(sizes.count { $0 == 0 }) empty"
            )
        case .flat: print("one after the other, no structure")
        }
        for field in index.header { print("  \(field.name) = \(field.value)") }
        for warning in index.warnings {
            print("warning: \(warning.field)\(warning.offset.map { " at byte \($0)" } ?? ""): \(warning.message)")
        }
    }
}
