internal import IndexFiles
internal import MapLayout
internal import OrderedCollections
internal import VectorSearch
internal import WireProtocol

extension TraceHeader {
    var json: JSONObject {
        [
            "algorithm": .string(algorithm.rawValue), "k": .integer(Int64(k)), "efSearch": .integer(Int64(efSearch)),
            "nprobe": .integer(Int64(nprobe)), "bare": .bool(bare), "largerIsNearer": .bool(largerIsNearer),
            "transformed": .bool(isTransformed), "stages": .array(stages.map { .object($0.json) }),
        ]
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
    init(_ started: SearchStarted, _ finished: SearchJob.Finished) {
        self.init(
            search: started.search, index: started.index, revision: started.revision,
            results: finished.outcome.hits.map { SearchResult(label: $0.label, node: $0.node, distance: $0.distance) },
            labelsAreText: started.labelsAreText, counters: finished.outcome.counters.json,
            microseconds: finished.microseconds, events: finished.eventCount, isTruncated: finished.isTruncated,
            limit: finished.outcome.limit)
    }
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
    /// A stored search with all its recorded steps.
    init(traceOf record: SearchRecord, _ mode: ColumnMode) {
        var keys = SearchFinished(record.started, record.finished).members
        keys["started"] = .object(record.started.members)
        keys["place"] = record.finished.place.map {
            ["x": .integer(Int64($0.x)), "y": .integer(Int64($0.y)), "spread": .integer(Int64($0.spread))]
        }
        self.init(
            keys, columns: StepColumns(record.finished.events).named, nestedIn: "columns", mode: mode)
    }

    /// The vectors that a search evaluated, and the query, in their own first two principal components.
    init?(projectionOf record: SearchRecord, maxNodes: Int, _ mode: ColumnMode) {
        var seen: Set<UInt32> = []
        var nodes: [UInt32] = []
        for event in record.finished.events
        where event.measuresVector && nodes.count < maxNodes && seen.insert(event.to).inserted {
            nodes.append(event.to)
        }
        guard let projection = LocalProjection(index: record.index.file, nodes: nodes, query: record.query) else {
            return nil
        }
        self.init(
            [
                "search": .string(record.started.search), "method": "pca",
                "explained": .number(Double(projection.explained)),
                "query": ["x": .number(Double(projection.query.x)), "y": .number(Double(projection.query.y))],
                "note": "projected: the first two principal components of the vectors that this search evaluated",
            ], columns: ["node": .u32(nodes), "x": .f32(projection.x), "y": .f32(projection.y)], mode: mode)
    }
}
