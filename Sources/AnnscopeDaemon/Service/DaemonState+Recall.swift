internal import IndexFiles
internal import Logging
internal import OrderedCollections
internal import SocketService
internal import VectorSearch
internal import ViewerHub
internal import WireProtocol

extension DaemonState {
    /// Searches wait for a worker: there is no time for anything else.
    private var isBusy: Bool { running.count > configuration.searchWorkers }

    /// Says when there is no room for another answer with exact neighbours.
    func checkRecallQueue() throws(RPCError) {
        guard waitingRecalls < configuration.limits.maxQueuedRecalls else {
            throw RPCError(.busy, "\(waitingRecalls) answers wait for exact neighbours; ask again later")
        }
    }

    /// Answers a search that has finished, now or when its recall is known.
    mutating func measure(_ search: RunningSearch, _ outcome: SearchOutcome, _ reply: Reply) {
        let job = RecallJob(
            search: search.started.search, index: search.job.index, query: search.job.query,
            filter: search.job.filter, outcome: outcome, isRequired: search.exact == true,
            isListed: search.isListed)
        if job.isRequired {
            unmeasured[job.search] = UnmeasuredSearch(asker: search.asker, reply: reply)
        } else {
            answer(search.asker, .success(reply))
            // Of an index that is gone nobody wants to know any more.
            guard search.exact == nil, outcome.isComplete, indexes.entry(named: search.started.index)?.current != nil,
                case .success = search.job.index.truth.neighbours
            else { return }
        }
        recalls.add(job, isBusy: isBusy)
    }

    /// Has the next finished search measured, one at a time.
    mutating func measureNext() {
        guard !isMeasuring, let job = recalls.next(isBusy: isBusy) else { return }
        let queue = queue
        isMeasuring = truths.submit { _ in queue.yield(.recall(job, job.run())) } != nil
    }

    /// Takes what a worker found out about a search.
    mutating func measured(_ job: RecallJob, _ recall: SearchRecall) {
        isMeasuring = false
        var recall = recall
        if case .measured(var measured) = recall, job.isListed {
            measured.skipped = recalls.takeSkipped(job.index.name)
            recall = .measured(measured)
        }
        if case .measured(let measured) = recall {
            metrics.search(job.index.name) { $0.measured(recall: measured.recall) }
        }
        // An index that is gone takes its searches with it.
        if let record = history[job.search] {
            history.add(recall, to: job.search)
            if !record.isListed {
                if case .measured(let measured) = recall {
                    counted.measured(
                        RunningSearch.number(of: job.search), index: record.started.index, recall: measured.recall)
                }
            } else {
                hub.append(SearchEvents.recall(record.started, recall), to: .searches(index: record.started.index))
            }
        }
        if let waiting = unmeasured.removeValue(forKey: job.search) {
            waitingRecalls -= 1
            var members = waiting.reply.members
            members["recall"] = .object(recall.members(labelsAreText: job.index.file.hasWideLabels))
            answer(waiting.asker, .success(Reply(members)))
        }
        feedBatches()
        measureNext()
    }

    /// Prepares the exact neighbours of a settled revision.
    func prepareTruth(_ index: ServedIndex) {
        let memory = memory
        let log = log
        let isAccepted = preparers.submit { _ in
            index.truth.prepare(memory)
            log.debug(
                "exact neighbours", metadata: ["index": "\(index.name)", "bytes": "\(index.truth.codeBytes)"])
        }
        if isAccepted == nil { log.error("too much waits to be prepared", metadata: ["index": "\(index.name)"]) }
    }
}

/// A search that has finished and is answered when its recall is known.
struct UnmeasuredSearch {
    let asker: RunningSearch.Asker
    let reply: Reply
}
