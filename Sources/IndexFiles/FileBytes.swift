/// The bytes of a file in private memory, freed with the last index that points into them.
///
/// `@unchecked Sendable`: the memory is written once, before the first reference escapes, and never again.
public final class FileBytes: @unchecked Sendable {
    public let base: UnsafeRawPointer
    public let count: Int
    private let release: @Sendable (UnsafeRawPointer, Int) -> Void

    init(base: UnsafeRawPointer, count: Int, release: @escaping @Sendable (UnsafeRawPointer, Int) -> Void) {
        self.base = base
        self.count = count
        self.release = release
    }

    deinit { release(base, count) }
}
