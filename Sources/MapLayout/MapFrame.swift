/// Fits places into the map's frame, the unit square.
enum MapFrame {
    private static let margin: Float = 0.04
    /// Places beyond these parts of all are drawn in towards the frame, so that a few outliers don't shrink the rest.
    private static let outliers = 0.005

    /// Stretches each axis so that nearly all places fill the frame; the rest is squeezed into the margin.
    static func fit(_ values: [Float]) -> [Float] {
        guard !values.isEmpty else { return [] }
        let sorted = values.sorted()
        let low = sorted[Int(Double(sorted.count - 1) * outliers)]
        let high = sorted[Int((Double(sorted.count - 1) * (1 - outliers)).rounded(.up))]
        guard high > low, (high - low).isFinite else { return values.map { _ in 0.5 } }
        return values.map { value in
            let part = (value - low) / (high - low)
            // Beyond the frame's edge: the margin takes up any distance.
            if part < 0 { return margin * (1 + part / (1 - part)) }
            if part > 1 { return 1 - margin * (1 - (part - 1) / part) }
            return margin + part * (1 - 2 * margin)
        }
    }

    static func mapUnit(_ value: Float) -> UInt16 { UInt16(min(max(value, 0), 1) * 65535) }
}
