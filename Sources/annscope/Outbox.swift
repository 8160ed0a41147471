import ArgumentParser
import Foundation

/// Searches on their way to a daemon, some of them together, and their results printed in order, a line each.
struct Outbox {
    let pusher: SearchPusher
    /// What every search has, over what it says itself.
    let parameters: [String: Any]
    let key: String?
    /// Vectors of one request.
    let batch: Int
    /// There are several searches: each needs a key of its own.
    var numbersKeys = false
    private var vectors: [Any] = []
    private var sent = 0

    init(pusher: SearchPusher, parameters: [String: Any], key: String?, batch: Int) {
        self.pusher = pusher
        self.parameters = parameters
        self.key = key
        self.batch = batch
    }

    mutating func push(_ query: [String: Any]) async throws {
        if batch > 1, query.count == 1, let vector = query["vector"] {
            vectors.append(vector)
            if vectors.count == batch { try await flush() }
            return
        }
        // The results stay in the order of the searches.
        try await flush()
        let answer = try await send(query)
        try print(line: answer)
    }

    /// Sends what waits for its batch to be full.
    mutating func flush() async throws {
        guard !vectors.isEmpty else { return }
        let answer = try await send(["vectors": vectors])
        vectors = []
        guard let object = try? JSONSerialization.jsonObject(with: answer) as? [String: Any],
            let results = object["results"] as? [[String: Any]]
        else { throw CleanExit.failure("the daemon answered a batch with \(String(decoding: answer, as: UTF8.self))") }
        var failed = 0
        for result in results {
            if result["error"] != nil { failed += 1 }
            try print(
                line: JSONSerialization.data(withJSONObject: result, options: [.sortedKeys, .withoutEscapingSlashes]))
        }
        if failed > 0 { throw CleanExit.failure("\(failed) of \(results.count) searches failed; their lines say why") }
    }

    private mutating func send(_ query: [String: Any]) async throws -> Data {
        sent += 1
        var body = query.merging(parameters) { $1 }
        if let key { body["key"] = numbersKeys ? "\(key)/\(sent)" : key }
        do {
            return try await pusher.push(try JSONSerialization.data(withJSONObject: body))
        } catch let error as SearchPusher.Failure {
            throw CleanExit.failure(error.message)
        }
    }

    private func print(line: Data) throws { FileHandle.standardOutput.write(line + Data("\n".utf8)) }
}
