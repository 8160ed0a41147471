internal import WireProtocol

/// The searches of one `search.runMany` on their way: some wait for their turn, some run, some have been answered.
struct SearchBatch {
    let index: String
    /// Who gets all answers at once.
    let asker: RunningSearch.Asker
    private let requests: [SearchRequest]
    private var results: [Result<Reply, RPCError>?]
    /// The first that may not have begun.
    private var next = 0
    private(set) var inFlight = 0
    private(set) var unanswered: Int

    init(_ requests: [SearchRequest], index: String, asker: RunningSearch.Asker) {
        self.index = index
        self.asker = asker
        self.requests = requests
        results = Array(repeating: nil, count: requests.count)
        unanswered = requests.count
    }

    /// Searches that have neither begun nor been answered.
    var waiting: Int { unanswered - inFlight }

    /// The next search to begin; nil when all have.
    var upcoming: (place: Int, request: SearchRequest)? {
        var place = next
        while place < requests.count, results[place] != nil { place += 1 }
        return place < requests.count ? (place, requests[place]) : nil
    }

    mutating func began(_ place: Int) {
        next = place + 1
        inFlight += 1
    }

    /// - Parameter hasBegun: false for a search that was refused before.
    mutating func answer(_ place: Int, _ result: Result<Reply, RPCError>, hasBegun: Bool) {
        guard results[place] == nil else { return }
        // A text takes a fraction of what the tree takes, and is needed anyway.
        results[place] = result.map { Reply(encoded: $0.encoded()) }
        unanswered -= 1
        if hasBegun { inFlight -= 1 }
    }

    /// The answer to the whole, once every search has one.
    var reply: Reply? {
        guard unanswered == 0 else { return nil }
        return Reply(many: results.compactMap { $0 })
    }
}
