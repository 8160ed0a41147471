internal import Glibc

/// What the kernel says of this process (proc(5)).
struct ProcessFacts {
    /// Bytes of memory in use.
    let residentBytes: Int
    /// Seconds of processor time, all threads together.
    let processorSeconds: Double
    let openFiles: Int
    /// The most files that may be open.
    let maxOpenFiles: Int

    static func current() -> ProcessFacts {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return ProcessFacts(
            residentBytes: residentPages() * sysconf(Int32(_SC_PAGESIZE)),
            processorSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime), openFiles: countOpenFiles(),
            maxOpenFiles: Int(clamping: limit.rlim_cur))
    }

    /// The second number of `/proc/self/statm`.
    private static func residentPages() -> Int {
        let handle = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard handle >= 0 else { return 0 }
        defer { close(handle) }
        var text = [UInt8](repeating: 0, count: 128)
        let count = read(handle, &text, text.count)
        let numbers = text.prefix(max(0, count)).split(separator: UInt8(ascii: " "))
        return numbers.count > 1 ? Int(String(decoding: numbers[1], as: UTF8.self)) ?? 0 : 0
    }

    private static func countOpenFiles() -> Int {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Without `.`, `..` and the folder itself.
        return max(0, count - 3)
    }
}
