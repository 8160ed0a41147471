internal import OrderedCollections
internal import WireProtocol

/// Which items a recording needs, as its searches tell, and what to ask the daemon for next. It has no socket and no clock.
///
/// One question is asked at a time, each item of a revision once; what would be too much is left out.
struct ItemQuestions {
    /// What to ask of one index.
    struct Question: Equatable {
        let index: String
        let revision: Int
        let items: [Item]

        var parameters: JSONObject {
            var labels: [JSONValue] = []
            var nodes: [JSONValue] = []
            for item in items {
                switch item {
                case .label(let label): labels.append(label.json(asText: true))
                case .node(let node): nodes.append(.integer(Int64(node)))
                }
            }
            return ["index": .string(index), "labels": .array(labels), "nodes": .array(nodes)]
        }
    }

    enum Item: Hashable {
        case label(WireLabel)
        case node(UInt32)
    }

    private struct Wanted {
        let revision: Int
        /// Waiting ones, and those that were asked for.
        var known: Set<Item> = []
        var waiting: [Item] = []
    }

    private var indexes: OrderedDictionary<String, Wanted> = [:]
    private var waitingCount = 0
    private var knownCount = 0
    private var asked: Question?
    private var refusals = 0
    private var notBefore = Duration.zero
    /// Items that were left out, as too many waited.
    private(set) var leftOut = 0

    private let maxWaiting: Int
    private let maxKnown: Int
    /// In one question: a daemon may take less. Even the longest labels make a message that may come at any pace.
    var maxItems = Self.mostItems

    static let mostItems = 250
    /// What is needed at about the same time is asked for at once.
    private static let gathering = Duration.milliseconds(50)
    private static let refusalWait = Duration.seconds(1)
    private static let longestWait = Duration.seconds(60)
    private static let maxRefusals = 10

    init(maxWaiting: Int = 10_000, maxKnown: Int = 100_000) {
        self.maxWaiting = maxWaiting
        self.maxKnown = maxKnown
    }

    // MARK: What is needed

    /// Takes an event of a search: its query, its results and its exact neighbours are shown by what they are.
    mutating func learn(from event: JSONValue, of index: String) {
        guard let revision = event["revision"]?.offset else { return }
        if let newest = indexes[index]?.revision, newest > revision { return }
        switch event["type"] {
        case .string("search.started")?:
            if let label = event["label"].flatMap({ WireLabel(json: $0) }) { want(.label(label), index, revision) }
        case .string("search.finished")?: want(event["results"], index, revision)
        case .string("search.recall")?: want(event["exact"], index, revision)
        default: break
        }
    }

    private mutating func want(_ hits: JSONValue?, _ index: String, _ revision: Int) {
        guard case .array(let hits)? = hits else { return }
        for hit in hits {
            if let node = hit["node"]?.offset.flatMap({ UInt32(exactly: $0) }) { want(.node(node), index, revision) }
        }
    }

    private mutating func want(_ item: Item, _ index: String, _ revision: Int) {
        if indexes[index]?.revision != revision {
            // Nodes of another revision are other vectors.
            drop(index)
            indexes[index] = Wanted(revision: revision)
        }
        guard indexes[index]?.known.contains(item) == false else { return }
        guard waitingCount < maxWaiting else {
            leftOut += 1
            return
        }
        if knownCount >= maxKnown { forget() }
        indexes[index]?.known.insert(item)
        indexes[index]?.waiting.append(item)
        knownCount += 1
        waitingCount += 1
    }

    private mutating func know(_ item: RecordedItem, of index: String) {
        for name in [Item.label(item.label), .node(item.node)]
        where indexes[index]?.known.insert(name).inserted == true { knownCount += 1 }
    }

    private mutating func drop(_ index: String) {
        guard let wanted = indexes.removeValue(forKey: index) else { return }
        knownCount -= wanted.known.count
        waitingCount -= wanted.waiting.count
    }

    /// Everything is needed once more, as for a new file of the recording.
    mutating func forget() {
        for (name, wanted) in indexes { indexes[name]?.known = Set(wanted.waiting) }
        // What is being asked for is to come still.
        if let asked { indexes[asked.index]?.known.formUnion(asked.items) }
        knownCount = indexes.values.reduce(0) { $0 + $1.known.count }
    }

    // MARK: Questions

    /// How long to wait until `next` is to be called; nil while there is nothing to ask.
    func wait(at now: Duration) -> Duration? {
        guard asked == nil, waitingCount > 0 else { return nil }
        return max(Self.gathering, notBefore - now)
    }

    mutating func next(at now: Duration) -> Question? {
        guard asked == nil, now >= notBefore,
            let (name, wanted) = indexes.elements.first(where: { !$0.value.waiting.isEmpty })
        else { return nil }
        let question = Question(
            index: name, revision: wanted.revision,
            items: Array(wanted.waiting.prefix(max(1, min(maxItems, Self.mostItems)))))
        indexes[name]?.waiting.removeFirst(question.items.count)
        waitingCount -= question.items.count
        asked = question
        return question
    }

    /// Takes the answer to the question.
    ///
    /// - Returns: what is to be recorded.
    mutating func answered(_ result: Result<JSONValue, RPCError>, at now: Duration) -> RecordedItems? {
        guard let question = asked else { return nil }
        switch result {
        case .success(let answer):
            asked = nil
            refusals = 0
            guard let told = RecordedItems(index: question.index, answer: answer) else { return nil }
            // A query is a vector of the index, and mostly a result as well.
            if told.revision == indexes[told.index]?.revision {
                for item in told.items { know(item, of: told.index) }
            }
            return told
        case .failure(let error) where [.tooMany, .busy].contains(error.code) && refusals < Self.maxRefusals:
            refusals += 1
            notBefore = now + min(max(error.retryAfter ?? .zero, Self.refusalWait), Self.longestWait)
            putBack()
        // The index is gone, or can't tell.
        case .failure:
            asked = nil
            refusals = 0
        }
        return nil
    }

    private mutating func putBack() {
        guard let question = asked else { return }
        asked = nil
        guard indexes[question.index]?.revision == question.revision else { return }
        indexes[question.index]?.waiting.insert(contentsOf: question.items, at: 0)
        waitingCount += question.items.count
    }

    // MARK: The connection

    /// The question will not be answered.
    mutating func closed() { putBack() }

    /// - Parameter isSameDaemon: else its revisions are others.
    mutating func opened(isSameDaemon: Bool) {
        refusals = 0
        notBefore = .zero
        if !isSameDaemon { for name in indexes.keys { drop(name) } }
    }
}
