internal import CWebSockets
internal import Glibc
internal import Synchronization

/// Where libwebsockets' complaints go. The library has one place for them in the process, so the server that started
/// last gets them all.
enum LibraryLog {
    private struct State {
        var report: @Sendable (String) -> Void = { _ in }
        var second: time_t = 0
        var lines = 0
    }

    private static let state = Mutex(State())
    private static let maxLinesPerSecond = 10
    private static let maxLineBytes = 200

    static func send(to report: @escaping @Sendable (String) -> Void) {
        state.withLock { $0.report = report }
        // Errors only: other levels print headers and addresses.
        lws_set_log_level(Int32(LLL_ERR)) { _, line in
            if let line { LibraryLog.take(UnsafeRawPointer(line).assumingMemoryBound(to: UInt8.self)) }
        }
    }

    private static func take(_ line: UnsafePointer<UInt8>) {
        let length = strnlen(UnsafeRawPointer(line).assumingMemoryBound(to: CChar.self), maxLineBytes)
        let text = String(
            decoding: UnsafeBufferPointer(start: line, count: length).filter { $0 >= 0x20 && $0 != 0x7F }, as: UTF8.self
        )
        let report: (@Sendable (String) -> Void)? = state.withLock { state in
            let now = time(nil)
            if now != state.second {
                state.second = now
                state.lines = 0
            }
            state.lines += 1
            return state.lines <= maxLinesPerSecond ? state.report : nil
        }
        report?(text)
    }
}
