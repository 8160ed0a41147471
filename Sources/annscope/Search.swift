import AnnscopeDaemon
import ArgumentParser
import Foundation
import IndexFiles
import VectorSearch

struct Search: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Search an index file with no daemon running, exactly as its library would.")

    @OptionGroup var input: FileOptions

    @Option(help: "Search with the stored vector of this label.")
    var label: String?

    @Option(help: "Search with this vector: a JSON array of numbers.")
    var vector: String?

    @Option(help: ArgumentHelp("Search with this query of the sidecar, from 0.", valueName: "N"))
    var queryNumber: Int?

    @Option(name: .customLong("k"), help: "Results wanted.")
    var k = 5

    @Option(name: .customLong("ef"), help: "hnswlib's ef (efSearch), usearch's expansion.")
    var efSearch: Int?

    @Option(help: "Faiss's nprobe.")
    var nprobe: Int?

    @Option(help: "Annoy's search_k.")
    var searchK: Int?

    @Flag(help: "Faiss HNSW: search with queues that grow (search_bounded_queue = false).")
    var unbounded = false

    @Flag(help: "Faiss HNSW: don't check relative distances (check_relative_distance = false).")
    var noRelativeCheck = false

    @OptionGroup var filters: FilterOptions

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Search with each of these sets of parameters, and print the results side by side, such as --compare 'ef=6' 'ef=50 k=10'. Keys: k, ef, nprobe, search_k, bounded, relative.",
            valueName: "parameters"))
    var compare: [String] = []

    @Flag(inversion: .prefixedNo, help: "Find the exact neighbours, too, and tell how many of them were found.")
    var exact = true

    @Flag(help: "Print every step.")
    var trace = false

    @Flag(help: "Print the steps as a summary: expansions, cells and stops, and how many distances lie between them.")
    var summary = false

    @Flag(help: "Print JSON: results, counters, recall and, with --trace or --summary, the steps as columns.")
    var json = false

    func run() throws {
        do {
            let index = try OfflineIndex(path: input.file, hints: input.hints)
            let vector = try index.vector(of: try query())
            var parameters = SearchParameters(k: k, efSearch: efSearch, nprobe: nprobe, searchK: searchK)
            parameters.isQueueBounded = !unbounded
            parameters.checksRelativeDistance = !noRelativeCheck
            let sets = try (compare.isEmpty ? [""] : compare).map { try ParameterSet($0, over: parameters) }
            let searches = try sets.map { set in
                try index.search(
                    vector, set.parameters, filter: filters.filter, detail: summary ? .summary : .full, isExact: exact)
            }
            if json {
                print(try text(of: searches, sets))
            } else {
                for line in lines(of: searches, sets) { print(line) }
            }
        } catch let error as IndexFileError {
            throw CleanExit.failure(error.description)
        } catch let error as SearchError {
            throw CleanExit.failure(error.description)
        } catch let error as SidecarError {
            throw CleanExit.failure(error.description)
        } catch let error as FilterError {
            throw CleanExit.failure("--filter \(error)")
        }
    }

    private func lines(of searches: [OfflineSearch], _ sets: [ParameterSet]) -> [String] {
        let withSteps = trace || summary
        if compare.isEmpty {
            return searches.flatMap { $0.summary + $0.breakdown + (withSteps ? $0.descent : []) }
        }
        let comparison = SearchComparison(zip(sets, searches).map { ($0.name, $1) })
        return comparison.lines
            + zip(sets, searches).flatMap { withSteps ? ["", $0.name] + $1.breakdown + $1.descent : [] }
    }

    private func text(of searches: [OfflineSearch], _ sets: [ParameterSet]) throws -> String {
        let reports = searches.map { SearchReport($0, withTrace: trace || summary) }
        if compare.isEmpty { return try SearchReport.encoded(reports[0]) }
        return try SearchReport.encoded(
            zip(sets, reports).map { SearchReport.Compared(parameters: $0.name, search: $1) })
    }

    private func query() throws -> OfflineIndex.Query {
        switch (label, vector, queryNumber) {
        case (let label?, nil, nil):
            guard let number = VectorLabel(label) else { throw ValidationError("--label must be a whole number") }
            return .label(number)
        case (nil, let vector?, nil):
            guard let components = try? JSONDecoder().decode([Float].self, from: Data(vector.utf8)) else {
                throw ValidationError("--vector must be a JSON array of numbers, such as '[0.1, 0.2]'")
            }
            return .vector(components)
        case (nil, nil, let number?): return .prepared(number)
        default: throw ValidationError("say what to search for: one of --label, --vector and --query-number")
        }
    }
}

extension CleanExit {
    /// Ends with a message on standard error and status 1.
    static func failure(_ message: String) -> ExitCode {
        FileHandle.standardError.write(Data("annscope: \(message)\n".utf8))
        return ExitCode.failure
    }
}
