internal import Foundation
internal import OrderedCollections
public import WireProtocol

/// The searches of a stream as lines of a terminal: one for each search when it has ended, one for those that were counted.
public struct SearchLines: Sendable {
    fileprivate struct Search {
        let started: JSONValue
        var steps: [String] = []
        var layer = -1
    }

    private let showsSteps: Bool
    private let hasColours: Bool
    /// Searches that have not ended, or whose recall may still come.
    private var searches: OrderedDictionary<String, Search> = [:]
    /// Searches that ended, for those who want so many.
    public private(set) var ended = 0

    /// Beyond this the oldest search is forgotten: its end got lost.
    private static let maxOpen = 1000

    public init(showsSteps: Bool, hasColours: Bool) {
        self.showsSteps = showsSteps
        self.hasColours = hasColours
    }

    /// Takes an event of a stream of searches.
    ///
    /// - Returns: what is to be printed.
    public mutating func apply(_ event: JSONValue) -> [String] {
        guard case .string(let type)? = event["type"] else { return [] }
        if type == "search.counted" { return counted(event) }
        guard case .string(let name)? = event["search"] else { return [] }
        let id = Self.printable(name)
        switch type {
        case "search.started":
            searches[id] = Search(started: event)
            if searches.count > Self.maxOpen { searches.removeFirst() }
        case "search.steps" where showsSteps: searches[id]?.add(event)
        case "search.finished":
            ended += 1
            guard let search = searches[id] else { return [Self.joined([id, words(event)])] }
            // A recall comes later, in a line of its own.
            searches[id]?.steps = []
            return [line(id, search.started, words(event))] + search.steps
        case "search.recall":
            guard searches.removeValue(forKey: id) != nil else { return [] }
            guard let recall = event["recall"]?.number else { return [] }
            let share = "recall \(Self.percent(recall))"
            return ["  \(id)  \(paint(share, recall < 0.9 ? 33 : 32))"]
        case "search.failed":
            ended += 1
            let search = searches.removeValue(forKey: id)
            let reason = event["message"]?.text.map { Self.printable($0, most: 300) } ?? "nobody knows why"
            let words = paint("failed: \(reason)", 31)
            return [search.map { line(id, $0.started, words) } ?? Self.joined([id, words])]
        default: break
        }
        return []
    }

    private func line(_ id: String, _ started: JSONValue, _ rest: String) -> String {
        let header = started["header"]
        let effort = ["efSearch", "nprobe", "searchK"].lazy
            .compactMap { name in header?[name]?.whole.map { (name, $0) } }
            .first { $0.1 > 0 }
        let asked = started["subject"]?["text"]?.text ?? started["label"]?.label.map { "label \($0)" }
        return Self.joined([
            started["at"]?.whole.map(Self.time) ?? "", paint(id, 36),
            started["source"]?.text.map { Self.printable($0) } ?? "-",
            effort.map { "\($0.0)=\($0.1)" } ?? "", header?["k"]?.whole.map { "k=\($0)" } ?? "", rest,
            asked.map { Self.printable($0) } ?? "",
        ])
    }

    private func words(_ finished: JSONValue) -> String {
        let distances = finished["counters"]?["distances"]?.whole.map { "\($0) distances" } ?? ""
        var best = ""
        if case .array(let results)? = finished["results"], let first = results.first {
            best =
                "best \(first["distance"]?.number.map(Self.short) ?? "-") (\(first["label"]?.label.map { Self.printable($0) } ?? "-"))"
        }
        let time = finished["microseconds"]?.whole.map { "\($0) µs" } ?? ""
        let stop = finished["stopped"]?.text.map { paint("stopped: \(Self.printable($0))", 33) } ?? ""
        return Self.joined([distances, time, best, stop])
    }

