extension MapDraft {
    /// A finished map, by the order of its nodes.
    public init(_ map: IndexMap) {
        self.init(
            nodes: map.nodes, placed: map.nodes.order.count, x: map.nodes.order.map { map.x[Int($0)] },
            y: map.nodes.order.map { map.y[Int($0)] }, cells: map.cells, method: map.method, done: 1, total: 1)
    }

    /// Every node has a place.
    public var placesAll: Bool { placed == nodes.order.count }
}
