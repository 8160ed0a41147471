/// What tells one state of an index from the next: the stamps of all files that have a part in it.
struct IndexStamp: Equatable, Sendable {
    /// The files that must be there.
    let content: [FileStamp]
    /// Its sidecar and companions; `absent` for one that is not there.
    let beside: [FileStamp]

    /// True when the same files are there as before and bytes were written to one of them. Other rights or another
    /// name change a stamp too, but no writer has to do with that.
    func isWrittenInPlace(since earlier: IndexStamp) -> Bool {
        let all = content + beside
        let before = earlier.content + earlier.beside
        return all.elementsEqual(before) { $0.isSameFile(as: $1) }
            && !all.elementsEqual(before) { $0.hasSameBytes(as: $1) }
    }
}
