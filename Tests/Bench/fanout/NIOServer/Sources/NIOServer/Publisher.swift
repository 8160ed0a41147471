import Glibc
import NIOCore
import NIOWebSocket

/// Makes the events and hands them to every viewer. All of it runs on the event loop.
final class Publisher: @unchecked Sendable {
    let loop: any EventLoop
    var viewers: [ObjectIdentifier: any Channel] = [:]
    private var made = 0
    private var rate = 0
    private var end = 0
    private var begin: UInt64 = 0
    private var isBatching = false
    private var window = 0
    private var taken = 0

    init(loop: any EventLoop) { self.loop = loop }

    func go(rate: Int, seconds: Int, isBatching: Bool, window: Int) {
        self.rate = rate
        self.isBatching = isBatching
        self.window = window
        taken = 0
        made = 0
        begin = Self.now()
        if rate > 0 {
            end = rate * seconds
            publishDue()
        } else {
            loop.scheduleTask(in: .seconds(Int64(seconds))) { self.finish() }
            fillWindow()
        }
    }

    /// All viewers have so many events.
    func acknowledged(_ count: Int) {
        taken = count
        if rate == 0, window > 0 { fillWindow() }
    }

    private func publishDue() {
        while made < end {
            let due = begin + UInt64(made) * 1_000_000_000 / UInt64(rate)
            let now = Self.now()
            if due > now {
                loop.scheduleTask(in: .nanoseconds(Int64(due - now))) { self.publishDue() }
                return
            }
            publish(1, at: due)
        }
        finish()
    }

    private func fillWindow() {
        let free = window - (made - taken)
        if free * 2 >= window { publish(free, at: Self.now()) }
    }

    private func publish(_ count: Int, at time: UInt64) {
        if isBatching {
            var text = ByteBuffer()
            text.reserveCapacity(count * 1001 + 2)
            for place in 0..<count {
                text.writeString(place == 0 ? "[" : ",")
                text.writeString(Self.event(made + place, at: time))
            }
            text.writeString("]")
            send(text)
        } else {
            for place in 0..<count { send(ByteBuffer(string: Self.event(made + place, at: time))) }
        }
        for viewer in viewers.values { viewer.flush() }
        made += count
    }

    /// The same buffer for all; what was written of several events goes out with one `writev`.
    private func send(_ text: ByteBuffer) {
        let frame = WebSocketFrame(fin: true, opcode: .text, data: text)
        for viewer in viewers.values { viewer.write(frame, promise: nil) }
    }

    private func finish() {
        window = 0
        Self.tell("done \(made)")
    }

    /// A line for the driver, at once.
    static func tell(_ line: String) {
        let text = Array((line + "\n").utf8)
        _ = write(STDOUT_FILENO, text, text.count)
    }

    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    private static let padding = String(repeating: "x", count: 1000 - 71)

    private static func event(_ number: Int, at time: UInt64) -> String {
        "{\"type\":\"bench\",\"n\":\"\(digits(UInt64(number), 12))\",\"at\":\"\(digits(time, 19))\",\"pad\":\"\(padding)\"}"
    }

    private static func digits(_ value: UInt64, _ count: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: count - text.utf8.count) + text
    }
}
