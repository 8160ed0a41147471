import Foundation
import Testing

@testable import VectorSearch

@Suite("Golden traces")
struct GoldenTraceTests {
    @Test("every checkpoint is the independent replay's, and the end the search's", arguments: GoldenTrace.names)
    func checkpoints(name: String) throws {
        let golden = try GoldenTrace.read(name)
        let replay = TraceReplay(try golden.header(), try golden.events())
        #expect(golden.checkpoints.count > 2)
        for point in golden.checkpoints {
            replay.move(to: point.cursor)
            #expect(replay.stage == point.stage)
            #expect(replay.departures.map(words) == point.left.map { $0.map(\.text) }, "step \(point.cursor)")
            for (stage, wanted) in zip(replay.stages, point.stages) {
                try expect(stage, wanted, "step \(point.cursor)")
            }
        }
        guard !replay.stages.contains(where: \.isSummarised) else { return }
        // Equal distances are ordered by labels, which are not in the trace.
        #expect(replay.results.map(\.node).sorted() == golden.results.map(\.node).sorted())
        // Annoy ranks by squares, and hands over roots.
        if golden.algorithm != "annoy" { #expect(replay.results.map(\.distance) == golden.results.map(\.distance)) }
    }

    private func words(_ departure: Departure) -> [String] {
        let cause =
            switch departure.cause {
            case .expanded: "expanded"
            case .displaced: "displaced"
            case .stopped: "stopped"
            }
        return [departure.queue.rawValue, "\(departure.node)", cause]
    }

    private func expect(_ stage: StagePicture, _ wanted: GoldenTrace.StageState, _ step: Comment) throws {
        #expect(stage.layer == wanted.layer, step)
        #expect(stage.best == wanted.best, step)
        #expect(stage.distances == wanted.distances, step)
        #expect(stage.rescored == wanted.rescored, step)
        #expect(stage.leftOut == wanted.leftOut, step)
        #expect(stage.stopReason.map { "\($0)" } == wanted.stop, step)
        #expect(stage.candidates.map(\.node) == wanted.candidates, step)
        #expect(stage.results.map(\.node) == wanted.results, step)
        #expect(stage.route.map { [$0.layer, Int($0.node)] } == wanted.route, step)
        #expect(
            stage.layers.map { [Float($0.layer), Float($0.nodes), Float($0.distances), Float($0.hops), $0.best] }
                == wanted.layers, step)
        #expect(stage.cells.map { [Int($0.cell), $0.size, $0.computed, $0.kept] } == wanted.cells, step)
        #expect(stage.ranks.count == wanted.ranks, step)
        #expect(stage.isSummarised == wanted.summarised, step)
    }
}
