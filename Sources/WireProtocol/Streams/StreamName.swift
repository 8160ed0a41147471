/// The streams of a daemon, by name.
public enum StreamName: Sendable, Hashable {
    /// State: the newest `index.*` event of each index.
    case indexes
    /// State: the map of an index.
    case layout(index: String)
    /// Replay: the searches on an index and their steps.
    case searches(index: String)

    public init?(_ text: String) {
        if text == "indexes" {
            self = .indexes
        } else if text.hasPrefix("layout/") {
            self = .layout(index: String(text.dropFirst("layout/".count)))
        } else if text.hasPrefix("searches/") {
            self = .searches(index: String(text.dropFirst("searches/".count)))
        } else {
            return nil
        }
    }

    public var text: String {
        switch self {
        case .indexes: "indexes"
        case .layout(let index): "layout/" + index
        case .searches(let index): "searches/" + index
        }
    }
}
