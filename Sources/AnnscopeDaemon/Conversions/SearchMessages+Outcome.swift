internal import IndexFiles
internal import MapLayout
internal import OrderedCollections
internal import VectorSearch
internal import WireProtocol

extension TraceHeader {
    var json: JSONObject {
        var keys: JSONObject = [
            "algorithm": .string(algorithm.rawValue), "k": .integer(Int64(k)), "efSearch": .integer(Int64(efSearch)),
            "nprobe": .integer(Int64(nprobe)), "bare": .bool(bare), "largerIsNearer": .bool(largerIsNearer),
            "transformed": .bool(isTransformed), "stages": .array(stages.map { .object($0.json) }),
        ]
        if searchK > 0 { keys["searchK"] = .integer(Int64(searchK)) }
        return keys
    }
}

extension TraceHeader.Stage {
    var json: JSONObject {
        var keys: JSONObject = [
            "name": .string(name), "nodes": .string(nodes.rawValue), "algorithm": .string(algorithm.rawValue),
            "k": .integer(Int64(k)), "largerIsNearer": .bool(largerIsNearer),
        ]
        if efSearch > 0 { keys["efSearch"] = .integer(Int64(efSearch)) }
        if algorithm == .faissHNSW {
            keys["bounded"] = .bool(isQueueBounded)
            keys["relativeLimit"] = .integer(Int64(relativeLimit))
        }
        return keys
    }
}

extension SearchCounters {
    var json: JSONObject {
        [
            "distances": .integer(Int64(distances)), "expansions": .integer(Int64(expansions)),
            "centroids": .integer(Int64(centroids)), "lists": .integer(Int64(lists)),
            "listVectors": .integer(Int64(listVectors)), "rescored": .integer(Int64(rescored)),
            "library": .object(JSONObject(uniqueKeysWithValues: library.map { ($0.name, .integer(Int64($0.value))) })),
        ]
    }
}

extension SearchFinished {
    /// - Parameter stop: why it ended, if it ended early.
    init(_ started: SearchStarted, _ finished: SearchJob.Finished, stop: Stop?) {
        self.init(
            search: started.search, index: started.index, revision: started.revision,
            results: finished.outcome.hits.map { SearchResult($0) },
            labelsAreText: started.labelsAreText, counters: finished.outcome.counters.json,
            microseconds: finished.microseconds, events: finished.trace?.stepCount ?? 0,
            summarisedFrom: finished.trace?.summarisedFrom, isTruncated: finished.trace?.isTruncated ?? false,
            stop: finished.outcome.isComplete ? nil : stop ?? .cancelled, limit: finished.outcome.limit)
    }
}

extension SearchResult {
    init(_ hit: SearchHit) { self.init(label: hit.label, node: hit.node, distance: hit.distance) }
}

extension StepColumns {
    init(_ events: some Collection<TraceEvent>) {
        self.init()
        reserveCapacity(events.count)
        for event in events {
            kind.append(event.kind.rawValue)
            flags.append(event.flags)
            layer.append(event.layer)
            from.append(event.from)
            to.append(event.to)
            distance.append(event.distance)
        }
    }
}

extension Reply {
    /// A stored search with all its recorded steps; nil when none were recorded.
    ///
    /// - Parameter places: of the index's nodes, if its map is not sent whole.
    init?(traceOf record: SearchRecord, places: MapPlaces?, _ mode: ColumnMode) {
        guard let trace = record.finished.trace else { return nil }
        var keys = SearchFinished(record.started, record.finished, stop: record.stop).members
        keys["started"] = .object(record.started.members)
        keys["place"] = record.finished.place.map {
            ["x": .integer(Int64($0.x)), "y": .integer(Int64($0.y)), "spread": .integer(Int64($0.spread))]
        }
        keys["transformedQuery"] = record.finished.outcome.transformedQuery.map {
            .array($0.map { .number(Double($0)) })
        }
        keys["recall"] = record.recall.map {
            .object($0.members(labelsAreText: record.started.labelsAreText))
        }
        var steps = StepColumns(trace.events)
        steps.places = places.map { places in
            let outcome = record.finished.outcome
            let visits = NodeVisits()
            visits.begin(count: record.index.file.count)
            visits.results = outcome.hits.map(\.node)
            return visits.newPlaces(trace.events, outcome.header, on: places, of: record.index.file)
        }
        self.init(
            keys, columns: steps.named, nestedIn: "columns",
            beside: [StreamEvent.NamedColumn(name: "query", column: .f32(record.query))], mode: mode)
    }
}
