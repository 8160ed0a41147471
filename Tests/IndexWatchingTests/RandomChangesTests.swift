import Foundation
import Testing

@testable import IndexWatching

/// Whatever happens in whatever order, in the end what was told is what is there.
@Suite("Random changes", .timeLimit(.minutes(1)))
struct RandomChangesTests {
    private static let names = ["a.index", "b.bin", "c", "d.index", "header.bin", "length.bin"]
    private static let folders = ["", "one/", "one/two/", "three/", ".hidden/"]

    /// SplitMix64, so that a seed gives the same changes every time.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    /// Makes one change. What can't be done in the state of things is no change.
    private func change(_ folder: WatchedFolder, _ random: inout Generator) {
        func path() -> String {
            (Self.folders.randomElement(using: &random) ?? "") + (Self.names.randomElement(using: &random) ?? "")
        }
        let inner = Self.folders.dropFirst().randomElement(using: &random)?.dropLast() ?? ""
        let (one, two) = (path(), path())
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<6: try? folder.write(UUID().uuidString, to: one)
        case 6..<9: try? folder.rewrite(UUID().uuidString, in: one)
        case 9..<11: try? folder.move(one, to: two)
        case 11..<13: try? folder.remove(one)
        case 13: try? folder.makeFolder(String(inner))
        case 14: try? folder.remove(String(inner))
        case 15:
            try? folder.move(String(inner), to: String(Self.folders[Int.random(in: 1..<5, using: &random)].dropLast()))
        case 16: try? folder.link(one, to: folder.path(two))
        case 17: try? folder.link(one, to: folder.path(String(inner)))
        case 18: try? folder.writeChroma(String(inner))
        default: try? folder.write("{}", to: one + IndexWatcher.sidecarSuffix)
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7010, 7036] as [UInt64])
    func `what was told in the end is what is there`(seed: UInt64) async throws {
        let folder = try WatchedFolder()
        var random = Generator(state: seed)
        var pace = WatchedFolder.pace
        // A folder's move can part a writer's words, which costs this wait.
        pace.patience = .seconds(1)
        let watcher = IndexWatcher(listing: FileListing(paths: [folder.path], maxFiles: 10_000), pace: pace)
        watcher.start()
        for turn in 0..<400 {
            change(folder, &random)
            // Some changes meet a watcher at rest, most come in bursts.
            if turn % 40 == 0 { try await Task.sleep(for: .milliseconds(100)) }
        }
        let there = FileListing(paths: [folder.path], maxFiles: 10_000).read().indexes.compactMapValues { $0.stamp() }
        var told: [String: IndexStamp] = [:]
        for await event in watcher.events {
            switch event {
            case .changed(let path):
                told[path] = IndexParts(file: path).stamp() ?? IndexParts(folder: path).stamp()
            case .removed(let path): told[path] = nil
            case .caughtUp: continue
            default: Issue.record("unexpected: \(event)")
            }
            if told == there { break }
        }
        watcher.stop()
        #expect(told == there)
    }
}
