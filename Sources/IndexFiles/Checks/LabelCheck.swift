/// Collects the labels of an index and looks for those that stand twice.
struct LabelCheck {
    /// The largest integer up to which JSON readers keep every integer exact (2^53).
    static let widestExactInteger: UInt64 = 1 << 53

    private var labels: [UInt64] = []
    private var largest: UInt64 = 0
    private(set) var areWide = false

    /// A bitmap of the labels is cheaper than sorting them as long as they are dense.
    private static let bitmapDensity: UInt64 = 64

    init(capacity: Int) { labels.reserveCapacity(capacity) }

    mutating func add(_ label: UInt64) {
        labels.append(label)
        largest = max(largest, label)
        areWide = areWide || label > Self.widestExactInteger
    }

    mutating func add(_ label: Int64) {
        labels.append(UInt64(bitPattern: label))
        largest = max(largest, UInt64(bitPattern: label))
        areWide = areWide || label.magnitude > Self.widestExactInteger
    }

    /// A value that stands twice, or nil.
    func firstDuplicate() -> UInt64? {
        if zip(labels, labels.dropFirst()).allSatisfy({ $0 < $1 }) { return nil }
        if largest / Self.bitmapDensity < UInt64(labels.count) {
            var isTaken = [UInt64](repeating: 0, count: Int(largest / 64) + 1)
            for label in labels {
                let bit = UInt64(1) << (label % 64)
                if isTaken[Int(label / 64)] & bit != 0 { return label }
                isTaken[Int(label / 64)] |= bit
            }
            return nil
        }
        let sorted = labels.sorted()
        return zip(sorted, sorted.dropFirst()).first { $0 == $1 }?.0
    }
}
