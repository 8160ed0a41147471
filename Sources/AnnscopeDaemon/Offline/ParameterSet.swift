public import VectorSearch

/// Parameters of a search as people write them: `ef=50 nprobe=4`.
public struct ParameterSet: Sendable, Equatable {
    /// As it was written, for people.
    public let name: String
    public let parameters: SearchParameters

    private static let keys = ["bounded", "ef", "k", "nprobe", "relative", "search_k"]

    /// - Parameters:
    ///   - text: `KEY=VALUE`, with spaces or commas between; keys are k, ef, nprobe, search_k, bounded and relative.
    ///   - base: what the text leaves out.
    /// - Throws: `SearchError.invalidParameter`.
    public init(_ text: String, over base: SearchParameters) throws(SearchError) {
        var parameters = base
        let parts = text.split { $0 == " " || $0 == "," }
        for part in parts {
            guard let sign = part.firstIndex(of: "=") else {
                throw SearchError(
                    code: .invalidParameter, message: "\"\(part)\" has no value; write KEY=VALUE, such as ef=50")
            }
            let (key, value) = (String(part[..<sign]), String(part[part.index(after: sign)...]))
            switch key {
            case "k": parameters.k = try Self.number(key, value)
            case "ef": parameters.efSearch = try Self.number(key, value)
            case "nprobe": parameters.nprobe = try Self.number(key, value)
            case "search_k": parameters.searchK = try Self.number(key, value)
            case "bounded": parameters.isQueueBounded = try Self.flag(key, value)
            case "relative": parameters.checksRelativeDistance = try Self.flag(key, value)
            default:
                throw SearchError(
                    code: .invalidParameter,
                    message: "there is no parameter \"\(key)\"; there are \(Self.keys.joined(separator: ", "))")
            }
        }
        name = parts.isEmpty ? "as it is" : parts.joined(separator: " ")
        self.parameters = parameters
    }

    private static func number(_ key: String, _ value: String) throws(SearchError) -> Int {
        guard let number = Int(value) else {
            throw SearchError(code: .invalidParameter, message: "\(key) is \"\(value)\"; it must be a whole number")
        }
        return number
    }

    private static func flag(_ key: String, _ value: String) throws(SearchError) -> Bool {
        switch value {
        case "true", "yes", "1": return true
        case "false", "no", "0": return false
        default:
            throw SearchError(code: .invalidParameter, message: "\(key) is \"\(value)\"; it can be true or false")
        }
    }
}
