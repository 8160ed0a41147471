internal import IndexFiles
internal import MapLayout

/// The map of a file that grew since its map was made, and what it took.
///
/// Writes the places of both under OUTPUT.before and OUTPUT.after.
struct MapGrowth: Encodable {
    let before: Stopwatch.Time
    let after: Stopwatch.Time

    init(path: String, later: String, hints: IndexFileHints, output: String) throws {
        let (first, time) = try Self.make(path, hints, previous: nil, PlaceFiles(output: output + ".before"))
        before = time
        (_, after) = try Self.make(later, hints, previous: first, PlaceFiles(output: output + ".after"))
    }

    private static func make(
        _ path: String, _ hints: IndexFileHints, previous: IndexMap?, _ files: PlaceFiles
    ) throws -> (IndexMap, Stopwatch.Time) {
        let index = try IndexFile.open(path: path, hints: hints)
        let watch = Stopwatch()
        guard let map = IndexMap(of: index, previous: previous) else { preconditionFailure("nobody stopped it") }
        let time = watch.time
        try files.writeLabels(index)
        try files.write(x: map.x, y: map.y, to: "finished")
        return (map, time)
    }
}
