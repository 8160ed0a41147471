internal import IndexFiles
internal import VectorSearch
internal import WireProtocol

extension OfflineSearch {
    /// Results and cost, a line each.
    public var summary: [String] {
        let header = outcome.header
        var lines: [String] = []
        var asked = "\(header.algorithm.rawValue), k=\(header.k)"
        if header.efSearch > 0 { asked += ", efSearch=\(header.efSearch)" }
        if header.nprobe > 0 { asked += ", nprobe=\(header.nprobe)" }
        if header.searchK > 0 { asked += ", search_k=\(header.searchK)" }
        lines.append("\(index.path): \(asked), \(index.metric.rawValue) over \(index.count) vectors")
        if let filter {
            let condition = filter.filter.condition.map { ": \($0)" } ?? ""
            let unknown = filter.unknown > 0 ? "; \(filter.unknown) labels are unknown" : ""
            lines.append("  the filter allows \(filter.allowed) of \(index.count)\(condition)\(unknown)")
        }
        for (rank, hit) in outcome.hits.enumerated() {
            let caption = captions[rank].map { "  \($0)" } ?? ""
            lines.append("  \(rank + 1). \(hit.label)  distance \(hit.distance)\(caption)")
        }
        if let limit = outcome.limit {
            lines.append("  \(limit)")
        } else if outcome.hits.isEmpty {
            lines.append("  nothing found")
        }
        let counters = outcome.counters
        var cost = "\(counters.distances) distances"
        if counters.expansions > 0 { cost += ", \(counters.expansions) neighbour lists read" }
        if counters.lists > 0, outcome.limit == nil {
            cost += ", \(counters.lists) cells scanned with \(counters.listVectors) vectors"
        }
        lines.append(cost)
        return lines
    }

    /// The steps as a story, a line each.
    public var descent: [String] {
        events.map { event in
            let layer = event.layer >= 0 ? "layer \(event.layer): " : ""
            let distance = event.distance.isNaN ? "" : "  \(event.distance)"
            let note = event.flags & TraceEvent.notAResult != 0 ? "  (may not be a result)" : ""
            switch event.kind {
            case .enter:
                return layer + (event.to == TraceEvent.none ? "begin" : "enter at node \(event.to)") + distance + note
            case .keep: return "  \(layer)keep \(event.to)\(distance)\(note)"
            case .reject: return "  \(layer)reject \(event.to)\(distance)\(note)"
            case .expand: return "\(layer)read the links of \(event.to)\(distance)"
            case .descend: return "\(layer)go down at \(event.to)\(distance)"
            case .rank: return "  centroid of cell \(event.to)\(distance)"
            case .open: return "open cell \(event.to)\(distance)"
            case .rescore: return "  rescore \(event.to)\(distance)"
            case .split: return "  split at \(event.to)\(distance)"
            case .tally: return "  \(layer)\(event.to) distances, \(event.from) kept"
            case .stop: return "stop: \(Self.reason(event))"
            }
        }
    }

    private static func reason(_ event: TraceEvent) -> String {
        switch TraceEvent.StopReason(rawValue: event.to) {
        case .exhausted: "no candidate is left"
        case .bound: "the nearest candidate (\(event.from), \(event.distance)) is farther than the worst kept"
        case .complete: "everything to be read was read"
        case .empty: "the index is empty"
        case .cancelled: "called off"
        case .relative: "as many nearer candidates as efSearch were met before \(event.from), \(event.distance)"
        case .budget: "as many candidates as the search is allowed were taken"
        case nil: "unknown reason \(event.to)"
        }
    }
}
