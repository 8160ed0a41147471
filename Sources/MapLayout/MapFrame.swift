/// Fits a layout into the map: nearly all places fill the frame, the few outliers are squeezed into its margin, so that
/// they don't shrink the rest. The way back leads a later layout to the same places.
struct MapFrame: Sendable, Equatable {
    /// One direction of the plane.
    struct Axis: Sendable, Equatable {
        /// Where the frame begins and ends in units of the layout; alike where all places are.
        let low: Float
        let high: Float

        /// From 0 to 1, for any number.
        func unit(_ value: Float) -> Float {
            guard high > low else { return 0.5 }
            let part = (value - low) / (high - low)
            // The margin takes up any distance.
            if part < 0 { return MapFrame.margin * (1 / (1 - part)) }
            if part > 1 { return 1 - MapFrame.margin * (1 / part) }
            return MapFrame.margin + part * (1 - 2 * MapFrame.margin)
        }

        func value(_ unit: Float) -> Float {
            let margin = MapFrame.margin
            var part = (unit - margin) / (1 - 2 * margin)
            // What lies at the very edge is taken to be 100 frames away, if it was not nearer.
            if part < 0 { part = 1 - 1 / max(unit / margin, 0.01) }
            if part > 1 { part = 1 / max((1 - unit) / margin, 0.01) }
            return low + part * (high - low)
        }
    }

    let x: Axis
    let y: Axis
    /// Nodes that it was made for.
    let count: Int

    fileprivate static let margin: Float = 0.04
    /// The part of the places on each side that is in the margin.
    private static let outliers = 0.0005
    /// So many places are enough to find the frame.
    private static let maxSample = 50_000

    /// The frame of the first nodes of a layout.
    init(_ layout: ForceLayout) {
        count = layout.count
        let step = max(1, layout.count / Self.maxSample)
        x = Self.axis(stride(from: 0, to: layout.count, by: step).map(layout.x))
        y = Self.axis(stride(from: 0, to: layout.count, by: step).map(layout.y))
    }

    init(x: Axis, y: Axis, count: Int) {
        self.x = x
        self.y = y
        self.count = count
    }

    /// Whether a later layout of so many nodes still has room in it: a layout grows with its nodes, and one of a few has
    /// no shape yet.
    func fits(_ nodes: Int) -> Bool {
        2 * nodes <= 3 * count && x.high > x.low && y.high > y.low
    }

    private static func axis(_ values: [Float]) -> Axis {
        let sorted = values.sorted()
        guard let first = sorted.first else { return Axis(low: 0, high: 0) }
        let low = sorted[Int(Double(sorted.count - 1) * outliers)]
        let high = sorted[Int((Double(sorted.count - 1) * (1 - outliers)).rounded(.up))]
        return high > low && (high - low).isFinite ? Axis(low: low, high: high) : Axis(low: first, high: first)
    }

    /// What is no number has the middle.
    static func mapUnit(_ value: Float) -> UInt16 { UInt16((value.isNaN ? 0.5 : min(max(value, 0), 1)) * 65535) }
    /// The middle of a map unit.
    static func unit(_ value: UInt16) -> Float { min((Float(value) + 0.5) / 65535, 1) }
}
