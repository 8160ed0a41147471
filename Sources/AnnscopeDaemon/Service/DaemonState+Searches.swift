internal import Foundation
internal import IndexFiles
internal import Logging
internal import MapLayout
internal import SocketService
internal import VectorSearch
internal import ViewerHub
internal import WireProtocol

extension DaemonState {
    /// Runs a search somebody asks for, unless its key says that it runs or has run already.
    mutating func runSearch(
        _ name: String, _ request: SearchRequest, for asker: RunningSearch.Asker, of client: String
    ) throws(RPCError) {
        try admit(1, of: client)
        try once(name, [request], for: asker, of: client) { (state, asker) throws(RPCError) in
            try state.startSearch(name, request, for: asker)
        }
    }

    private func tooMany(_ wait: Duration) -> RPCError {
        RPCError(
            .tooMany,
            "more than \(configuration.ingest.ratePerSecond) searches a second are asked for; ask again later",
            retryAfter: wait)
    }

    /// - Throws: `tooMany` when a client asks for more searches than it may.
    mutating func admit(_ count: Int, of client: String) throws(RPCError) {
        guard drainEnds == nil else {
            throw RPCError(.busy, "the daemon is going down; ask again when it is back", retryAfter: .seconds(2))
        }
        guard let wait = limiter.take(count, of: client, at: uptime) else { return }
        metrics.refused("rate")
        throw tooMany(wait)
    }

    /// Searches that wait for a worker, about.
    var waitingSearches: Int { max(0, running.count - configuration.searchWorkers) }

    mutating func busy(_ message: String) -> RPCError {
        metrics.refused("busy")
        return RPCError(.busy, message, retryAfter: pace.wait(for: max(1, waitingSearches / 2)))
    }

    /// Starts a search, or says why not.
    mutating func startSearch(_ name: String, _ request: SearchRequest, for asker: RunningSearch.Asker) throws(RPCError)
    {
        guard let index = indexes.entry(named: name)?.current else { throw noSuchIndex(name) }
        var label: WireLabel?
        let query: [Float]
        switch request.query {
        case .vector(let vector): query = vector
        case .label(let wanted):
            guard let node = index.loaded.labels.node(of: wanted) else {
                throw RPCError(.notFound, "\"\(name)\" has no vector with the label \(wanted)")
            }
            label = wanted
            query = index.file.vectorComponents(node)
        }
        if let obstacle = index.file.searchObstacle { throw RPCError(.searchFailed, "\"\(name)\": \(obstacle)") }
        guard query.count == index.file.dimension else { throw index.wrongDimension(query.count) }
        let filter = try plan(request.filter, index)
        let parameters = SearchParameters(request)
        let header: TraceHeader
        do { header = try TraceHeader(index.file, parameters, isFiltered: filter != nil) } catch {
            throw RPCError(.searchFailed, "\"\(name)\": \(error.message)")
        }
        if request.exact == true { try checkRecallQueue() }
        // Before it takes a place among those that are followed or told one by one.
        guard searchers.hasRoom else {
            throw busy("\(configuration.limits.maxQueuedSearches) searches are waiting; ask again later")
        }
        let id = "s\(searchesSoFar + 1)"
        let isFollowed =
            switch request.trace {
            case .full: true
            case .none: false
            case .whenFollowed, .summary: followBudget.take(name, at: uptime)
            }
        let isListed =
            isFollowed || request.exact == true || request.subject != nil || filter != nil
            || listBudget.take(name, at: uptime)
        let job = SearchJob(
            index: index, query: query, parameters: parameters, filter: filter, header: header,
            map: map(of: index), places: shownPlaces(of: index),
            detail: TraceRecorder.Detail(request.trace), isStreamed: isFollowed,
            maxTraceEvents: configuration.limits.maxTraceEvents)
        let queue = queue
        guard let ticket = searchers.submit({ job.run($0) { queue.yield(.search(id: id, $0)) } }) else {
            throw busy("\(configuration.limits.maxQueuedSearches) searches are waiting; ask again later")
        }
        searchesSoFar += 1
        if request.exact == true { waitingRecalls += 1 }
        let started = SearchStarted(
            search: id, index: name, revision: index.revision, at: Int(Date().timeIntervalSince1970 * 1000),
            source: request.source, label: label, labelsAreText: index.file.hasWideLabels, subject: request.subject,
            isFollowed: isFollowed, header: header.json)
        let milliseconds = request.deadlineMilliseconds ?? configuration.limits.deadlineMilliseconds
        let deadline = uptime + .milliseconds(milliseconds)
        running[id] = RunningSearch(
            started: started, job: job, isListed: isListed, ticket: ticket, asker: asker, exact: request.exact,
            deadline: deadline, askedAt: uptime)
        // How many nodes a filter allows is known when a worker has made it.
        if filter == nil, isListed { hub.append(SearchEvents.started(started), to: .searches(index: name)) }
    }

