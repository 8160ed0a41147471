import OrderedCollections
import Testing
import ViewerHub
import WireProtocol

@Suite("The hub against a model")
struct HubModelTests {
    @Test(arguments: 1...16 as ClosedRange<UInt64>)
    func `whatever happens, viewers get what the model says`(seed: UInt64) {
        var world = HubWorld(seed: seed)
        do {
            for _ in 0..<2500 { try world.step() }
            try world.end()
        } catch {
            Issue.record("seed \(seed), step \(world.steps) (\(world.lastStep)): \(error)")
        }
    }
}

/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
struct SplitMix {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((bits ^ (bits >> 31)) % UInt64(bound))
    }

    mutating func element<Element>(_ all: [Element]) -> Element? { all.isEmpty ? nil : all[below(all.count)] }
}
