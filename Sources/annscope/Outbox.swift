import ArgumentParser
import Foundation
import WireProtocol

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
    /// Rows of a matrix that wait, all of one length, as little-endian float32s.
    private var packed = Data()
    private var packedRows = 0
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
        print(try await send(query))
    }

    /// Pushes a row of a matrix: its floats as they are, without a detour through decimal numbers.
    mutating func push(row: [Float]) async throws {
        for value in row { withUnsafeBytes(of: value.bitPattern.littleEndian) { packed.append(contentsOf: $0) } }
        packedRows += 1
        if packedRows == batch { try await flush() }
    }

    /// Sends what waits for its batch to be full.
    mutating func flush() async throws {
        if batch == 1, packedRows == 1 {
            let vector = packed.base64EncodedString()
            (packed, packedRows) = (Data(), 0)
            return print(try await send(["vector": vector]))
        }
        if packedRows > 0 {
            let many: [String: Any] = [
                "vectors": packed.base64EncodedString(), "dimension": packed.count / 4 / packedRows,
                "count": packedRows,
            ]
            (packed, packedRows) = (Data(), 0)
            try await send(many: many)
        }
        if !vectors.isEmpty {
            let many = ["vectors": vectors]
            vectors = []
            try await send(many: many)
        }
    }

    private mutating func send(many: [String: Any]) async throws {
        let answer = try await send(many)
        guard case .array(let results)? = answer["results"] else {
            throw CleanExit.failure("the daemon answered a batch with \(answer)")
        }
        var failed = 0
        for result in results {
            if result["error"] != nil { failed += 1 }
            print(result)
        }
        if failed > 0 { throw CleanExit.failure("\(failed) of \(results.count) searches failed; their lines say why") }
    }

    private mutating func send(_ query: [String: Any]) async throws -> JSONValue {
        sent += 1
        var body = query.merging(parameters) { $1 }
        if let key { body["key"] = numbersKeys ? "\(key)/\(sent)" : key }
        do { return try await pusher.push(body) } catch let error as DaemonSession.Refusal {
            throw CleanExit.failure(error.message)
        }
    }

    private func print(_ result: JSONValue) {
        FileHandle.standardOutput.write(Data(result.encoded() + [UInt8(ascii: "\n")]))
    }
}
