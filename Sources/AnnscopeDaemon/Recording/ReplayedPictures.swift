internal import Foundation
internal import OrderedCollections

/// The pictures of a recording as far as it was replayed; when they are too large together, the earlier half goes.
struct ReplayedPictures {
    /// By the path that is asked for, decoded.
    private var pictures: OrderedDictionary<String, RecordedPicture> = [:]
    private var bytes = 0
    private let maxBytes: Int

    init(maxBytes: Int = 128 << 20) { self.maxBytes = maxBytes }

    mutating func add(_ told: RecordedItems) {
        for item in told.items {
            guard let picture = item.picture, let path = item.media?.removingPercentEncoding else { continue }
            let before = pictures.updateValue(picture, forKey: "/" + path)
            bytes += picture.bytes.count - (before?.bytes.count ?? 0)
        }
        while bytes > maxBytes, !pictures.isEmpty {
            let going = pictures.values.prefix((pictures.count + 1) / 2)
            bytes -= going.reduce(0) { $0 + $1.bytes.count }
            pictures.removeFirst(going.count)
        }
    }

    func holds(_ item: RecordedItem) -> Bool {
        item.media?.removingPercentEncoding.map { pictures["/" + $0] != nil } ?? false
    }

    /// - Parameter path: percent-decoded, from the slash on.
    func picture(_ path: String) -> RecordedPicture? { pictures[path] }
}
