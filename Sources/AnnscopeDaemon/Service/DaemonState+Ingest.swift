internal import Foundation
internal import IndexFiles
internal import OrderedCollections
internal import ViewerHub
internal import WireProtocol

/// Many searches at once, and the same one again.
extension DaemonState {
    // MARK: Keys

    /// Does what a key asks for once: the same key again is answered with the same answer.
    ///
    /// - Parameter begin: starts it for the asker it is given.
    mutating func once(
        _ name: String, _ requests: [SearchRequest], for asker: RunningSearch.Asker, of client: String,
        _ begin: (inout DaemonState, RunningSearch.Asker) throws(RPCError) -> Void
    ) throws(RPCError) {
        guard let key = requests.first?.key else { return try begin(&self, asker) }
        var hasher = Hasher()
        hasher.combine(name)
        // They differ in what is searched for alone; a filter may be long.
        hasher.combine(requests.first)
        for request in requests { hasher.combine(request.query) }
        let entry = IngestLedger<RunningSearch.Asker>.Entry(client: client, key: key)
        switch ledger.ask(entry, fingerprint: hasher.finalize(), asker, at: uptime) {
        case .waits: return
        case .answered(let text): answer(asker, .success(Reply(encoded: text)))
        case .conflict:
            throw RPCError(.conflict, "the key \"\(key)\" was used for a request with other parameters")
        case .crowded: throw busy("too many wait for the request with the key \"\(key)\"")
        case .run:
            do throws(RPCError) {
                try begin(&self, .keyed(entry))
            } catch {
                // Nothing has run; the asker is told by who called.
                _ = ledger.finished(entry, nil, at: uptime)
                throw error
            }
        }
    }

    /// Answers all who sent a key.
    mutating func answerAll(_ entry: IngestLedger<RunningSearch.Asker>.Entry, _ result: Result<Reply, RPCError>) {
        var result = result
        var text: [UInt8]?
        if case .success(let reply) = result {
            let encoded = reply.encoded()
            text = encoded
            result = .success(Reply(encoded: encoded))
        }
        for asker in ledger.finished(entry, text, at: uptime) { answer(asker, result) }
    }

    // MARK: Batches

    /// Runs a batch that somebody asks for: all of it, or nothing.
    mutating func runSearches(
        _ name: String, _ requests: [SearchRequest], for asker: RunningSearch.Asker, of client: String
    ) throws(RPCError) {
        guard let index = indexes.entry(named: name)?.current else { throw noSuchIndex(name) }
        try admit(requests.count, of: client)
        try once(name, requests, for: asker, of: client) { (state, asker) throws(RPCError) in
            try state.startBatch(index, requests, for: asker)
        }
    }

    private mutating func startBatch(
        _ index: ServedIndex, _ requests: [SearchRequest], for asker: RunningSearch.Asker
    ) throws(RPCError) {
        guard waitingSearches < configuration.limits.maxQueuedSearches else {
            throw busy("\(waitingSearches) searches are waiting; ask again later")
        }
        let waiting = batches.values.reduce(0) { $0 + $1.waiting }
        guard waiting + requests.count <= configuration.ingest.maxWaitingInBatches else {
            throw busy("\(waiting) searches of other batches are waiting; ask again later, or for fewer at once")
        }
        var batch = SearchBatch(requests, index: index.name, asker: asker)
        // Vectors that fit no index need not wait, nor be kept.
        for (place, request) in requests.enumerated() {
            if case .vector(let vector) = request.query, vector.count != index.file.dimension {
                batch.answer(place, .failure(index.wrongDimension(vector.count)), hasBegun: false)
            }
        }
        if let reply = batch.reply { return answer(asker, .success(reply)) }
        batchesSoFar += 1
        batches[batchesSoFar] = batch
        feedBatches()
    }

    /// Hands searches of batches to the workers: so few at once that the searches of others hardly wait for them, a search
    /// of each batch in turn.
    mutating func feedBatches() {
        let share = 2 * configuration.searchWorkers
        // Those that only wait to be measured hold no worker.
        var inFlight: Int {
            running.values.count { if case .batch = $0.asker { true } else { false } }
        }
        var turns = Array(batches.keys)
        while !turns.isEmpty, inFlight < share {
            let number = turns.removeFirst()
            guard let batch = batches[number], let (place, request) = batch.upcoming else { continue }
            do throws(RPCError) {
                try startSearch(batch.index, request, for: .batch(number, place: place))
                batches[number]?.began(place)
                // To the end of the line: a call mostly has room for one search.
                if let begun = batches.removeValue(forKey: number) { batches[number] = begun }
            } catch  where error.code == .busy {
                // There is room again when some search ends, or is measured; other batches may not need the same room.
                continue
            } catch {
                batches[number]?.answer(place, .failure(error), hasBegun: false)
                finishBatch(number)
            }
            turns.append(number)
        }
    }

    /// Takes the answer of a search of a batch.
    mutating func answerBatch(_ number: Int, _ place: Int, _ result: Result<Reply, RPCError>) {
        batches[number]?.answer(place, result, hasBegun: true)
        finishBatch(number)
    }

    private mutating func finishBatch(_ number: Int) {
        guard let batch = batches[number], let reply = batch.reply else { return }
        batches[number] = nil
        answer(batch.asker, .success(reply))
    }

    // MARK: Counted searches

    mutating func count(_ row: SearchCounted.Row, _ index: String) {
        counted.add(row, index: index, at: uptime)
    }

    /// Tells the searches that were gathered for long enough.
    mutating func tellCounted(at now: Duration) {
        for (index, rows) in counted.due(at: now) {
            let event = SearchCounted(rows: rows, at: Int(Date().timeIntervalSince1970 * 1000))
            hub.append(SearchEvents.counted(event), to: .searches(index: index))
        }
    }
}
