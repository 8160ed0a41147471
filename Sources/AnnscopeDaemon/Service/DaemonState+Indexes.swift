internal import IndexFiles
internal import IndexWatching
internal import Logging
internal import SocketService
internal import ViewerHub
internal import WireProtocol

extension DaemonState {
    mutating func fileChanged(_ path: String) {
        var entry =
            indexes[path]
            ?? IndexCatalogue.Entry(
                name: indexes.freeName(IndexCatalogue.name(of: path, below: configuration.paths), for: path))
        if entry.isLoading {
            entry.isStale = true
        } else {
            entry.isLoading = true
            entry.loadBegan = uptime
            let loader = IndexLoader(
                maxFileBytes: configuration.maxFileBytes, directBytes: configuration.directFileBytes, budget: memory)
            let queue = queue
            let isAccepted = loaders.submit { _ in
                let result: Result<LoadedIndex, IndexFileError>
                do throws(IndexFileError) {
                    result = .success(try loader.load(path: path) { queue.yield(.loading(path: path, $0)) })
                } catch {
                    result = .failure(error)
                }
                queue.yield(.loaded(path: path, result))
            }
            // The watcher follows fewer files than the queue is long; if it ever is full, the next change loads.
            if isAccepted == nil {
                entry.isLoading = false
                log.error("too many files wait to be read", metadata: ["path": "\(path)"])
            }
        }
        indexes[path] = entry
    }

    mutating func fileRemoved(_ path: String) {
        guard let entry = indexes[path] else { return }
        entry.layout?.cancel()
        entry.measuring?.cancel()
        entry.current?.truth.abandon()
        indexes[path] = nil
        guard entry.current != nil || entry.error != nil else { return }
        log.info("gone", metadata: ["index": "\(entry.name)", "path": "\(path)"])
        retire(entry.name)
    }

    /// Tells that an index of this name is there no more.
    private mutating func retire(_ name: String) {
        hub.forget(key: IndexEvents.progressKey(name), in: .indexes)
        hub.append(IndexEvents.removed(name: name), to: .indexes, isEnd: true)
        clearMap(name)
        hub.retire(.layout(index: name))
        hub.retire(.searches(index: name))
        history.forget(index: name)
        recalls.forget(index: name)
        followBudget.forget(index: name)
        listBudget.forget(index: name)
        metrics.forget(index: name)
    }

    /// A large file can be searched already; what it holds is still being checked.
    mutating func opened(_ path: String, _ loaded: LoadedIndex) {
        guard var entry = indexes[path] else { return }
        entry.revisions += 1
        let index = serve(loaded, path, &entry)
        layOutAtOnce(index, &entry)
        indexes[path] = entry
    }

    mutating func settling(_ path: String, _ done: Int, _ total: Int) {
        guard let entry = indexes[path], entry.isLoading else { return }
        hub.append(IndexEvents.progress(name: entry.name, phase: "checking", done: done, total: total), to: .indexes)
    }

    mutating func loaded(_ path: String, _ result: Result<LoadedIndex, IndexFileError>) {
        // The file may be gone by now.
        guard var entry = indexes[path] else { return }
        entry.isLoading = false
        let isStale = entry.isStale
        entry.isStale = false
        if entry.isOpened {
            hub.append(IndexEvents.progress(name: entry.name, phase: "checking", done: 1, total: 1), to: .indexes)
        }
        switch result {
        case .success(let loaded):
            // What was opened before keeps its revision: its nodes, labels and vectors are the same.
            if !entry.isOpened { entry.revisions += 1 }
            let index = serve(loaded, path, &entry)
            entry.settled = index
            let seconds = (uptime - entry.loadBegan) / .seconds(1)
            metrics.index(index.name) { $0.loaded(seconds: seconds) }
            watcher.follow(companions: index.file.companions, of: path)
            layOut(index, &entry)
            prepareTruth(index)
        case .failure(let error):
            // A companion that is missing or broken may come, or come right.
            if error.path != path, error.path.rest(after: path + "/") == nil {
                watcher.follow(companions: [error.path], of: path)
            }
            refuse(error, path, &entry)
        }
        indexes[path] = entry
        if isStale { fileChanged(path) }
    }

    private mutating func serve(
        _ loaded: LoadedIndex, _ path: String, _ entry: inout IndexCatalogue.Entry
    ) -> ServedIndex {
        let name = indexes.freeName(
            loaded.sidecar.name ?? IndexCatalogue.name(of: path, below: configuration.paths), for: path)
        if name != entry.name, entry.current != nil || entry.error != nil {
            retire(entry.name)
            entry.shown = nil
        }
        let isNew = entry.current == nil || name != entry.name
        entry.name = name
        entry.error = nil
        let index = ServedIndex(name: name, revision: entry.revisions, loaded: loaded)
        entry.current?.truth.abandon()
        entry.current = index
        metrics.index(name) { _ in }
        hub.addStream(.layout(index: name), .state)
        hub.addStream(.searches(index: name), .replay)
        let summary = IndexSummary(index)
        hub.append(isNew ? IndexEvents.loaded(summary) : IndexEvents.changed(summary), to: .indexes)
        let facts: Logger.Metadata = [
            "index": "\(name)", "revision": "\(index.revision)", "vectors": "\(index.file.count)", "path": "\(path)",
            "kind": "\(index.file.object.kind)", "mapped": "\(index.file.isMapped)",
        ]
        if index.file.isChecked {
            log.info("loaded", metadata: facts)
            for warning in summary.warnings { log.warning("\(warning)", metadata: ["index": "\(name)"]) }
        } else {
            log.info("opened", metadata: facts)
        }
        return index
    }

    // MARK: Revisions that end

    /// Looks after the mapped files: one that was written to holds no revision any more.
    mutating func dropTornRevisions() {
        for (path, entry) in indexes.entries {
            if let current = entry.current, !current.file.isIntact { revisionTorn(path, current) }
        }
    }

    /// Ends a revision whose file was written to while it was mapped. The watcher brings the next one.
    mutating func revisionTorn(_ path: String, _ index: ServedIndex) {
        guard var entry = indexes[path], entry.current === index else { return }
        refuse(
            IndexFileError(
                code: .changedWhileReading, path: path,
                message: "the file was written to while it was mapped, which ends revision \(index.revision) and its "
                    + "searches; the new content is read once its writer has finished"), path, &entry)
        indexes[path] = entry
    }

    private mutating func refuse(_ error: IndexFileError, _ path: String, _ entry: inout IndexCatalogue.Entry) {
        // A watched folder holds other files too. One that was an index, or that the operator named, is meant as one.
        let isMeant = entry.current != nil || configuration.paths.contains(path)
        guard error.code != .unrecognised || isMeant else {
            log.debug("no index", metadata: ["path": "\(path)"])
            return
        }
        guard error.code != .unreadable || isMeant || entry.error != nil else { return }
        entry.error = error.description
        metrics.index(entry.name) { $0.failed() }
        // A revision that could not be settled, or whose file is another by now, answers no more.
        if let current = entry.current, !current.file.isChecked || !current.file.isIntact {
            entry.layout?.cancel()
            entry.current = entry.settled.flatMap { $0.file.isIntact ? $0 : nil }
            if entry.current !== entry.settled { entry.settled = entry.current }
            takeBackMap(of: current, &entry)
        }
        log.error("\(error)", metadata: ["index": "\(entry.name)"])
        hub.append(
            IndexEvents.failed(
                name: entry.name, path: path, code: error.code.description, message: error.message,
                offset: error.offset, field: error.field,
                keeps: entry.current.map { IndexSummary($0, error: error.description) }), to: .indexes)
    }
}
