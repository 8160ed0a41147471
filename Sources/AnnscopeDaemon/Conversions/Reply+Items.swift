internal import Foundation
internal import IndexFiles
internal import MapLayout
internal import OrderedCollections
internal import WireProtocol

extension Reply {
    /// The items of labels and nodes; what is not there is listed as missing.
    ///
    /// - Parameter places: of the index's nodes, if its map is not sent whole; so in what follows.
    init(itemsOf index: ServedIndex, labels: [WireLabel], nodes: [UInt32], places: MapPlaces?) {
        var missing: [JSONValue] = []
        var found: [UInt32] = []
        for label in labels {
            if let node = index.loaded.labels.node(of: label) {
                found.append(node)
            } else {
                missing.append(label.json(asText: index.file.hasWideLabels))
            }
        }
        found += nodes.filter { $0 < UInt32(index.file.count) }
        self.init([
            "revision": .integer(Int64(index.revision)),
            "items": .array(found.map { index.item(node: $0).json(of: index, places) }), "missing": .array(missing),
        ])
    }

    /// A node with its links, layer by layer from 0 up, or with its cell.
    ///
    /// - Returns: nil for a node that is not there.
    init?(node: UInt32, of index: ServedIndex, places: MapPlaces?) {
        guard node < UInt32(index.file.count) else { return nil }
        var keys: JSONObject = [
            "revision": .integer(Int64(index.revision)), "node": .integer(Int64(node)),
            "label": index.file.label(node).json(asText: index.file.hasWideLabels),
        ]
        if let graph = index.file.structure.graph {
            let top = graph.level(of: node)
            keys["level"] = .integer(Int64(top))
            keys["deleted"] = .bool(index.file.isDeleted(node))
            keys["links"] = Self.links(of: node, level: top, in: graph)
        } else if case .ivf(let lists) = index.file.structure {
            keys["cell"] = .integer(Int64(lists.cell(of: node)))
        }
        keys["place"] = places?.json(of: node)
        self.init(keys)
    }

    /// The vectors of a cell, in scan order.
    ///
    /// - Returns: nil for a cell that is not there.
    init?(cell: Int, of index: ServedIndex, limit: Int) {
        guard case .ivf(let lists) = index.file.structure, cell < lists.nlist else { return nil }
        let nodes = lists.places.starts[cell]..<min(lists.places.starts[cell + 1], lists.places.starts[cell] + limit)
        self.init([
            "cell": .integer(Int64(cell)), "size": .integer(Int64(lists.size(of: cell))),
            "nodes": .array(nodes.map { .integer(Int64($0)) }),
            "labels": .array(nodes.map { index.file.label(UInt32($0)).json(asText: index.file.hasWideLabels) }),
        ])
    }
}

extension IndexItem {
    func json(of index: ServedIndex, _ places: MapPlaces?) -> JSONValue {
        var keys: JSONObject = [
            "label": label.json(asText: index.file.hasWideLabels), "node": .integer(Int64(node)),
        ]
        keys["caption"] = caption.map { .string($0) }
        keys["category"] = category.map { .string($0) }
        keys["media"] = picture.flatMap { Self.mediaPath(index: index.name, picture: $0) }.map { .string($0) }
        if !fields.isEmpty {
            keys["fields"] = .object(JSONObject(fields.map { ($0.name, .string($0.value)) }) { first, _ in first })
        }
        keys["place"] = places?.json(of: node)
        return .object(keys)
    }

    /// Relative to the page, so that it works below any path of a proxy.
    private static func mediaPath(index: String, picture: String) -> String? {
        "media/\(index)/\(picture)".addingPercentEncoding(withAllowedCharacters: .urlPathAllowed)
    }
}

extension MapPlaces {
    /// nil for a node that has none yet.
    fileprivate func json(of node: UInt32) -> JSONValue? {
        place(of: node).map { ["x": .integer(Int64($0.x)), "y": .integer(Int64($0.y))] }
    }
}
