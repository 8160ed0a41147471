import Foundation
import IndexFiles
import Testing
import VectorSearch

/// Files of usearch, Annoy and Voyager with single bytes changed: what still opens is searched or says what is wrong.
@Suite("Search of damaged files of the relatives")
struct DamagedRelativesTests {
    struct File: Sendable, CustomStringConvertible {
        let name: String
        var hints = IndexFileHints()
        var description: String { name }
    }

    static let files = [
        File(name: "usearch_l2sq_f32.usearch"), File(name: "usearch_u40.usearch"), File(name: "usearch_cos_i8.usearch"),
        File(name: "usearch_tanimoto.usearch"), File(name: "usearch_haversine.usearch"),
        File(name: "annoy_angular.ann", hints: .init(metric: .angular, dimension: 5)),
        File(name: "annoy_hamming.ann", hints: .init(metric: .hamming, dimension: 70)),
        File(name: "annoy_few_with_holes.ann", hints: .init(metric: .euclidean, dimension: 6)),
        File(name: "voyager_cosine_e4m3.voy"), File(name: "voyager_innerproduct_float8.voy"),
    ]

    /// A mapped file is the harder case: nothing but what leads to addresses was checked.
    @Test(arguments: files)
    func `no changed byte makes a search crash or go on for ever`(file: File) throws {
        let sound = [UInt8](try Data(contentsOf: Oracle.folder.appending(path: file.name)))
        let folder = FileManager.default.temporaryDirectory.appending(path: "annscope-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: file.name)
        let searcher = Searcher()
        var opened = 0
        for place in stride(from: 0, to: sound.count, by: max(1, sound.count / 400)) {
            var bytes = sound
            bytes[place] ^= place % 3 == 0 ? 0xFF : 1 << UInt8(place % 8)
            try Data(bytes).write(to: path)
            guard let index = try? IndexFile.openMapped(path: path.path, hints: file.hints),
                index.searchObstacle == nil, index.dimension <= 1000
            else { continue }
            opened += 1
            let query = [Float](repeating: 0.25, count: index.dimension)
            var parameters = SearchParameters(k: 20)
            parameters.searchK = 100_000
            var tracer = TraceRecorder(maxEvents: 100_000)
            do {
                let outcome = try searcher.search(index, query: query, parameters: parameters, tracer: &tracer)
                #expect(outcome.hits.count <= 20)
                #expect(outcome.hits.allSatisfy { Int($0.node) < index.count })
            } catch {
                #expect(error.code == .damagedFile, "\(error)")
            }
        }
        #expect(opened > 100)
    }
}
