internal import IndexFiles

/// Hashes by which the vectors of an index are found again in its next revision: of the label and of every component.
enum Fingerprints {
    private static let stretch = 4096

    static func of(_ index: IndexFile, team: WorkTeam) -> [UInt64] {
        let count = index.count
        return [UInt64](unsafeUninitializedCapacity: count) { prints, used in
            used = count
            prints.initialize(repeating: 0)
            let prints = PartedMemory(prints)
            team.run((count + stretch - 1) / stretch) { part in
                var components = [Float](repeating: 0, count: index.vectors?.dimension ?? 0)
                for node in part * stretch..<min((part + 1) * stretch, count) {
                    index.vectors?.decode(UInt32(node), into: &components)
                    // Where no vectors are stored, the label is all that is known.
                    prints[node] = hash(components, UInt64(truncatingIfNeeded: index.label(UInt32(node))))
                }
            }
        }
    }

    /// Of vectors without labels, such as centroids.
    static func of(_ rows: VectorRows) -> [UInt64] {
        (0..<rows.count).map { hash(rows.values[$0 * rows.dimension..<($0 + 1) * rows.dimension], 0) }
    }

    /// FNV-1a (Fowler, Noll and Vo 1991) over words of 32 bits in four lanes, which are mixed in the end.
    private static func hash(_ components: some RandomAccessCollection<Float>, _ label: UInt64) -> UInt64 {
        var lanes = (
            0xCBF2_9CE4_8422_2325 ^ label, 0x8422_2325_CBF2_9CE4 as UInt64, 0x9AE1_6A3B_2F90_404F as UInt64,
            0xC3A5_C85C_97CB_3127 as UInt64
        )
        let prime: UInt64 = 0x0000_0100_0000_01B3
        var turn = 0
        for component in components {
            let word = UInt64(component.bitPattern)
            switch turn & 3 {
            case 0: lanes.0 = (lanes.0 ^ word) &* prime
            case 1: lanes.1 = (lanes.1 ^ word) &* prime
            case 2: lanes.2 = (lanes.2 ^ word) &* prime
            default: lanes.3 = (lanes.3 ^ word) &* prime
            }
            turn += 1
        }
        var random = SplitMix64(
            seed: lanes.0 ^ (lanes.1 &* 0x9E37_79B9_7F4A_7C15) ^ (lanes.2 &* 0xC2B2_AE3D_27D4_EB4F)
                ^ (lanes.3 &* 0x1656_67B1_9E37_79F9))
        return random.next()
    }
}
