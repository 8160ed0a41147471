internal import OrderedCollections

/// The events of the streams `layout/NAME`. Places are in map units: 0 to 65535 along each axis.
public enum LayoutEvents {
    /// A map begins; what came before belongs to an earlier one.
    ///
    /// - Parameters:
    ///   - method: for people, how the places were found.
    ///   - isWhole: every node comes in this stream. Otherwise the lowest level is there as a density and a sample.
    ///   - previous: the revision that this one is compared with.
    public static func started(
        revision: Int, structure: String, nodes: Int, levels: Int, cells: Int, method: String, isWhole: Bool = true,
        previous: Int? = nil
    ) -> StreamEvent {
        var members: JSONObject = [
            "revision": .integer(Int64(revision)), "structure": .string(structure),
            "nodes": .integer(Int64(nodes)), "levels": .integer(Int64(levels)), "cells": .integer(Int64(cells)),
            "method": .string(method), "whole": .bool(isWhole),
        ]
        members["previous"] = previous.map { .integer(Int64($0)) }
        return StreamEvent("layout.started", key: "started", members)
    }

    /// Nodes whose highest level is `level`: a level holds these and all of the levels above. Comes again, under the same
    /// chunk, when places change.
    ///
    /// - Parameter isSample: there are more nodes of this level than all of its chunks hold.
    public static func nodes(
        level: Int, chunk: Int, node: [UInt32], x: [UInt16], y: [UInt16], isSample: Bool = false
    ) -> StreamEvent {
        var members: JSONObject = ["level": .integer(Int64(level)), "chunk": .integer(Int64(chunk))]
        if isSample { members["sample"] = true }
        return StreamEvent(
            "layout.nodes", key: "nodes/\(level)/\(chunk)", members,
            columns: ["node": .u32(node), "x": .u16(x), "y": .u16(y)])
    }

    /// The links of a level, each pair once, whichever node holds the link.
    public static func links(level: Int, from: [UInt32], to: [UInt32]) -> StreamEvent {
        StreamEvent(
            "layout.links", key: "links/\(level)", ["level": .integer(Int64(level))],
            columns: ["from": .u32(from), "to": .u32(to)])
    }

    /// All cells of an IVF index, in order.
    ///
    /// - Parameters:
    ///   - x: of the centroids.
    ///   - start: for each cell the number of its polygon's first corner; one more entry closes the last cell.
    ///   - cornerX: of the corners of all polygons, one after the other.
    public static func cells(
        x: [UInt16], y: [UInt16], size: [UInt32], start: [UInt32], cornerX: [UInt16], cornerY: [UInt16]
    ) -> StreamEvent {
        StreamEvent(
            "layout.cells", key: "cells", ["cells": .integer(Int64(x.count))],
            columns: [
                "cell": .u32((0..<UInt32(x.count)).map { $0 }), "x": .u16(x), "y": .u16(y), "size": .u32(size),
                "start": .u32(start), "px": .u16(cornerX), "py": .u16(cornerY),
            ])
    }

    /// The key of the event of progress, which goes when a map is finished.
    public static let progressKey = "progress"

    public static func progress(done: Int, total: Int) -> StreamEvent {
        StreamEvent(
            "layout.progress", key: progressKey, ["done": .integer(Int64(done)), "total": .integer(Int64(total))])
    }

    public static func finished(revision: Int, nodes: Int, milliseconds: Int) -> StreamEvent {
        StreamEvent(
            "layout.finished", key: "finished",
            [
                "revision": .integer(Int64(revision)), "nodes": .integer(Int64(nodes)),
                "milliseconds": .integer(Int64(milliseconds)),
            ])
    }
}
