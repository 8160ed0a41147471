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

    @Option(name: .customLong("k"), help: "Results wanted.")
    var k = 5

    @Option(name: .customLong("ef"), help: "hnswlib's ef (efSearch), usearch's expansion.")
    var efSearch: Int?

    @Option(help: "Faiss's nprobe.")
    var nprobe: Int?

    @Option(help: "Annoy's search_k.")
    var searchK: Int?

    @OptionGroup var filters: FilterOptions

    @Flag(help: "Faiss HNSW: search with queues that grow (search_bounded_queue = false).")
    var unbounded = false

    @Flag(help: "Faiss HNSW: don't check relative distances (check_relative_distance = false).")
    var noRelativeCheck = false

    @Flag(help: "Print every step.")
    var trace = false

    @Flag(help: "Print the steps as a summary: expansions, cells and stops, and how many distances lie between them.")
    var summary = false

    @Flag(help: "Print JSON: results, counters and, with --trace, the steps as columns.")
    var json = false

    func run() throws {
        let search: OfflineSearch
        do {
            var parameters = SearchParameters(k: k, efSearch: efSearch, nprobe: nprobe, searchK: searchK)
            parameters.isQueueBounded = !unbounded
            parameters.checksRelativeDistance = !noRelativeCheck
            search = try OfflineSearch.run(
                path: input.file, hints: input.hints, query: try query(), parameters: parameters,
                filter: filters.filter, detail: summary ? .summary : .full)
        } catch let error as IndexFileError {
            throw CleanExit.failure(error.description)
        } catch let error as SearchError {
            throw CleanExit.failure(error.description)
        } catch let error as SidecarError {
            throw CleanExit.failure(error.description)
        } catch let error as FilterError {
            throw CleanExit.failure("--filter \(error)")
        }
        if json {
            print(try SearchReport(search, withTrace: trace || summary).encoded())
        } else {
            for line in search.summary + (trace || summary ? search.descent : []) { print(line) }
        }
    }

    private func query() throws -> OfflineSearch.Query {
        switch (label, vector) {
        case (let label?, nil):
            guard let number = VectorLabel(label) else { throw ValidationError("--label must be a whole number") }
            return .label(number)
        case (nil, let vector?):
            guard let components = try? JSONDecoder().decode([Float].self, from: Data(vector.utf8)) else {
                throw ValidationError("--vector must be a JSON array of numbers, such as '[0.1, 0.2]'")
            }
            return .vector(components)
        default: throw ValidationError("say what to search for: either --label or --vector")
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
