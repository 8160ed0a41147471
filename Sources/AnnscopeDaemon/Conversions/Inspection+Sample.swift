internal import IndexFiles
internal import WireProtocol

extension Inspection {
    /// The most nodes that are shown with their vectors.
    public static let maxSampleSize = 1000

    /// A node as it stands in the file.
    struct SampledNode {
        let node: UInt32
        let label: VectorLabel
        let isLabelText: Bool
        /// Decoded, in the space of the stored vectors (behind all transforms); nil where the file holds none.
        let vector: [Float]?

        var json: JSONValue {
            [
                "node": .integer(Int64(node)), "label": label.json(asText: isLabelText),
                "vector": vector.map { .array($0.map { .number(Double($0)) }) } ?? .null,
            ]
        }
    }

    /// The first nodes, in the order of the file.
    var sample: [SampledNode] {
        (0..<UInt32(clamping: min(file.count, sampleSize))).map { node in
            SampledNode(
                node: node, label: file.label(node), isLabelText: file.hasWideLabels,
                vector: file.vectors == nil ? nil : file.vectorComponents(node))
        }
    }
}