    private mutating func counted(_ event: JSONValue) -> [String] {
        guard let count = event["count"]?.whole, (1...1_000_000).contains(count) else { return [] }
        ended += count
        let microseconds = (event.column("microseconds") ?? []).filter(\.isFinite).sorted()
        let recalls = (event.column("recall") ?? []).filter(\.isFinite)
        let failed = (event.column("outcome") ?? []).count { $0 == 2 }
        var sources: [String] = []
        if case .array(let names)? = event["sources"] { sources = names.compactMap(\.text).map { Self.printable($0) } }
        let median = microseconds.isEmpty ? "" : "\(microseconds[microseconds.count / 2].whole ?? 0) µs (median)"
        let recall =
            recalls.isEmpty
            ? "" : "recall \(Self.percent(recalls.reduce(0, +) / Double(recalls.count))) of \(recalls.count) measured"
        return [
            Self.joined([
                event["at"]?.whole.map(Self.time) ?? "", paint("+\(count) more searches", 90),
                sources.isEmpty ? "" : sources.prefix(3).joined(separator: ", ") + (sources.count > 3 ? ", …" : ""),
                median, recall, failed > 0 ? paint("\(failed) failed", 31) : "",
            ])
        ]
    }

    // MARK: Words

    private func paint(_ text: String, _ colour: Int) -> String {
        hasColours ? "\u{1B}[\(colour)m\(text)\u{1B}[0m" : text
    }

    private static func joined(_ parts: [String]) -> String { parts.filter { !$0.isEmpty }.joined(separator: "  ") }

    /// Texts of others can't move the cursor or change colours.
    private static func printable(_ text: String, most: Int = 80) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(most).map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
    }

    private static func percent(_ share: Double) -> String { "\((100 * share).whole ?? 0) %" }

    private static func short(_ value: Double) -> String { String(format: "%.5g", value) }

    /// The time of day here.
    private static func time(_ at: Int) -> String {
        var seconds = time_t(at / 1000)
        var parts = tm()
        localtime_r(&seconds, &parts)
        return String(format: "%02d:%02d:%02d.%03d", parts.tm_hour, parts.tm_min, parts.tm_sec, at % 1000)
    }
}

extension SearchLines.Search {
    /// Adds the way down: layers, hops and the end, not each distance.
    fileprivate mutating func add(_ event: JSONValue) {
        guard let kinds = event.column("kind"), let layers = event.column("layer"), let nodes = event.column("to"),
            let distances = event.column("distance"), steps.count < 10_000
        else { return }
        for place in kinds.indices where place < min(layers.count, nodes.count, distances.count) {
            guard let node = nodes[place].whole, let level = layers[place].whole else { continue }
            let distance = distances[place].isFinite ? String(format: "  %.5g", distances[place]) : ""
            if level >= 0, level != layer {
                layer = level
                steps.append("    layer \(layer)")
            }
            let indent = layer >= 0 ? "      " : "    "
            switch kinds[place].whole {
            case 0 where node != Int(UInt32.max): steps.append("\(indent)enter at \(node)\(distance)")
            case 3: steps.append("\(indent)hop to \(node)\(distance)")
            case 4: steps.append("\(indent)down at \(node)\(distance)")
            case 6: steps.append("\(indent)open \(node)\(distance)")
            case 8: steps.append("\(indent)split at \(node)\(distance)")
            default: break
            }
        }
    }
}

extension Double {
    /// The nearest whole number; nil for what no Int holds.
    fileprivate var whole: Int? { Int(exactly: rounded()) }
}

extension JSONValue {
    fileprivate var text: String? { if case .string(let text) = self { text } else { nil } }

    fileprivate var whole: Int? { if case .integer(let number) = self { Int(number) } else { nil } }

    fileprivate var number: Double? {
        switch self {
        case .number(let number): number
        case .integer(let number): Double(number)
        default: nil
        }
    }

    fileprivate var label: String? {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        default: nil
        }
    }

    /// A column in either form; NaN where it has no number.
    fileprivate func column(_ name: String) -> [Double]? {
        if case .array(let values)? = self[name] { return values.map { $0.number ?? .nan } }
        guard let type = self[name]?["dtype"]?.text, let data = self[name]?["data"]?.text else { return nil }
        switch Column(dtype: type, base64: data) {
        case .u8(let values)?: return values.map(Double.init)
        case .i16(let values)?: return values.map(Double.init)
        case .u16(let values)?: return values.map(Double.init)
        case .u32(let values)?: return values.map(Double.init)
        case .f32(let values)?: return values.map(Double.init)
        case nil: return nil
        }
    }
}
