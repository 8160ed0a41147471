internal import Foundation
internal import IndexFiles

/// Makes maps of an index file and prints what they took as JSON.
///
/// Arguments: what to do, the index file and its metric (or "-"), and then
/// - `make` ROUNDS OUTPUT: the map, so many times; each must be the same.
/// - `grow` LATER OUTPUT: the map, then that of the file LATER with the first as its previous one.
/// - `lens` QUERIES EF LIMIT: local maps of at most LIMIT nodes that searches for float32 queries evaluate.
///
/// Places go to files beside OUTPUT; see `PlaceFiles`.
let arguments = CommandLine.arguments
let hints = IndexFileHints(metric: Metric(rawValue: arguments[3]))
let report: any Encodable =
    switch arguments[1] {
    case "make":
        try MapRounds(path: arguments[2], hints: hints, rounds: Int(arguments[4]) ?? 1, output: arguments[5])
    case "grow":
        try MapGrowth(path: arguments[2], later: arguments[4], hints: hints, output: arguments[5])
    case "lens":
        try LensQueries(
            path: arguments[2], hints: hints, queries: arguments[4], efSearch: Int(arguments[5]) ?? 50,
            limit: Int(arguments[6]) ?? .max)
    default:
        fatalError("make, grow or lens, not \(arguments[1])")
    }
FileHandle.standardOutput.write(try JSONEncoder().encode(report) + Data("\n".utf8))
