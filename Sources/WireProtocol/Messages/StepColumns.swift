/// The steps of a trace, a column for each field of an event.
public struct StepColumns: Sendable, Equatable {
    public var kind: [UInt8] = []
    /// Bits 0 to 3: stage. Bit 7: `to` may not be a result.
    public var flags: [UInt8] = []
    /// −1 where there are no layers.
    public var layer: [Int16] = []
    /// 4294967295 where there is none, in `to` too.
    public var from: [UInt32] = []
    public var to: [UInt32] = []
    /// NaN where the library computes none.
    public var distance: [Float] = []
    /// The places of nodes that come up for the first time; nil where the map is sent whole.
    public var places: NodePlaces?

    public init() {}

    public mutating func reserveCapacity(_ count: Int) {
        kind.reserveCapacity(count)
        flags.reserveCapacity(count)
        layer.reserveCapacity(count)
        from.reserveCapacity(count)
        to.reserveCapacity(count)
        distance.reserveCapacity(count)
    }

    public var named: [StreamEvent.NamedColumn] {
        let fields: KeyValuePairs<String, Column> = [
            "kind": .u8(kind), "flags": .u8(flags), "layer": .i16(layer), "from": .u32(from), "to": .u32(to),
            "distance": .f32(distance),
        ]
        return fields.map { .init(name: $0.key, column: $0.value) } + (places?.named ?? [])
    }
}

/// Places of nodes, in map units; the columns are of one length, which is not that of the steps.
public struct NodePlaces: Sendable, Equatable {
    public var node: [UInt32] = []
    public var x: [UInt16] = []
    public var y: [UInt16] = []

    public init() {}

    public var named: [StreamEvent.NamedColumn] {
        [
            .init(name: "placedNode", column: .u32(node)), .init(name: "placedX", column: .u16(x)),
            .init(name: "placedY", column: .u16(y)),
        ]
    }
}
