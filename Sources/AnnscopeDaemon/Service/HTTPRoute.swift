internal import SocketService
internal import WireProtocol

/// What a path asks for, which methods it takes, and who may ask.
enum HTTPRoute: Equatable {
    /// A file of the page.
    case page(path: String)
    /// The process answers.
    case health
    /// The files that were there at the start have been read.
    case ready
    case metrics
    case indexes
    /// One search, or many.
    case search(index: String)
    /// A picture of an index; the index's name and the file's, which both may hold slashes.
    case media(path: String)

    private static let searchPrefix = "/api/v1/indexes/"
    private static let searchSuffix = "/search"
    private static let mediaPrefix = "/media/"

    init(path: String) {
        switch path {
        case "/healthz": self = .health
        case "/readyz": self = .ready
        case "/metrics": self = .metrics
        case "/api/v1/indexes": self = .indexes
        default:
            if let index = path.rest(after: Self.searchPrefix), index.hasSuffix(Self.searchSuffix) {
                self = .search(index: String(index.dropLast(Self.searchSuffix.count)))
            } else if let file = path.rest(after: Self.mediaPrefix) {
                self = .media(path: file)
            } else {
                self = .page(path: path)
            }
        }
    }

    var methods: [HTTPRequest.Method] {
        if case .search = self { [.post] } else { [.get, .head] }
    }

    /// What one must be allowed to do; nil is open to all: the page asks for a token itself, and probes have none.
    func role(_ access: DaemonConfiguration.Access) -> Role? {
        switch self {
        case .page, .health, .ready: nil
        case .metrics:
            switch access.metrics {
            case .anyone: nil
            case .viewer: .viewer
            case .publisher: .publisher
            }
        case .indexes, .media: .viewer
        case .search: .publisher
        }
    }
}
