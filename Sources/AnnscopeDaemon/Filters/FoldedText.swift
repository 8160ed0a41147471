/// A text that is looked for in others, whatever the case of either.
struct FoldedText: Sendable, Equatable {
    let text: String
    /// In lower case.
    private let folded: [UInt8]

    init(_ text: String) {
        self.text = text
        folded = Array(text.lowercased().utf8)
    }

    func isPart(of other: String) -> Bool {
        // Making lower case of a text takes longer than all else, and ASCII needs none.
        let ofASCII: Bool? = other.utf8.withContiguousStorageIfAvailable(isPart(ofASCII:)) ?? nil
        return ofASCII ?? Array(other.lowercased().utf8).withUnsafeBufferPointer { holds($0) { $0 } }
    }

    /// - Returns: nil for what is not all ASCII.
    private func isPart(ofASCII other: UnsafeBufferPointer<UInt8>) -> Bool? {
        guard other.allSatisfy({ $0 < 0x80 }) else { return nil }
        return holds(other) { $0 &- UInt8(ascii: "A") < 26 ? $0 | 0x20 : $0 }
    }

    @inline(__always)
    private func holds(_ other: UnsafeBufferPointer<UInt8>, _ fold: (UInt8) -> UInt8) -> Bool {
        guard let first = folded.first else { return true }
        guard other.count >= folded.count else { return false }
        for start in 0...other.count - folded.count where fold(other[start]) == first {
            var place = 1
            while place < folded.count, fold(other[start + place]) == folded[place] { place += 1 }
            if place == folded.count { return true }
        }
        return false
    }
}
