internal import Glibc

/// A counting semaphore.
///
/// `@unchecked Sendable`: `sem_t` is made to be used from several threads; its memory lives as long as this object.
final class Semaphore: @unchecked Sendable {
    private let handle = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(handle, 0, 0) }

    deinit {
        sem_destroy(handle)
        handle.deallocate()
    }

    func signal() { sem_post(handle) }
    func wait() { while sem_wait(handle) != 0 {} }
}
