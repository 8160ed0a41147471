import Glibc

/// What comes from outside and is no index file: from the wire, beside an index, or with a command. Each has a corpus and
/// a dictionary.
enum InputFamily: String, CaseIterable {
    /// A WebSocket message, and the body of an HTTP search.
    case message
    /// What a viewer says in one connection, a line each.
    case conversation
    /// Values of HTTP headers, a line each.
    case http
    case sidecar
    case queries
    case items
    case filter
    case npy
    /// A line of a recording.
    case recording

    /// `ANNSCOPE_FUZZ_FAMILY`, read once.
    static let chosen: InputFamily = {
        let name = getenv("ANNSCOPE_FUZZ_FAMILY").map { String(cString: $0) } ?? ""
        guard let family = InputFamily(rawValue: name) else {
            fatalError("ANNSCOPE_FUZZ_FAMILY is '\(name)'; it is one of \(allCases.map(\.rawValue))")
        }
        return family
    }()

    func exercise(_ input: [UInt8]) {
        switch self {
        case .message: MessageUse.exercise(input)
        case .conversation: ConversationUse.exercise(input)
        case .http: HeaderUse.exercise(input)
        case .sidecar: CompanionUse.exercise(sidecar: input)
        case .queries: CompanionUse.exercise(queries: input)
        case .items: CompanionUse.exercise(items: input)
        case .filter: FilterUse.exercise(input)
        case .npy: CompanionUse.exercise(npy: input)
        case .recording: CompanionUse.exercise(recording: input)
        }
    }
}
