internal import OrderedCollections
internal import SocketService
internal import VectorSearch
internal import ViewerHub
internal import WireProtocol

extension DaemonState {
    /// Calls a search off that somebody names.
    mutating func cancelSearch(_ id: String) throws(RPCError) -> Reply {
        guard running[id] != nil else {
            throw RPCError(.notFound, "no search \"\(id.prefix(100))\" is running")
        }
        stop(id, .cancelled)
        return Reply(["search": .string(id)])
    }

    /// Ends a search as soon as its worker looks up, or at once when none has begun it.
    private mutating func stop(_ id: String, _ reason: SearchFinished.Stop) {
        guard var search = running[id], search.stop == nil else { return }
        search.stop = reason
        running[id] = search
        search.job.cancellation.cancel()
        guard searchers.withdraw(search.ticket) else { return }
        let words =
            switch reason {
            case .cancelled: "the search was called off while it waited for a worker"
            case .deadline: "the search's time was over while it waited for a worker"
            }
        // Its beginning was not told yet if a filter was to be made first.
        if search.job.filter != nil {
            hub.append(SearchEvents.started(search.started), to: .searches(index: search.started.index))
        }
        fail(id, search, RPCError(.cancelled, words))
    }

    // MARK: Askers that are gone

    mutating func viewerClosed(_ viewer: ViewerID) {
        hub.closed(viewer)
        abandon { $0.isViewer(viewer) }
        abandonErrands(of: viewer)
    }

    mutating func requestAbandoned(_ request: HTTPRequestID) { abandon { $0.isRequest(request) } }

    /// Of a batch whose asker is gone nothing more begins.
    private mutating func abandon(_ isGone: (RunningSearch.Asker) -> Bool) {
        let gone = Set(batches.filter { isGone($0.value.asker) }.keys)
        for number in gone { batches[number] = nil }
        stopUnwanted { asker in
            if case .batch(let number, _) = asker { gone.contains(number) } else { isGone(asker) }
        }
    }

    /// A search whose asker is gone goes on only where its steps are streamed to somebody.
    private mutating func stopUnwanted(_ isGone: (RunningSearch.Asker) -> Bool) {
        for (id, search) in running where isGone(search.asker) {
            let isWatched =
                search.started.isFollowed && hub.hasSubscribers(.searches(index: search.started.index))
            if !isWatched { stop(id, .cancelled) }
        }
    }

    // MARK: Deadlines

    /// Stops the searches whose time is over.
    mutating func stopOverdueSearches(_ now: Duration) {
        for (id, search) in running where search.deadline <= now { stop(id, .deadline) }
    }
}
