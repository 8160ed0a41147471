/// What is wrong with a filter, in words for whoever wrote it.
public struct FilterError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Unicode scalars from the start of the condition, from 1; nil where it is about no place.
    public let position: Int?
    public let message: String

    init(at position: Int?, _ message: String) {
        self.position = position
        self.message = message
    }

    public var description: String { position.map { "at character \($0): \(message)" } ?? message }
}
