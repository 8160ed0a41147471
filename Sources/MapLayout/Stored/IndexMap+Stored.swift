public import IndexFiles

extension IndexMap {
    private static let kind: StaticString = "ANNSMAP\n"
    /// So many levels fit one byte a node; no graph that a library built has as many.
    private static let usualLevels = 256

    /// The map as bytes, from which `init(stored:)` makes an equal one. 13 bytes a node, and the cells.
    public func stored() -> [UInt8] {
        var writer = StoredColumns.Writer(
            kind: Self.kind, capacity: x.count * 13 + (cells?.cornerX.count ?? 0) * 4 + 4096)
        writer.append(text: method)
        writer.append(UInt32(clamping: x.count))
        writer.append(UInt32(clamping: nodes.levels.count))
        if nodes.levels.count > 1 {
            var heights = [UInt16](repeating: 0, count: nodes.order.count)
            for (level, range) in nodes.levels.enumerated() {
                for place in range { heights[Int(nodes.order[place])] = UInt16(clamping: level) }
            }
            if nodes.levels.count <= Self.usualLevels {
                writer.append(column: heights.map { UInt8(truncatingIfNeeded: $0) })
            } else {
                writer.append(column: heights)
            }
        }
        writer.append(column: x)
        writer.append(column: y)
        writer.append(column: fingerprints)
        writer.append(UInt8(frame == nil ? 0 : 1))
        if let frame {
            for edge in [frame.x.low, frame.x.high, frame.y.low, frame.y.high] { writer.append(edge.bitPattern) }
            writer.append(UInt32(clamping: frame.count))
        }
        writer.append(UInt8(sites == nil ? 0 : 1))
        if let sites {
            writer.append(UInt32(clamping: sites.x.count))
            writer.append(column: sites.fingerprints)
            writer.append(column: sites.x)
            writer.append(column: sites.y)
        }
        writer.append(UInt8(cells == nil ? 0 : 1))
        if let cells {
            writer.append(UInt32(clamping: cells.x.count))
            writer.append(UInt32(clamping: cells.cornerX.count))
            writer.append(column: cells.x)
            writer.append(column: cells.y)
            writer.append(column: cells.sizes)
            writer.append(column: cells.starts)
            writer.append(column: cells.cornerX)
            writer.append(column: cells.cornerY)
        }
        return writer.finish()
    }

    /// The map that was stored as these bytes. Each field is checked, whoever wrote it.
    ///
    /// - Throws: `MapStoreError`, with the field and the byte that are wrong.
    public init(stored bytes: [UInt8]) throws(MapStoreError) {
        var reader = try StoredColumns.Reader(bytes, kind: Self.kind)
        let method = try reader.text("method")
        let wideCount: UInt32 = try reader.number("nodes")
        let count = Int(wideCount)
        let nodes = try Self.nodes(&reader, count)
        let x: [UInt16] = try reader.column(count, "x")
        let y: [UInt16] = try reader.column(count, "y")
        let fingerprints: [UInt64] = try reader.column(count, "fingerprints")
        let frame = try Self.isThere(&reader, "has frame") ? try MapFrame(&reader) : nil
        let sites = try Self.isThere(&reader, "has sites") ? try CellSites(&reader) : nil
        let cells = try Self.isThere(&reader, "has cells") ? try MapCells(&reader, nodes: count) : nil
        try reader.finish()
        self.init(
            nodes: nodes, x: x, y: y, cells: cells, method: method, fingerprints: fingerprints, frame: frame,
            sites: sites)
    }

    private static func isThere(_ reader: inout StoredColumns.Reader, _ field: String) throws(MapStoreError) -> Bool {
        let start = reader.offset
        let flag: UInt8 = try reader.number(field)
        guard flag <= 1 else {
            throw MapStoreError(.invalidField, field: field, offset: start, "\(flag), and it can be 0 or 1")
        }
        return flag == 1
    }

