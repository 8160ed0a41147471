/// The lines of one or more files of a recording in the order of their times.
final class ReplayTimeline {
    private let paths: [String]
    private var place = 0
    private var reader: RecordingReader?
    private var upcoming: (at: Int, line: RecordingFormat.Line)?
    /// Files that end in the middle of a line.
    private(set) var cutOff: [String] = []
    /// Files without one whole line, with the reason.
    private(set) var leftOut: [RecordingError] = []

    /// - Parameter paths: files of one recording, in any order.
    /// - Throws: `RecordingError` for a file that is none, and when there is nothing in any of them.
    init(_ paths: [String]) throws(RecordingError) {
        var starts: [(at: Int, path: String)] = []
        for path in paths {
            let reader = try RecordingReader(path: path)
            do throws(RecordingError) {
                if let first = try reader.next() { starts.append((first.at, path)) }
            } catch {
                guard reader.holdsNothing else { throw error }
                leftOut.append(error)
            }
        }
        if starts.isEmpty, let error = leftOut.first { throw error }
        self.paths = starts.sorted { ($0.at, $0.path) < ($1.at, $1.path) }.map(\.path)
    }

    /// The next line, which stays the next until it is taken; nil at the end.
    func peek() throws(RecordingError) -> (at: Int, line: RecordingFormat.Line)? {
        while upcoming == nil {
            if reader == nil {
                guard place < paths.count else { return nil }
                reader = try RecordingReader(path: paths[place])
            }
            do throws(RecordingError) { upcoming = try reader?.next() } catch {
                // Nothing that comes behind can be trusted.
                place = paths.count
                reader = nil
                throw error
            }
            guard upcoming == nil else { break }
            if reader?.isCutOff == true { cutOff.append(paths[place]) }
            reader = nil
            place += 1
        }
        return upcoming
    }

    func take() { upcoming = nil }

    /// What is wrong with the line that comes next, with its place.
    func fault(_ message: String) -> RecordingError {
        let path = paths.indices.contains(place) ? paths[place] : ""
        return RecordingError(message: "\(path):\(reader?.number ?? 0): \(message)")
    }
}
