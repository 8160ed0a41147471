import AnnscopeDaemon
import ArgumentParser
import Foundation
import IndexFiles
import WireProtocol

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

    @OptionGroup var daemon: ServerOptions

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

    @Option(
        help: ArgumentHelp(
            "Makes the search one that can be sent again: the daemon runs it once. Of several searches each gets the key and its number.",
            valueName: "text"))
    var key: String?

    @Option(
        help: ArgumentHelp(
            "Send so many vectors in one request, from --npy or standard input; lines with parameters of their own go by themselves.",
            valueName: "N"))
    var batch = 1

    @Flag(help: "Stream the steps of each search, however many there are.")
    var follow = false

    func validate() throws {
        guard (1...WireLimits().maxBatch).contains(batch) else {
            throw ValidationError("--batch \(batch): it can be 1 to \(WireLimits().maxBatch)")
        }
    }

    func run() async throws {
        let pusher = SearchPusher(server: try daemon.socket(), index: index, token: try daemon.token())
        var outbox = Outbox(pusher: pusher, parameters: parameters, key: key, batch: batch)
        switch (vector, label, npy, input) {
        case (let vector?, nil, nil, nil): try await outbox.push(["vector": try json(vector, "--vector")])
        case (nil, let label?, nil, nil):
            guard VectorLabel(label) != nil else { throw ValidationError("--label must be a whole number") }
            try await outbox.push(["label": label])
        case (nil, nil, let npy?, nil):
            let rows: [[Float]]
            do { rows = try NumPyFile.rows(of: npy) } catch { throw CleanExit.failure("\(npy): \(error)") }
            outbox.numbersKeys = rows.count > 1
            for row in rows { try await outbox.push(row: row) }
        case (nil, nil, nil, "-"?):
            outbox.numbersKeys = true
            var number = 0
            while let line = readLine() {
                number += 1
                if line.allSatisfy(\.isWhitespace) { continue }
                let value = try json(line, "line \(number)")
                try await outbox.push((value as? [String: Any]) ?? ["vector": value])
            }
        default: throw ValidationError("say what to search for: one of --vector, --label, --npy or -")
        }
        try await outbox.flush()
    }

    private var parameters: [String: Any] {
        var keys: [String: Any] = [:]
        if let k { keys["k"] = k }
        if let efSearch { keys["efSearch"] = efSearch }
        if let nprobe { keys["nprobe"] = nprobe }
        if let searchK { keys["searchK"] = searchK }
        if let filter = filters.json { keys["filter"] = filter }
        if let source { keys["source"] = source }
        if follow { keys["trace"] = "full" }
        return keys
    }

    private func json(_ text: String, _ place: String) throws -> Any {
        guard let value = try? JSONSerialization.jsonObject(with: Data(text.utf8)),
            value is [Any] || value is [String: Any]
        else { throw CleanExit.failure("\(place) is no JSON array or object") }
        return value
    }
}
