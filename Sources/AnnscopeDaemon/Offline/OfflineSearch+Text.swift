internal import IndexFiles
internal import VectorSearch
internal import WireProtocol

extension OfflineSearch {
    /// Results, recall and cost, a line each.
    public var summary: [String] {
        [title] + filterLines + results + recallLines + cost
    }

    /// What was done in each stage, on each layer and in each cell, a line each.
    public var breakdown: [String] { TraceBreakdown(outcome.header, events).lines }

    /// The steps as a story, a line each.
    public var descent: [String] {
        TraceText(index: index, header: outcome.header, caption: caption).lines(events)
            + (trace.summarisedFrom == nil ? [] : ["there were too many steps: the last ones are put together"])
            + (trace.isTruncated ? ["\(trace.stepCount) steps in all; not every one is here"] : [])
    }

    private var title: String {
        let header = outcome.header
        var asked = "\(header.algorithm.rawValue), k=\(header.k)"
        if header.efSearch > 0 { asked += ", efSearch=\(header.efSearch)" }
        if header.nprobe > 0 { asked += ", nprobe=\(header.nprobe)" }
        if header.searchK > 0 { asked += ", search_k=\(header.searchK)" }
        return "\(index.path): \(asked), \(index.metric.rawValue) over \(index.count) vectors"
    }

    private var filterLines: [String] {
        guard let filter else { return [] }
        let condition = filter.filter.condition.map { ": \($0)" } ?? ""
        let unknown = filter.unknown > 0 ? "; \(filter.unknown) labels are unknown" : ""
        return ["  the filter allows \(filter.allowed) of \(index.count)\(condition)\(unknown)"]
    }

    private var results: [String] {
        var lines = outcome.hits.enumerated().map { line($0.offset + 1, $0.element) }
        if let limit = outcome.limit {
            lines.append("  \(limit)")
        } else if outcome.hits.isEmpty {
            lines.append("  nothing found")
        }
        return lines
    }

    private func line(_ rank: Int, _ hit: SearchHit) -> String {
        "  \(rank). \(hit.label)  distance \(hit.distance)\(caption(hit.node).map { "  \($0)" } ?? "")"
    }

    private var recallLines: [String] {
        switch truth {
        case nil: return []
        case .unavailable(let reason)?: return ["recall unknown: \(reason)"]
        case .measured(let recall, let basis)?:
            let first = "recall@\(outcome.header.k) \(Self.rounded(recall.share)) over \(basis)"
            guard !recall.missed.isEmpty else { return [first] }
            let missed = Set(recall.missed.map(\.node))
            return ["\(first); not found:"]
                + recall.exact.enumerated().filter { missed.contains($0.element.node) }
                .map { line($0.offset + 1, $0.element) }
        }
    }

    private var cost: [String] {
        let counters = outcome.counters
        var parts = [TraceBreakdown.count(counters.distances, "distance")]
        if counters.expansions > 0 {
            let noun = outcome.header.algorithm == .annoy ? "tree node" : "neighbour list"
            parts.append(TraceBreakdown.count(counters.expansions, noun) + " read")
        }
        if counters.lists > 0, outcome.limit == nil {
            parts.append(
                TraceBreakdown.count(counters.lists, "cell") + " scanned with "
                    + TraceBreakdown.count(counters.listVectors, "vector"))
        }
        if counters.rescored > 0 { parts.append("\(counters.rescored) ranked again") }
        let library = counters.library.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
        return [parts.joined(separator: ", ")] + (library.isEmpty ? [] : ["the library's own counters: \(library)"])
            + ["took \(microseconds) µs"]
    }

    /// A share with three digits at most: 0.667, 1.
    static func rounded(_ share: Double) -> String {
        let number = (share * 1000).rounded() / 1000
        return number == number.rounded() ? String(Int(number)) : String(number)
    }
}
