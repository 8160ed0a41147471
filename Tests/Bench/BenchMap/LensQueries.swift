internal import Foundation
internal import IndexFiles
internal import MapLayout
internal import VectorSearch

/// For each query the nodes of layer 0 that its search evaluated, where a local map draws them, and where the whole map
/// does.
struct LensQueries: Encodable {
    struct Picture: Encodable {
        /// True distances, in the order of the places.
        let distances: [Float]
        let x: [Float]
        let y: [Float]
        let query: [Float]
        let mapX: [UInt16]
        let mapY: [UInt16]
        let mapQuery: [UInt16]
        /// What the local map says of how the nodes lie to one another; see `LocalMap`.
        let stress: Float?
        let neighbours: Float?
        let time: Stopwatch.Time
    }

    private(set) var pictures: [Picture] = []

    /// - Parameter limit: nodes of a picture; those beyond that were evaluated later are left out.
    init(path: String, hints: IndexFileHints, queries: String, efSearch: Int, limit: Int) throws {
        let index = try IndexFile.open(path: path, hints: hints)
        guard let map = IndexMap(of: index) else { preconditionFailure("nobody stopped it") }
        let numbers = try Data(contentsOf: URL(filePath: queries)).withUnsafeBytes {
            Array($0.bindMemory(to: Float.self))
        }
        let searcher = Searcher()
        let buffer = TraceBuffer(capacity: 1 << 16)
        for start in stride(from: 0, to: numbers.count, by: index.dimension) {
            let query = Array(numbers[start..<start + index.dimension])
            var tracer = TraceRecorder(buffer: buffer)
            let outcome = try searcher.search(
                index, query: query, parameters: SearchParameters(k: 10, efSearch: efSearch), tracer: &tracer)
            let evaluated = Array(Self.evaluated(tracer.recorded).prefix(limit))
            let largerIsNearer = outcome.header.largerIsNearer
            let form = DistanceForm(index.metric, largerIsNearer: largerIsNearer)
            guard let place = map.place(evaluated: evaluated, form: form) else { continue }
            let watch = Stopwatch()
            let local = LocalMap(
                index: index, nodes: evaluated.map(\.node), distances: evaluated.map(\.distance), query: query,
                largerIsNearer: largerIsNearer, global: map, place: place)
            let time = watch.time
            let distances = Dictionary(uniqueKeysWithValues: evaluated.map { ($0.node, $0.distance) })
            pictures.append(
                Picture(
                    distances: local.nodes.compactMap { distances[$0] }, x: local.x, y: local.y,
                    query: [local.query.x, local.query.y], mapX: local.nodes.map { map.x[Int($0)] },
                    mapY: local.nodes.map { map.y[Int($0)] }, mapQuery: [place.x, place.y], stress: local.stress,
                    neighbours: local.neighbours, time: time))
        }
    }

    /// Each node once, in the order in which the search came to them.
    private static func evaluated(_ events: UnsafeBufferPointer<TraceEvent>) -> [(node: UInt32, distance: Float)] {
        var seen: Set<UInt32> = []
        return events.compactMap { event in
            guard event.layer == 0, event.to != TraceEvent.none, event.distance.isFinite else { return nil }
            switch event.kind {
            case .enter, .keep, .reject: break
            default: return nil
            }
            return seen.insert(event.to).inserted ? (event.to, event.distance) : nil
        }
    }
}
