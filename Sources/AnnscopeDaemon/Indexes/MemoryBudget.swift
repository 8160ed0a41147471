internal import Glibc
internal import Synchronization

/// How much private memory index files may take. What does not fit stays mapped.
final class MemoryBudget: Sendable {
    private let limit: Int
    private let used = Mutex(0)

    init(limit: Int) { self.limit = limit }

    /// A part of the budget, or nil when too little is left.
    func reserve(_ bytes: Int) -> Share? {
        let isThere = used.withLock { used in
            guard bytes <= limit - used else { return false }
            used += bytes
            return true
        }
        return isThere ? Share(self, bytes) : nil
    }

    /// Bytes that are reserved.
    var usedBytes: Int { used.withLock { $0 } }

    /// A reserved part, given back when nobody holds it any more.
    final class Share: Sendable {
        private let budget: MemoryBudget
        private let bytes: Int

        fileprivate init(_ budget: MemoryBudget, _ bytes: Int) {
            self.budget = budget
            self.bytes = bytes
        }

        deinit { budget.used.withLock { $0 -= bytes } }
    }

    /// Half of the machine's memory.
    static var halfOfMachine: Int { sysconf(Int32(_SC_PHYS_PAGES)) / 2 * sysconf(Int32(_SC_PAGESIZE)) }
}
