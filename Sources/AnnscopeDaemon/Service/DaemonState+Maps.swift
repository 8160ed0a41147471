internal import IndexFiles
internal import Logging
internal import MapLayout
internal import SocketService
internal import ViewerHub
internal import WireProtocol

extension DaemonState {
    // MARK: Making

    /// Has a worker make the map of a revision whose file was read to its end.
    mutating func layOut(_ index: ServedIndex, _ entry: inout IndexCatalogue.Entry) {
        let job = newLayout(index, &entry)
        let queue = queue
        _ = layouts.submit { _ in job.run { queue.yield(.layout(job, $0)) } }
        // The threads may be busy with large maps for long.
        guard let graph = index.file.structure.graph, graph.count > LayoutJob.topNodes,
            entry.shown.map({ !$0.placesAll && $0.revision != index.revision }) ?? true
        else { return }
        _ = errands.submit { _ in job.runMeanwhile { queue.yield(.layout(job, $0)) } }
    }

    /// Has a worker show as much of a map as there is time for while the file is still being read.
    mutating func layOutAtOnce(_ index: ServedIndex, _ entry: inout IndexCatalogue.Entry) {
        let job = newLayout(index, &entry)
        let queue = queue
        // Not behind the whole maps of other files.
        _ = errands.submit { _ in job.runAtOnce { queue.yield(.layout(job, $0)) } }
    }

    /// Has a worker tell the finished map of a revision once more, whose stream holds nothing.
    private mutating func showAgain(_ index: ServedIndex, _ entry: inout IndexCatalogue.Entry) {
        let job = newLayout(index, &entry)
        let queue = queue
        _ = errands.submit { _ in job.runAgain { queue.yield(.layout(job, $0)) } }
    }

    private func newLayout(_ index: ServedIndex, _ entry: inout IndexCatalogue.Entry) -> LayoutJob {
        entry.layout?.cancel()
        if entry.mapRevision != index.revision {
            // How good the old map was matters no more.
            entry.measuring?.cancel()
            entry.measuring = nil
        }
        var previous: LayoutJob.Previous?
        if let map = entry.map, let origin = entry.mapOrigin {
            previous = LayoutJob.Previous(map: map, revision: entry.mapRevision, origin: origin)
        }
        let job = LayoutJob(
            index: index, previous: previous, fullMapNodes: configuration.limits.fullMapNodes, store: maps)
        entry.layout = job
        return job
    }

    /// Takes what a worker reports of a map.
    mutating func layout(_ job: LayoutJob, _ report: LayoutJob.Report) {
        let path = job.index.file.path
        guard var entry = indexes[path], entry.layout === job else { return }
        defer { indexes[path] = entry }
        // Of a file that was written to meanwhile there is no map.
        guard job.index.file.isIntact else {
            job.cancel()
            entry.layout = nil
            endProgress(job.index.name)
            return
        }
        let stream = StreamName.layout(index: job.index.name)
        switch report {
        case .progress(let progress): hub.update(progress, in: stream)
        case .draft(let picture, let events):
            if picture.mayReplace(entry.shown) {
                show(picture, events, job.index.name, &entry)
            } else {
                for event in events where event.key == LayoutEvents.progressKey { hub.update(event, in: stream) }
            }
            if !hub.tiles(of: job.index.name).isEmpty { job.wantTiles() }
        case .finished(let finished):
            entry.layout = nil
            entry.map = finished.map
            entry.mapOrigin = finished.origin
            entry.mapRevision = job.index.revision
            show(finished.picture, finished.events, job.index.name, &entry)
            hub.forget(key: LayoutEvents.progressKey, in: stream)
            measureMap(of: job.index, &entry)
            metrics.index(job.index.name) { $0.mapped(seconds: Double(finished.milliseconds) / 1000) }
            log.info(
                "map",
                metadata: [
                    "index": "\(job.index.name)", "milliseconds": "\(finished.milliseconds)",
                    "source": finished.origin.isStored ? "stored" : "made",
                ])
        case .confirmed:
            entry.layout = nil
            // Under another name the index has another stream.
            if entry.shown == nil { showAgain(job.index, &entry) } else { measureMap(of: job.index, &entry) }
        case .dropped:
            entry.layout = nil
            endProgress(job.index.name)
        }
    }

