import Foundation
import IndexFiles
import Testing
import VectorSearch
import WireProtocol

@testable import AnnscopeDaemon

/// What `annscope search` prints. The texts are in `Tests/Golden/texts`; with `ANNSCOPE_WRITE_TEXTS=1` they are written
/// anew, to be read before they are kept.
@Suite("Texts of searches")
struct OfflineTextTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// - Parameter name: of a file among the oracle's, or of the demo's.
    private static func open(_ name: String, dimension: Int? = nil) throws -> OfflineIndex {
        let demo = root.appending(path: "Sources/AnnscopeDaemon/Demo/\(name)")
        let oracle = root.appending(path: "Tests/Oracle/\(name)")
        let isDemo = FileManager.default.fileExists(atPath: demo.path)
        let told = isDemo ? nil : try? metric(of: oracle)
        return try OfflineIndex(
            path: isDemo ? demo.path : oracle.path, hints: IndexFileHints(metric: told, dimension: dimension))
    }

    private static func metric(of oracle: URL) throws -> Metric? {
        let text = try String(
            contentsOf: oracle.deletingPathExtension().appendingPathExtension("json"), encoding: .utf8)
        guard let match = text.prefix(4096).firstMatch(of: /"metric": *"(\w+)"/) else { return nil }
        return Metric(named: String(match.1))
    }

    /// Everything but the time and the folder.
    private func text(_ search: OfflineSearch) -> String {
        let lines = search.summary.filter { !$0.hasPrefix("took ") } + search.breakdown + search.descent
        let folder = (search.index.path as NSString).deletingLastPathComponent + "/"
        return lines.map { $0.replacingOccurrences(of: folder, with: "") }.joined(separator: "\n") + "\n"
    }

    private func expect(_ text: String, isGolden name: String) throws {
        let url = Self.root.appending(path: "Tests/Golden/texts/\(name).txt")
        if ProcessInfo.processInfo.environment["ANNSCOPE_WRITE_TEXTS"] != nil {
            try text.write(to: url, atomically: true, encoding: .utf8)
        }
        let golden = try String(contentsOf: url, encoding: .utf8)
        if let difference = firstDifference(text, golden) { Issue.record("\(difference)") }
    }

    /// Where two texts differ by more than the last digits of a distance, which hang on the processor's vector instructions.
    private func firstDifference(_ text: String, _ golden: String) -> String? {
        let lines = text.components(separatedBy: "\n")
        let wanted = golden.components(separatedBy: "\n")
        guard lines.count == wanted.count else { return "\(lines.count) lines, not \(wanted.count):\n\(text)" }
        for (line, wantedLine) in zip(lines, wanted) {
            let words = line.split(separator: " ").map { $0.trimmingCharacters(in: Self.marks) }
            let wantedWords = wantedLine.split(separator: " ").map { $0.trimmingCharacters(in: Self.marks) }
            let isSame =
                words.count == wantedWords.count
                && zip(words, wantedWords).allSatisfy { word, wanted in
                    if word == wanted { return true }
                    guard wanted.contains("."), let number = Double(word), let other = Double(wanted) else {
                        return false
                    }
                    return abs(number - other) <= 1e-5 * abs(other)
                }
            if !isSame { return "\"\(line)\" is not \"\(wantedLine)\"" }
        }
        return nil
    }

    private static let marks = CharacterSet(charactersIn: "(),;:")

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let file: String
        /// Of the stored vector that is searched for; nil takes node 3.
        var label: VectorLabel?
        var dimension: Int?
        var k = 3
        var ef: Int?
        var nprobe: Int?
        var detail = TraceRecorder.Detail.full
        var filter: SearchFilter?
        var testDescription: String { name }
    }

    @Test(
        "the texts are the golden ones",
        arguments: [
            Case(name: "hnswlib", file: "hnswlib_M6_ef30_l2.index", label: 40, ef: 3),
            Case(name: "hnswlib-summary", file: "hnswlib_M6_ef30_l2.index", label: 40, ef: 3, detail: .summary),
            Case(
                name: "hnswlib-filtered", file: "hnswlib_M6_ef30_l2.index", label: 40, ef: 3,
                filter: SearchFilter(deny: [40, 43, 5000])),
            Case(name: "ivf", file: "faiss_ivf128_flat_l2.index", label: 40, nprobe: 2, detail: .summary),
            Case(name: "faiss-hnsw", file: "faiss_hnsw_flat.bin", label: 3, ef: 4, detail: .summary),
            Case(name: "usearch", file: "usearch_l2sq_f32.usearch", ef: 4),
            Case(name: "annoy", file: "annoy_euclidean.ann", dimension: 5),
            Case(name: "nsg", file: "faiss_nsg.bin", label: 3, ef: 5, detail: .summary),
            Case(name: "flat", file: "faiss_flat_ip.bin", label: 3, detail: .summary),
            Case(name: "refine", file: "faiss_refine_flat.bin", label: 3, nprobe: 1, detail: .summary),
            Case(name: "hnsw-quantizer", file: "faiss_ivf_hnsw_quantizer.bin", label: 3, nprobe: 2, detail: .summary),
        ])
    func golden(_ one: Case) throws {
        let index = try Self.open(one.file, dimension: one.dimension)
        let search = try index.search(
            try one.label.map { try index.vector(of: .label($0)) } ?? index.file.vectorComponents(3),
            SearchParameters(k: one.k, efSearch: one.ef, nprobe: one.nprobe), filter: one.filter, detail: one.detail)
        try expect(text(search), isGolden: one.name)
    }

    private static let searchable: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: root.path + "/Tests/Oracle")) ?? []
        return files.filter { $0.hasSuffix(".bin") || $0.hasSuffix(".usearch") }.sorted()
            .filter { (try? open($0))?.file.searchObstacle == nil }
    }()

    @Test("nothing is lost between the steps and the texts, whatever the algorithm", arguments: searchable)
    func complete(_ file: String) throws {
        let index = try Self.open(file)
        #expect(Self.searchable.count > 30)
        // Components that a stored vector of every dimension has.
        let vector = (0..<index.file.dimension).map { Float($0 % 2) }
        let parameters = SearchParameters(k: 3, efSearch: min(5, max(3, index.file.count)), nprobe: 2)
        let search: OfflineSearch
        do { search = try index.search(vector, parameters) } catch let error as SearchError {
            // Not every parameter suits a tiny index.
            #expect(index.file.count < 5, "\(error)")
            return
        }
        let stages = TraceBreakdown(search.outcome.header, search.events).stages
        let counts = stages.flatMap { stage in
            [stage.counts] + stage.layers.map(\.counts) + stage.cells.map(\.counts)
        }
        let measuring: [TraceEvent.Kind] = [.enter, .keep, .reject, .rank, .rescore]
        let measured = search.events.count { measuring.contains($0.kind) && !$0.distance.isNaN }
        #expect(counts.reduce(0) { $0 + $1.distances } == measured)
        #expect(counts.reduce(0) { $0 + $1.lists } == search.outcome.counters.expansions)
        #expect(counts.reduce(0) { $0 + $1.splits } == search.events.count { $0.kind == .split })
        // One line a step, and one for each stage and each layer.
        let titles = search.descent.count - search.events.count
        #expect(titles >= stages.count { $0.stop != nil } && titles <= 2 + stages.count * 12, "\(titles)")
        #expect(search.descent.allSatisfy { !$0.allSatisfy(\.isWhitespace) })
        #expect(!search.descent.contains { $0.contains("unknown reason") })
        #expect(search.summary.allSatisfy { !$0.contains("Optional(") })
        if case .measured(let recall, _)? = search.truth {
            #expect(0...1 ~= recall.share)
            #expect(recall.exact.count <= 3)
        }
    }

    @Test("results stand side by side, and what one alone found is marked")
    func comparison() throws {
        let index = try Self.open("faiss_ivf128_flat_text_space_ip.index")
        let vector = try index.vector(of: .prepared(2))
        let base = SearchParameters(k: 4)
        let searches = try ["nprobe=1", "nprobe=2, k=5", "nprobe=64"].map { text in
            let set = try ParameterSet(text, over: base)
            return (name: set.name, search: try index.search(vector, set.parameters))
        }
        let lines = SearchComparison(searches).lines.filter { !$0.hasPrefix("microseconds") }
        let folder = (index.file.path as NSString).deletingLastPathComponent + "/"
        try expect(
            lines.joined(separator: "\n").replacingOccurrences(of: folder, with: "") + "\n", isGolden: "comparison")
    }

    @Test("parameters are read as people write them")
    func parameters() throws {
        let base = SearchParameters(k: 5, efSearch: 10)
        #expect(try ParameterSet("", over: base).parameters == base)
        let set = try ParameterSet("ef=50, nprobe=4  bounded=no,relative=true", over: base)
        var wanted = SearchParameters(k: 5, efSearch: 50, nprobe: 4)
        wanted.isQueueBounded = false
        #expect(set.parameters == wanted)
        #expect(set.name == "ef=50 nprobe=4 bounded=no relative=true")
    }

    @Test(
        "what is wrong with parameters is told",
        arguments: [
            ("ef", "ef=50"), ("eff=5", "bounded, ef, k"), ("ef=many", "whole number"), ("bounded=2", "true or false"),
        ])
    func wrongParameters(text: String, words: String) {
        let error = #expect(throws: SearchError.self) { try ParameterSet(text, over: SearchParameters(k: 5)) }
        #expect(error?.message.contains(words) == true)
    }
}
