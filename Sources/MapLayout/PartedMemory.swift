/// Memory that the parts of one piece of work write side by side, each in places of its own.
///
/// `@unchecked Sendable`: the parts that a `WorkTeam` runs keep to disjoint places, and the memory outlives the run.
struct PartedMemory<Element: BitwiseCopyable>: @unchecked Sendable {
    let buffer: UnsafeMutableBufferPointer<Element>

    init(_ buffer: UnsafeMutableBufferPointer<Element>) { self.buffer = buffer }

    subscript(place: Int) -> Element {
        @inline(__always) get { buffer[place] }
        @inline(__always) nonmutating set { buffer[place] = newValue }
    }
}