    // MARK: Showing

    /// Puts a map on its stream: of one that goes on only what is new.
    private mutating func show(
        _ picture: MapPicture, _ events: [StreamEvent], _ name: String, _ entry: inout IndexCatalogue.Entry
    ) {
        let stream = StreamName.layout(index: name)
        if !picture.continues(entry.shown) {
            hub.clear(stream)
            hub.append(picture.started, to: stream)
        }
        for event in events { hub.update(event, in: stream) }
        let older = entry.shown
        entry.shown = picture
        if picture.tiles == nil {
            // Tiles that are a little older are better than none, as long as their nodes are these nodes.
            if let older, older.revision == picture.revision { entry.shown?.tiles = older.tiles }
            if older?.revision != picture.revision { for tile in hub.tiles(of: name) { hub.clear(tile) } }
        } else if let shown = entry.shown {
            for tile in hub.tiles(of: name) { fill(tile, from: shown) }
        }
    }

    /// No map replaces the one that is shown, though one was in the making.
    private mutating func endProgress(_ name: String) {
        let stream = StreamName.layout(index: name)
        guard hub.holds(key: LayoutEvents.progressKey, in: stream) else { return }
        hub.update(LayoutEvents.progress(done: 1, total: 1), in: stream)
    }

    /// Forgets what viewers who come would get of an index's map.
    mutating func clearMap(_ name: String) {
        hub.clear(.layout(index: name))
        for tile in hub.tiles(of: name) { hub.clear(tile) }
    }

    /// A revision that ended before its map was finished leaves the map of the one that answers now.
    mutating func takeBackMap(of ended: ServedIndex, _ entry: inout IndexCatalogue.Entry) {
        entry.layout = nil
        endProgress(entry.name)
        if let shown = entry.shown, shown.revision == ended.revision, entry.mapRevision != ended.revision {
            clearMap(entry.name)
            entry.shown = nil
        }
        guard let current = entry.current else { return }
        if entry.mapRevision != current.revision {
            layOut(current, &entry)
        } else if entry.shown == nil {
            showAgain(current, &entry)
        } else if entry.quality == nil, entry.measuring == nil {
            // The layout that ended had called it off.
            measureMap(of: current, &entry)
        }
    }

    /// Where the nodes of a revision are on a map that is not sent whole.
    func shownPlaces(of index: ServedIndex) -> MapPlaces? {
        indexes.entry(named: index.name)?.shown.flatMap { $0.revision == index.revision ? $0.places : nil }
    }

    // MARK: Tiles

    /// Adds the stream of a tile that a viewer wants to follow, with what is in the tile as far as that is known.
    mutating func followTile(_ question: Question, _ text: String) throws(RPCError) {
        guard let stream = StreamName(text), case .tile(let name, _, _, _) = stream else {
            throw RPCError(.notFound, "there is no stream \"\(text.prefix(200))\"")
        }
        guard let entry = indexes.entry(named: name), let index = entry.current else {
            throw RPCError(.notFound, "there is no stream \"\(text.prefix(200))\": \(noSuchIndex(name).message)")
        }
        let isWhole = entry.shown?.isWhole ?? (index.file.count <= configuration.limits.fullMapNodes)
        guard !isWhole else {
            throw RPCError(
                .notFound, "there is no stream \"\(text.prefix(200))\": this map is sent whole on layout/\(name)")
        }
        hub.addStream(stream, .state)
        if let shown = entry.shown { fill(stream, from: shown) }
        entry.layout?.wantTiles()
        hub.subscribe(question)
    }

    private mutating func fill(_ stream: StreamName, from picture: MapPicture) {
        guard case .tile(_, let zoom, let column, let row) = stream, let tiles = picture.tiles else { return }
        hub.update(
            LayoutEvents.tile(
                tiles.tile(zoom: zoom, column: column, row: row), revision: picture.revision, zoom: zoom,
                column: column, row: row), in: stream)
    }
}
