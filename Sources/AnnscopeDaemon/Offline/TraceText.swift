internal import IndexFiles
internal import VectorSearch

/// The steps of a search as a story, a line each, indented by stage and layer.
struct TraceText {
    let index: IndexFile
    let header: TraceHeader
    /// What is known of a vector; nil where there is nothing.
    let caption: (UInt32) -> String?

    func lines(_ events: [TraceEvent]) -> [String] {
        var lines: [String] = []
        let replay = TraceReplay(header, events, id: order)
        var stage = -1
        var layer: Int16 = -1
        for (place, event) in events.enumerated() {
            replay.move(to: place + 1)
            let number = Int(event.flags & TraceEvent.stageMask)
            if number != stage {
                stage = number
                layer = -1
                lines.append(
                    number < header.stages.count ? TraceBreakdown.title(header.stages[number]) : "stage \(number)")
            }
            if event.layer != layer, event.layer >= 0, event.kind != .stop {
                layer = event.layer
                lines.append("  layer \(layer)")
            }
            // The end belongs to the stage as a whole.
            let depth = event.kind == .stop ? 1 : layer >= 0 ? 2 : 1
            lines.append(
                String(repeating: "  ", count: depth + (isDetail(event) ? 1 : 0)) + words(event) + departures(replay))
        }
        return lines
    }

    /// What orders equal distances.
    private func order(_ node: UInt32) -> VectorLabel {
        switch header.algorithm {
        case .hnswlib, .hnswlibFlat,
            .faissIVF where node < index.count:
            index.label(node)
        default: VectorLabel(node)
        }
    }

    /// What lost its place at the latest step to something nearer.
    private func departures(_ replay: TraceReplay) -> String {
        replay.departures.reduce("") { words, departure in
            guard case .displaced = departure.cause else { return words }
            return words
                + (departure.queue == .candidates
                    ? "  (candidate \(departure.node) is dropped)" : "  (\(departure.node) is evicted)")
        }
    }

    /// Steps that belong to what was begun by one before.
    private func isDetail(_ event: TraceEvent) -> Bool {
        switch event.kind {
        case .keep, .reject, .tally, .rescore: true
        default: false
        }
    }

    private func words(_ event: TraceEvent) -> String {
        // In a tree it is how near the query is to a node at best, by which nodes wait.
        let distance = event.distance.isNaN ? "" : "  \(isTree(event) ? "priority " : "")\(event.distance)"
        switch event.kind {
        case .enter:
            return event.to == TraceEvent.none ? "begin" : "enter at node \(event.to)\(distance)\(note(event))"
        case .keep: return "keep \(event.to)\(distance)\(note(event))"
        case .reject: return "\(event.distance.isNaN ? "pass over" : "reject") \(event.to)\(distance)\(note(event))"
        case .expand: return "read the links of \(event.to)\(distance)"
        case .descend: return "go down at \(event.to)\(distance)"
        case .rank: return "centroid of cell \(event.to)\(distance)"
        case .open: return "open \(isTree(event) ? "leaf" : "cell") \(event.to)\(distance)"
        case .rescore: return "rescore \(event.to)\(distance)\(note(event))"
        case .split: return "split at \(event.to)\(distance)"
        case .tally:
            return "\(TraceBreakdown.count(Int(event.to), "distance")), \(event.from) kept"
        case .stop: return "stop: \(Self.reason(event))"
        }
    }

    private func isTree(_ event: TraceEvent) -> Bool {
        let stage = Int(event.flags & TraceEvent.stageMask)
        return stage < header.stages.count && header.stages[stage].nodes == .tree
    }

    /// What is known of a vector, and why it may not be a result.
    private func note(_ event: TraceEvent) -> String {
        let stage = Int(event.flags & TraceEvent.stageMask)
        guard stage < header.stages.count, header.stages[stage].nodes == .vectors, event.to < index.count else {
            return ""
        }
        let label = index.label(event.to)
        var note = label == VectorLabel(event.to) ? "" : "  (label \(label))"
        note += caption(event.to).map { "  \($0)" } ?? ""
        if event.flags & TraceEvent.notAResult != 0 {
            note += index.isDeleted(event.to) ? "  (deleted)" : "  (left out by the filter)"
        }
        return note
    }

    static func reason(_ event: TraceEvent) -> String {
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
