/// The streams of a daemon, by name.
public enum StreamName: Sendable, Hashable {
    /// State: the newest `index.*` event of each index.
    case indexes
    /// State: the map of an index.
    case layout(index: String)
    /// State: the nodes of a square of a map that is not sent whole. At a zoom the map is cut into 2^zoom columns and as
    /// many rows, counted from place 0. There only while somebody follows it.
    case tile(index: String, zoom: Int, column: Int, row: Int)
    /// Replay: the searches on an index and their steps.
    case searches(index: String)

    /// The finest tiles are 16 map units wide.
    public static let zooms = 0...12

    private static let layouts = "layout/"
    private static let searches = "searches/"
    private static let tiles = "tiles"

    /// - Returns: nil for what names no stream, such as a tile outside of the map.
    public init?(_ text: String) {
        if text == "indexes" {
            self = .indexes
        } else if let rest = text.rest(after: Self.layouts) {
            // From the end, as the name of an index may hold slashes. One that itself ends like a tile has no map stream.
            let parts = rest.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
                .map(Substring.init)
            guard parts.count > 4, parts[parts.count - 4] == Self.tiles else {
                self = .layout(index: rest)
                return
            }
            let numbers = parts.suffix(3).compactMap(Self.number)
            guard numbers.count == 3, Self.zooms.contains(numbers[0]) else { return nil }
            let across = 0..<(1 << numbers[0])
            guard across.contains(numbers[1]), across.contains(numbers[2]) else { return nil }
            self = .tile(
                index: parts.dropLast(4).joined(separator: "/"), zoom: numbers[0], column: numbers[1], row: numbers[2])
        } else if let index = text.rest(after: Self.searches) {
            self = .searches(index: index)
        } else {
            return nil
        }
    }

    public var text: String {
        switch self {
        case .indexes: "indexes"
        case .layout(let index): Self.layouts + index
        case .tile(let index, let zoom, let column, let row):
            "\(Self.layouts)\(index)/\(Self.tiles)/\(zoom)/\(column)/\(row)"
        case .searches(let index): Self.searches + index
        }
    }

    /// A whole number as `text` writes it: each stream has one name.
    private static func number(_ text: Substring) -> Int? { Int(text).flatMap { String($0) == text ? $0 : nil } }
}
