import AnnscopeDaemon
import ArgumentParser
import Foundation
import IndexFiles

struct Push: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Push searches to a running daemon: everyone who watches sees them.",
        discussion: """
            With - as the last argument, each line of standard input is one search: either a JSON array of numbers, or an object with "vector" or "label" and, \
            if you like, k, efSearch, nprobe, filter, source and subject.
            """)

    @Argument(help: "The index to search.")
    var index: String

    @Argument(help: "- reads searches from standard input, a line of JSON each.")
    var input: String?

    @Option(help: "The daemon's address.")
    var server = "http://127.0.0.1:7700/"

    @Option(help: "Search with this vector: a JSON array of numbers.")
    var vector: String?

    @Option(help: "Search with the stored vector of this label.")
    var label: String?

    @Option(help: "Search with every row of this NumPy file (float32 or float64, one or two dimensions).")
    var npy: String?

    @Option(name: .customLong("k"), help: "Results wanted.")
    var k: Int?

    @Option(name: .customLong("ef"), help: "hnswlib's ef (efSearch), usearch's expansion.")
    var efSearch: Int?

    @Option(help: "Faiss's nprobe.")
    var nprobe: Int?

    @Option(help: "Annoy's search_k.")
    var searchK: Int?

    @OptionGroup var filters: FilterOptions

    @Option(help: "Who asks, shown beside the search.")
    var source: String?

    @Flag(help: "Stream the steps of each search, however many there are.")
    var follow = false

    func run() async throws {
        guard let pusher = SearchPusher(server: server, index: index) else {
            throw ValidationError("--server \(server): it must be an address such as http://127.0.0.1:7700/")
        }
        switch (vector, label, npy, input) {
        case (let vector?, nil, nil, nil): try await push(["vector": try json(vector, "--vector")], to: pusher)
        case (nil, let label?, nil, nil):
            guard VectorLabel(label) != nil else { throw ValidationError("--label must be a whole number") }
            try await push(["label": label], to: pusher)
        case (nil, nil, let npy?, nil):
            let rows: [[Float]]
            do { rows = try NumPyFile.rows(of: npy) } catch { throw CleanExit.failure("\(npy): \(error)") }
            for row in rows { try await push(["vector": row.map(Double.init)], to: pusher) }
        case (nil, nil, nil, "-"?):
            var number = 0
            while let line = readLine() {
                number += 1
                if line.allSatisfy(\.isWhitespace) { continue }
                let value = try json(line, "line \(number)")
                try await push((value as? [String: Any]) ?? ["vector": value], to: pusher)
            }
        default: throw ValidationError("say what to search for: one of --vector, --label, --npy or -")
        }
    }

    private func push(_ query: [String: Any], to pusher: SearchPusher) async throws {
        var body = query
        if let k { body["k"] = k }
        if let efSearch { body["efSearch"] = efSearch }
        if let nprobe { body["nprobe"] = nprobe }
        if let searchK { body["searchK"] = searchK }
        if let filter = filters.json { body["filter"] = filter }
        if let source { body["source"] = source }
        if follow { body["trace"] = "full" }
        do {
            print(try await pusher.push(try JSONSerialization.data(withJSONObject: body)))
        } catch let error as SearchPusher.Failure {
            throw CleanExit.failure(error.message)
        }
    }

    private func json(_ text: String, _ place: String) throws -> Any {
        guard let value = try? JSONSerialization.jsonObject(with: Data(text.utf8)),
            value is [Any] || value is [String: Any]
        else { throw CleanExit.failure("\(place) is no JSON array or object") }
        return value
    }
}
