internal import CVectorKernels

/// Pulls neighbours together and pushes chance pairs apart, by gradient steps on UMAP's objective with a = b = 1 (McInnes,
/// Healy and Melville 2018, section 3.2), where no power function is needed.
///
/// A round moves all nodes at once from where they stood before it: the result hangs neither on the number of threads nor
/// on which of them was faster.
struct ForceLayout {
    let count: Int
    /// x and y of each node, and the first ones once more; see `annscope_map_round`.
    private var places: [Float]
    private var moved: [Float]
    private var rounds: UInt64 = 0

    /// Slots that a round uses, and chance nodes for each. Few nodes can afford to use all.
    private static let attractions = 8
    private static let few = 2500
    private static let repulsions = 4
    /// So strong that an island ends up beside the rest, where the others' repulsion and this are even.
    private static let pull: Float = 0.005
    private static let group = Int(ANNSCOPE_MAP_GROUP)
    /// Nodes that one thread moves at a stretch: a multiple of the group.
    private static let stretch = 2048

    /// - Parameters:
    ///   - x: finite, in units of the layout, where neighbours come to be about 1 apart.
    ///   - y: likewise, as many.
    init(x: [Float], y: [Float]) {
        count = x.count
        places = [Float](repeating: 0, count: 2 * (x.count + Self.group))
        for node in x.indices {
            places[2 * node] = x[node]
            places[2 * node + 1] = y[node]
        }
        moved = places
    }

    func x(_ node: Int) -> Float { places[2 * node] }
    func y(_ node: Int) -> Float { places[2 * node + 1] }

    /// Moves all nodes once.
    ///
    /// - Parameters:
    ///   - rate: the length of a step, above 0, at most 1.
    ///   - frozen: for each node 1 if it stays where it is.
    mutating func move(_ slots: AttractionSlots, rate: Float, seed: UInt64, frozen: [UInt8]? = nil, team: WorkTeam) {
        guard count > 1 else { return }
        for extra in 0..<Self.group {
            places[2 * (count + extra)] = places[2 * (extra % count)]
            places[2 * (count + extra) + 1] = places[2 * (extra % count) + 1]
        }
        let attractions = count <= Self.few ? AttractionSlots.slotsPerNode : Self.attractions
        let firstSlot = Int(rounds % UInt64(AttractionSlots.slotsPerNode / attractions)) * attractions
        let roundSeed = seed &* 0x2545_F491_4F6C_DD1D &+ rounds &* 0xD129_0B26_88B3_1B1F
        rounds += 1
        let set = annscope_kernel_count() - 1
        let count = count
        places.withUnsafeBufferPointer { places in
            moved.withUnsafeMutableBufferPointer { moved in
                slots.targets.withUnsafeBufferPointer { targets in
                    Self.withOptional(frozen) { frozen in
                        guard let from = places.baseAddress, let to = moved.baseAddress, let near = targets.baseAddress
                        else { return }
                        let round = Round(
                            value: annscope_map_round(
                                nodes: count, places: from, moved: to, slots: near,
                                slots_per_node: AttractionSlots.slotsPerNode, first_slot: firstSlot,
                                attractions: attractions, repulsions: Self.repulsions, rate: rate, pull: Self.pull,
                                seed: roundSeed,
                                frozen: frozen))
                        team.run((count + Self.stretch - 1) / Self.stretch) { part in
                            withUnsafePointer(to: round.value) {
                                annscope_move_nodes(
                                    set, $0, part * Self.stretch, min((part + 1) * Self.stretch, count))
                            }
                        }
                    }
                }
            }
        }
        swap(&places, &moved)
    }

    /// `@unchecked Sendable`: what it points to outlives the run, and each part writes places of its own.
    private struct Round: @unchecked Sendable {
        let value: annscope_map_round
    }

    private static func withOptional(_ bytes: [UInt8]?, _ body: (UnsafePointer<UInt8>?) -> Void) {
        guard let bytes else { return body(nil) }
        bytes.withUnsafeBufferPointer { body($0.baseAddress) }
    }
}