    private func plan(_ filter: SearchFilter?, _ index: ServedIndex) throws(RPCError) -> FilterPlan? {
        guard let filter else { return nil }
        do {
            return try index.filters.plan(filter, limits: configuration.limits)
        } catch {
            throw RPCError(.invalidParams, "\"filter\" \(error)")
        }
    }

    /// Takes what a worker reports of a search.
    mutating func searched(_ id: String, _ report: SearchJob.Report) {
        guard var search = running[id] else { return }
        let stream = StreamName.searches(index: search.started.index)
        switch report {
        case .filtered(let filter):
            search.started.filter = filter
            running[id] = search
            hub.append(SearchEvents.started(search.started), to: stream)
        case .steps(let events, let first, let places):
            guard search.started.isFollowed else { return }
            if !search.hasSteps {
                running[id]?.hasSteps = true
                metrics.firstSteps(after: (uptime - search.askedAt) / .seconds(1))
            }
            var steps = StepColumns(events)
            steps.places = places
            hub.append(SearchEvents.steps(search: id, first: first, steps), to: stream)
        case .finished(let finished):
            running[id] = nil
            pace.finished(at: uptime)
            let answered = (uptime - search.askedAt) / .seconds(1)
            metrics.search(search.started.index) { metrics in
                metrics.finished(
                    search.stop == nil ? .complete : .stopped, seconds: Double(finished.microseconds) / 1e6,
                    distances: finished.outcome.counters.distances)
                metrics.answered(after: answered)
            }
            let message = SearchFinished(search.started, finished, stop: search.stop)
            if search.isListed {
                if let place = finished.place {
                    hub.append(
                        SearchEvents.place(search: id, x: Int(place.x), y: Int(place.y), spread: Int(place.spread)),
                        to: stream)
                }
                hub.append(SearchEvents.finished(message), to: stream)
            } else {
                count(SearchCounted.Row(search, finished, stop: message.stop), search.started.index)
            }
            // What is gone meanwhile is not kept alive by its last searches.
            if let current = indexes.entry(named: search.started.index)?.current,
                search.started.revision >= current.revision - 1, search.started.revision <= current.revision
            {
                history.add(
                    SearchRecord(
                        started: search.started, isListed: search.isListed, index: search.job.index,
                        query: search.job.query, finished: finished, stop: message.stop))
            }
            log.debug(
                "search",
                metadata: [
                    "search": "\(id)", "index": "\(search.started.index)", "microseconds": "\(finished.microseconds)",
                ])
            measure(search, finished.outcome, Reply(message.members))
        case .failed(let error):
            fail(id, search, RPCError(.searchFailed, error.message))
            if error.code == .fileChanged { revisionTorn(search.job.index.file.path, search.job.index) }
        }
        if running[id] == nil { feedBatches() }
        // A worker is free again.
        measureNext()
    }

    /// Ends a search that has nothing to show.
    mutating func fail(_ id: String, _ search: RunningSearch, _ error: RPCError) {
        running[id] = nil
        metrics.search(search.started.index) { $0.failed() }
        if search.isListed {
            hub.append(SearchEvents.failed(search: id, error), to: .searches(index: search.started.index))
        } else {
            count(SearchCounted.Row(failed: search), search.started.index)
        }
        if search.exact == true { waitingRecalls -= 1 }
        answer(search.asker, .failure(error))
        feedBatches()
    }

    mutating func answer(_ asker: RunningSearch.Asker, _ result: Result<Reply, RPCError>) {
        switch asker {
        case .viewer(let question): hub.answer(question, result)
        case .http(let request): server.respond(to: request, HTTPResponse(result))
        case .batch(let number, let place): answerBatch(number, place, result)
        case .keyed(let entry): answerAll(entry, result)
        }
    }

    func noSuchIndex(_ name: String) -> RPCError {
        let known = indexes.names.prefix(20).map { "\"\($0)\"" }.joined(separator: ", ")
        return RPCError(
            .noSuchIndex,
            "there is no index \"\(name.prefix(200))\"; there \(known.isEmpty ? "is none yet" : "are \(known)")")
    }
}

extension ServedIndex {
    func wrongDimension(_ count: Int) -> RPCError {
        RPCError(
            .searchFailed, "the query has \(count) components, the vectors of \"\(name)\" have \(file.dimension)")
    }
}

extension SearchParameters {
    fileprivate init(_ request: SearchRequest) {
        self.init(k: request.k, efSearch: request.efSearch, nprobe: request.nprobe, searchK: request.searchK)
        isQueueBounded = request.isQueueBounded ?? true
        checksRelativeDistance = request.checksRelativeDistance ?? true
    }
}

extension TraceRecorder.Detail {
    fileprivate init?(_ trace: SearchRequest.Trace) {
        switch trace {
        case .whenFollowed, .full: self = .full
        case .summary: self = .summary
        case .none: return nil
        }
    }
}
