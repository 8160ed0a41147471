internal import Foundation
internal import IndexFiles
internal import Logging
internal import MapLayout
internal import SocketService
internal import VectorSearch
internal import ViewerHub
internal import WireProtocol

extension DaemonState {
    /// Starts a search, or says why not.
    mutating func startSearch(_ name: String, _ request: SearchRequest, for asker: RunningSearch.Asker) throws(RPCError)
    {
        let entry = indexes.entry(named: name)
        guard let index = entry?.current else { throw noSuchIndex(name) }
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
        guard query.count == index.file.dimension else {
            throw RPCError(
                .searchFailed,
                "the query has \(query.count) components, the vectors of \"\(name)\" have \(index.file.dimension)")
        }
        let filter = try plan(request.filter, index)
        let parameters = SearchParameters(request)
        let header: TraceHeader
        do { header = try TraceHeader(index.file, parameters, isFiltered: filter != nil) } catch {
            throw RPCError(.searchFailed, "\"\(name)\": \(error.message)")
        }
        if request.exact == true { try checkRecallQueue() }
        let id = "s\(searchesSoFar + 1)"
        let isFollowed =
            switch request.trace {
            case .full: true
            case .none: false
            case .whenFollowed, .summary: followBudget.take(name, at: uptime)
            }
        let job = SearchJob(
            index: index, query: query, parameters: parameters, filter: filter, header: header,
            // A map of another revision has other nodes.
            map: entry?.mapRevision == index.revision ? entry?.map : nil, places: shownPlaces(of: index),
            detail: TraceRecorder.Detail(request.trace), isStreamed: isFollowed,
            maxTraceEvents: configuration.limits.maxTraceEvents)
        let queue = queue
        guard let ticket = searchers.submit({ job.run($0) { queue.yield(.search(id: id, $0)) } }) else {
            throw RPCError(
                .busy, "\(configuration.limits.maxQueuedSearches) searches are waiting; ask again later")
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
            started: started, job: job, ticket: ticket, asker: asker, exact: request.exact, deadline: deadline)
        // How many nodes a filter allows is known when a worker has made it.
        if filter == nil { hub.append(SearchEvents.started(started), to: .searches(index: name)) }
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
            var steps = StepColumns(events)
            steps.places = places
            hub.append(SearchEvents.steps(search: id, first: first, steps), to: stream)
        case .finished(let finished):
            running[id] = nil
            if let place = finished.place {
                hub.append(
                    SearchEvents.place(search: id, x: Int(place.x), y: Int(place.y), spread: Int(place.spread)),
                    to: stream)
            }
            let message = SearchFinished(search.started, finished, stop: search.stop)
            hub.append(SearchEvents.finished(message), to: stream)
            history.add(
                SearchRecord(
                    started: search.started, index: search.job.index, query: search.job.query, map: search.job.map,
                    finished: finished, stop: message.stop))
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
        // A worker is free again.
        measureNext()
    }

    /// Ends a search that has nothing to show.
    mutating func fail(_ id: String, _ search: RunningSearch, _ error: RPCError) {
        running[id] = nil
        hub.append(SearchEvents.failed(search: id, error), to: .searches(index: search.started.index))
        if search.exact == true { waitingRecalls -= 1 }
        answer(search.asker, .failure(error))
    }

    mutating func answer(_ asker: RunningSearch.Asker, _ result: Result<Reply, RPCError>) {
        switch asker {
        case .viewer(let question): hub.answer(question, result)
        case .http(let request): server.respond(to: request, HTTPResponse(result))
        }
    }

    func noSuchIndex(_ name: String) -> RPCError {
        let known = indexes.names.prefix(20).map { "\"\($0)\"" }.joined(separator: ", ")
        return RPCError(
            .noSuchIndex,
            "there is no index \"\(name.prefix(200))\"; there \(known.isEmpty ? "is none yet" : "are \(known)")")
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