    private static func nodes(_ reader: inout StoredColumns.Reader, _ count: Int) throws(MapStoreError) -> MapNodes {
        let start = reader.offset
        let levels: UInt32 = try reader.number("levels")
        guard levels >= 1, levels <= max(usualLevels, reader.left / 64), levels <= UInt16.max else {
            throw MapStoreError(.invalidField, field: "levels", offset: start, "\(levels) for \(count) nodes")
        }
        var heights: [UInt16] = []
        if levels > usualLevels {
            heights = try reader.column(count, "levels")
        } else if levels > 1 {
            let narrow: [UInt8] = try reader.column(count, "levels")
            heights = narrow.map { UInt16($0) }
        }
        guard heights.allSatisfy({ $0 < levels }) else {
            throw MapStoreError(.invalidField, field: "levels", offset: start, "a node is on a level above the highest")
        }
        // A later column holds more for each node, so that their number can be trusted this far.
        guard count <= reader.left / 12 else {
            throw MapStoreError(
                .truncated, field: "x", offset: reader.offset, "\(count) nodes, and \(reader.left) bytes are left")
        }
        if levels == 1 { return MapNodes(count: count) }
        return MapNodes(count: count, maxLevel: Int(levels) - 1) { Int(heights[Int($0)]) }
    }

    /// Whether the map has the nodes, levels and cells of an index: with another one its places would mean nothing.
    public func fits(_ index: IndexFile) -> Bool {
        guard x.count == index.count, nodes.levels.count == max(0, index.structure.graph?.maxLevel ?? 0) + 1 else {
            return false
        }
        guard let cells else { return true }
        guard case .ivf(let lists) = index.structure, cells.sizes.count == lists.nlist else { return false }
        return cells.sizes.indices.allSatisfy { Int(cells.sizes[$0]) == lists.size(of: $0) }
    }
}

extension MapFrame {
    fileprivate init(_ reader: inout StoredColumns.Reader) throws(MapStoreError) {
        var edges: [Float] = []
        for field in ["frame.left", "frame.right", "frame.top", "frame.bottom"] {
            let start = reader.offset
            let bits: UInt32 = try reader.number(field)
            guard Float(bitPattern: bits).isFinite else {
                throw MapStoreError(.invalidField, field: field, offset: start, "it is no finite number")
            }
            edges.append(Float(bitPattern: bits))
        }
        let count: UInt32 = try reader.number("frame.nodes")
        self.init(x: Axis(low: edges[0], high: edges[1]), y: Axis(low: edges[2], high: edges[3]), count: Int(count))
    }
}

extension CellSites {
    fileprivate init(_ reader: inout StoredColumns.Reader) throws(MapStoreError) {
        let count: UInt32 = try reader.number("sites")
        let fingerprints: [UInt64] = try reader.column(Int(count), "sites.fingerprints")
        let x: [UInt16] = try reader.column(Int(count), "sites.x")
        let y: [UInt16] = try reader.column(Int(count), "sites.y")
        self.init(fingerprints: fingerprints, x: x, y: y)
    }
}

extension MapCells {
    /// - Parameter nodes: that the cells hold together.
    fileprivate init(_ reader: inout StoredColumns.Reader, nodes: Int) throws(MapStoreError) {
        let cells: UInt32 = try reader.number("cells")
        let corners: UInt32 = try reader.number("corners")
        let count = Int(cells)
        let x: [UInt16] = try reader.column(count, "cells.x")
        let y: [UInt16] = try reader.column(count, "cells.y")
        let sizesAt = reader.offset
        let sizes: [UInt32] = try reader.column(count, "cells.sizes")
        let sum = sizes.reduce(0) { $0 + Int($1) }
        guard sum == nodes else {
            throw MapStoreError(
                .invalidField, field: "cells.sizes", offset: sizesAt, "they hold \(sum) nodes, and the map \(nodes)")
        }
        let startsAt = reader.offset
        let starts: [UInt32] = try reader.column(count + 1, "cells.starts")
        guard starts.first == 0, starts.last == corners, zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 }) else {
            throw MapStoreError(
                .invalidField, field: "cells.starts", offset: startsAt, "they don't rise from 0 to \(corners)")
        }
        let cornerX: [UInt16] = try reader.column(Int(corners), "cells.cornerX")
        let cornerY: [UInt16] = try reader.column(Int(corners), "cells.cornerY")
        self.init(x: x, y: y, sizes: sizes, starts: starts, cornerX: cornerX, cornerY: cornerY)
    }
}
