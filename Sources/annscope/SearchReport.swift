import AnnscopeDaemon
import Foundation
import VectorSearch
import WireProtocol

/// A search as JSON, its steps as columns. Labels are strings, as they may need more than 53 bits.
struct SearchReport: Encodable {
    struct Hit: Encodable {
        let label: String
        let node: UInt32
        /// Null where it is no number.
        let distance: Float?

        init(_ hit: SearchHit) {
            label = String(hit.label)
            node = hit.node
            distance = hit.distance.isFinite ? hit.distance : nil
        }

        private enum CodingKeys: CodingKey { case label, node, distance }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(label, forKey: .label)
            try container.encode(node, forKey: .node)
            try container.encode(distance, forKey: .distance)
        }
    }

    struct Recall: Encodable {
        /// The share of the exact neighbours that was found; null where nobody can tell.
        let recall: Double?
        let exact, missed: [Hit]?
        /// What they were found among.
        let over: String?
        /// Why nobody can tell.
        let unavailable: String?

        init(_ truth: OfflineSearch.Truth) {
            switch truth {
            case .measured(let found, let basis):
                recall = found.share
                exact = found.exact.map(Hit.init)
                missed = found.missed.map(Hit.init)
                over = basis
                unavailable = nil
            case .unavailable(let reason):
                (recall, exact, missed, over) = (nil, nil, nil, nil)
                unavailable = reason
            }
        }
    }

    /// One of several searches with the same query.
    struct Compared: Encodable {
        let parameters: String
        let search: SearchReport
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
    let recall: Recall?
    let counters: Counters
    /// Wall time without recording.
    let microseconds: Int
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
        results = search.outcome.hits.map(Hit.init)
        recall = search.truth.map(Recall.init)
        transformed = header.isTransformed
        stages = header.stages.map(Stage.init)
        transformedQuery = search.outcome.transformedQuery
        let counted = search.outcome.counters
        counters = Counters(
            distances: counted.distances, expansions: counted.expansions, centroids: counted.centroids,
            lists: counted.lists, listVectors: counted.listVectors, rescored: counted.rescored,
            library: Dictionary(uniqueKeysWithValues: counted.library.map { ($0.name, $0.value) }))
        microseconds = search.microseconds
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

    static func encoded(_ report: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(report), as: UTF8.self)
    }
}
