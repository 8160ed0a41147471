/// A row's places in a table of nearest others, nearest first, equal distances by number; free places hold `UInt32.max`
/// and infinity.
struct NearestPlaces {
    /// At least one.
    let ids: UnsafeMutableBufferPointer<UInt32>
    /// As many.
    let squared: UnsafeMutableBufferPointer<Float>

    /// Puts another in its place unless it is there already or too far.
    ///
    /// - Parameter distance: a number; always the same for the same other.
    @inline(__always)
    func insert(_ id: UInt32, _ distance: Float) {
        let width = ids.count
        guard distance <= squared[width - 1] else { return }
        var place = width
        while place > 0, distance < squared[place - 1] || (distance == squared[place - 1] && id < ids[place - 1]) {
            place -= 1
        }
        guard place < width, place == 0 || ids[place - 1] != id else { return }
        var last = width - 1
        while last > place {
            ids[last] = ids[last - 1]
            squared[last] = squared[last - 1]
            last -= 1
        }
        ids[place] = id
        squared[place] = distance
    }
}
