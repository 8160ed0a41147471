import AnnscopeDaemon
import Foundation
import VectorSearch
import WireProtocol

/// A search as JSON, its steps as columns. Labels are strings, as they may need more than 53 bits.
struct SearchReport: Encodable {
    struct Hit: Encodable {
        let label: String
        let node: UInt32
        let distance: Float
    }

    struct Filter: Encodable {
        /// The condition in one spelling.
        let `where`: String?
        /// Nodes that may be results, and listed labels that no node has.
        let allowed, unknown: Int
    }

    /// As in the protocol's header.
    struct Stage: Encodable {
        let name, nodes, algorithm: String
        let k: Int
        let efSearch: Int?
        let largerIsNearer: Bool
        let bounded: Bool?
        let relativeLimit: Int?

        init(_ stage: TraceHeader.Stage) {
            name = stage.name
            nodes = stage.nodes.rawValue
            algorithm = stage.algorithm.rawValue
            k = stage.k
            efSearch = stage.efSearch > 0 ? stage.efSearch : nil
            largerIsNearer = stage.largerIsNearer
            bounded = stage.algorithm == .faissHNSW ? stage.isQueueBounded : nil
            relativeLimit = stage.algorithm == .faissHNSW ? stage.relativeLimit : nil
        }
    }

    struct Counters: Encodable {
        let distances, expansions, centroids, lists, listVectors, rescored: Int
        /// By the library's own names and rules.
        let library: [String: Int]
    }

    struct Columns: Encodable {
        let kind, flags: [UInt8]
        let layer: [Int16]
        let from, to: [UInt32]
        /// Null where the library computes none.
        let distance: [Float?]
    }

    let algorithm: String
    let k, efSearch, nprobe, searchK: Int
    let bare, largerIsNearer, transformed: Bool
    let stages: [Stage]
    /// What the index within all transforms was asked.
    let transformedQuery: [Float]?
    let filter: Filter?
    let results: [Hit]
    let counters: Counters
    let truncated: Bool
    /// What the search left out.
    let limit: String?
    let columns: Columns?

    init(_ search: OfflineSearch, withTrace: Bool) {
        let header = search.outcome.header
        algorithm = header.algorithm.rawValue
        k = header.k
        efSearch = header.efSearch
        nprobe = header.nprobe
        searchK = header.searchK
        bare = header.bare
        largerIsNearer = header.largerIsNearer
        filter = search.filter.map {
            Filter(where: $0.filter.condition, allowed: $0.allowed, unknown: $0.unknown)
        }
        transformed = header.isTransformed
        stages = header.stages.map(Stage.init)
        transformedQuery = search.outcome.transformedQuery
        results = search.outcome.hits.map { Hit(label: String($0.label), node: $0.node, distance: $0.distance) }
        let counted = search.outcome.counters
        counters = Counters(
            distances: counted.distances, expansions: counted.expansions, centroids: counted.centroids,
            lists: counted.lists, listVectors: counted.listVectors, rescored: counted.rescored,
            library: Dictionary(uniqueKeysWithValues: counted.library.map { ($0.name, $0.value) }))
        truncated = search.isTruncated
        limit = search.outcome.limit
        let events = search.events
        columns =
            withTrace
            ? Columns(
                kind: events.map(\.kind.rawValue), flags: events.map(\.flags), layer: events.map(\.layer),
                from: events.map(\.from), to: events.map(\.to),
                distance: events.map { $0.distance.isFinite ? $0.distance : nil }) : nil
    }

    func encoded() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
