/// What the nodes of an index are called.
///
/// `@unchecked Sendable`: points into `FileBytes`, which the index keeps.
public indirect enum NodeLabels: @unchecked Sendable {
    /// By their number.
    case positions
    /// By a `UInt64` in records at a regular distance.
    case unsigned(start: UnsafeRawPointer, stride: Int)
    /// By a `UInt64` at the start of records of any length, behind a base.
    case keys(base: UnsafeRawPointer, offsets: [Int])
    /// By the id in an inverted list.
    case lists(ListPlaces)
    /// By an `Int64` in a table, at the place that the label within is.
    case mapped(table: UnsafeRawPointer, count: Int, within: NodeLabels)

    /// The label of a node, which must be below the index's count. −1 where a table has no entry.
    public func label(_ node: UInt32) -> VectorLabel {
        switch self {
        case .positions: VectorLabel(node)
        case .unsigned(let start, let stride):
            VectorLabel((start + Int(node) * stride).loadUnaligned(as: UInt64.self))
        case .keys(let base, let offsets): VectorLabel((base + offsets[Int(node)]).loadUnaligned(as: UInt64.self))
        case .lists(let places): VectorLabel(places.id(node))
        case .mapped(let table, let count, let within):
            switch within.label(node) {
            case let inner where inner >= 0 && inner < VectorLabel(count):
                VectorLabel(table.loadUnaligned(fromByteOffset: Int(inner) * 8, as: Int64.self))
            default: -1
            }
        }
    }

    /// What an id of the innermost index is called outside.
    public func label(ofID id: VectorLabel) -> VectorLabel {
        guard case .mapped(let table, let count, let within) = self else { return id }
        switch within.label(ofID: id) {
        case let inner where inner >= 0 && inner < VectorLabel(count):
            return VectorLabel(table.loadUnaligned(fromByteOffset: Int(inner) * 8, as: Int64.self))
        default: return -1
        }
    }

    /// True when a label is just the node's number.
    public var arePositions: Bool { if case .positions = self { true } else { false } }
}
