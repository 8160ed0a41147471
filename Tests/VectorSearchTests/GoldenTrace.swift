import Foundation
import Testing

@testable import VectorSearch

/// A recorded search of Tests/Golden/traces, which the replays of Swift and JavaScript are tested with.
struct GoldenTrace: Decodable {
    static let folder = Oracle.folder.deletingLastPathComponent().appending(path: "Golden/traces")

    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".json") }.sorted()
    }()

    struct Stage: Decodable {
        let name, nodes, algorithm: String
        let k: Int
        let efSearch, relativeLimit: Int?
        let largerIsNearer: Bool
        let bounded: Bool?
    }

    struct Columns: Decodable {
        let kind, flags: [UInt8]
        let layer: [Int16]
        let from, to: [UInt32]
        let distance: [Float?]
    }

    /// What the independent replay found after some steps.
    struct Checkpoint: Decodable {
        let cursor, stage: Int
        /// Queue, node, cause.
        let left: [[Word]]
        let stages: [StageState]
    }

    struct StageState: Decodable {
        let layer, distances, rescored, leftOut, ranks: Int
        let best: Float?
        let stop: String?
        let candidates, results: [UInt32]
        let route: [[Int]]
        /// Layer, nodes, distances, hops, best.
        let layers: [[Float?]]
        /// Cell, vectors, distances, kept.
        let cells: [[Int]]
        let summarised: Bool
    }

    /// A word or a number, as a word.
    struct Word: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            text = try (try? value.decode(String.self)) ?? String(value.decode(Int.self))
        }
    }

    struct Result: Decodable {
        let node: UInt32
        let distance: Float
    }

    let algorithm: String
    let k, efSearch, nprobe: Int
    let bare, largerIsNearer: Bool
    let stages: [Stage]
    let columns: Columns
    let results: [Result]
    let checkpoints: [Checkpoint]

    static func read(_ name: String) throws -> GoldenTrace {
        try JSONDecoder().decode(GoldenTrace.self, from: Data(contentsOf: folder.appending(path: name)))
    }

    func header() throws -> TraceHeader {
        var header = TraceHeader(
            algorithm: try #require(TraceHeader.Algorithm(rawValue: algorithm)), k: k, efSearch: efSearch,
            nprobe: nprobe, bare: bare, largerIsNearer: largerIsNearer)
        header.stages = try stages.map { stage in
            var made = TraceHeader.Stage(
                name: stage.name, nodes: try #require(TraceHeader.NodeKind(rawValue: stage.nodes)),
                algorithm: try #require(TraceHeader.Algorithm(rawValue: stage.algorithm)), k: stage.k,
                efSearch: stage.efSearch ?? 0, largerIsNearer: stage.largerIsNearer)
            made.isQueueBounded = stage.bounded ?? true
            made.relativeLimit = stage.relativeLimit ?? 0
            return made
        }
        return header
    }

    func events() throws -> [TraceEvent] {
        try columns.kind.indices.map { place in
            TraceEvent(
                try #require(TraceEvent.Kind(rawValue: columns.kind[place])), flags: columns.flags[place],
                layer: columns.layer[place], from: columns.from[place], to: columns.to[place],
                distance: columns.distance[place] ?? .nan)
        }
    }
}
