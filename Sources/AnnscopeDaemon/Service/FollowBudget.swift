/// How many searches are streamed step by step: a person can't follow more, and the steps of thousands of searches
/// would only fill the wires. Whoever is not followed is to be had by `search.trace`.
struct FollowBudget {
    var perSecond: Int
    private var spent: [String: (second: Int, count: Int)] = [:]

    init(perSecond: Int) { self.perSecond = perSecond }

    /// Takes one search of an index from the budget, if there is something left of it in this second.
    mutating func take(_ index: String, at now: Duration) -> Bool {
        let second = Int(now.components.seconds)
        let used = spent[index].map { $0.second == second ? $0.count : 0 } ?? 0
        guard used < perSecond else { return false }
        spent[index] = (second, used + 1)
        return true
    }

    mutating func forget(index: String) { spent[index] = nil }
}
