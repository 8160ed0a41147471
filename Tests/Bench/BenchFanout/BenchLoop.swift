import OrderedCollections
import SocketService
import ViewerHub
import WireProtocol

/// What the loop hears of.
enum BenchInput: Sendable {
    case sockets([SocketEvent])
    case go(rate: Int, seconds: Int, window: Int)
    case acknowledged(Int)
    case over
}

/// The hub between the sockets and what makes events, as in the daemon's loop.
struct BenchLoop: ~Copyable {
    private let server: SocketServer
    private let queue: InputQueue<BenchInput>
    private let started = ContinuousClock.now
    private var hub: ViewerHub
    private var made = 0
    private var taken = 0
    private var window = 0
    /// When events are due, in the clock of `BenchThread`: the loop's own timer makes them, as those of the other servers.
    private var schedule: (begin: UInt64, rate: UInt64, total: Int)?

    private static let stream = StreamName.searches(index: "bench")

    /// - Parameter isPaced: false sends every event at once, in a message of its own.
    init(server: SocketServer, queue: InputQueue<BenchInput>, isPaced: Bool) {
        self.server = server
        self.queue = queue
        var limits = HubLimits()
        if !isPaced { limits.maxPace = .zero }
        hub = ViewerHub(epoch: "bench", limits: limits)
        hub.addStream(Self.stream, .replay)
    }

    private var uptime: Duration { started.duration(to: .now) }

    mutating func handle(_ input: BenchInput) {
        switch input {
        case .sockets(let events): for event in events { handle(event) }
        case .go(let rate, let seconds, let window):
            made = 0
            taken = 0
            self.window = rate > 0 ? 0 : window
            if rate > 0 {
                schedule = (BenchThread.now(), UInt64(rate), rate * seconds)
            } else {
                fill(for: seconds)
            }
        case .acknowledged(let count):
            taken = count
            fillWindow()
        case .over:
            window = 0
            BenchThread.tell("done \(made)")
        }
    }

    private mutating func handle(_ event: SocketEvent) {
        switch event {
        case .opened(let connection, let peer): hub.opened(ViewerID(connection.raw), peer: peer.address, at: uptime)
        case .closed(let connection): hub.closed(ViewerID(connection.raw))
        case .sent(let all):
            for sent in all { hub.sent(ViewerID(sent.connection.raw), bytes: sent.bytes) }
        case .message(let connection, let text):
            if let question = hub.received(ViewerID(connection.raw), text, at: uptime) {
                hub.answer(question, .success(Reply([:])))
            }
        case .held(let connection): server.readOn(connection)
        case .binary, .request, .abandoned, .stopped: break
        }
    }

    /// How long the loop may sleep if nothing comes in.
    var timeToNextTick: Duration? {
        let due = nextDue.map { due -> Duration in
            let now = BenchThread.now()
            return due > now ? .nanoseconds(Int64(due - now)) : .zero
        }
        let tick = hub.nextTick.map { max(.zero, $0 - uptime) }
        guard let due, let tick else { return due ?? tick }
        return min(due, tick)
    }

    private var nextDue: UInt64? { schedule.map { $0.begin + UInt64(made) * 1_000_000_000 / $0.rate } }

    /// Makes what is due, and sends what there is.
    mutating func tick() {
        while let due = nextDue, due <= BenchThread.now() {
            append(1, at: due)
            // One event a message, also where two are due.
            send()
            if let total = schedule?.total, made >= total {
                schedule = nil
                BenchThread.tell("done \(made)")
            }
        }
        send()
    }

    private mutating func send() {
        for output in hub.tick(at: uptime) {
            switch output {
            case .send(let message, let viewers):
                server.send(SharedFrame(message), to: viewers.map { ConnectionID(raw: $0.raw) })
            case .close(let viewer, let code, let reason):
                server.close(ConnectionID(raw: viewer.raw), code: code.rawValue, reason: reason)
            }
        }
    }

    private mutating func fill(for seconds: Int) {
        let queue = queue
        BenchThread.start {
            BenchThread.sleep(until: BenchThread.now() + UInt64(seconds) * 1_000_000_000)
            queue.yield(.over)
        }
        fillWindow()
    }

    private mutating func fillWindow() {
        let free = window - (made - taken)
        guard window > 0, free * 2 >= window else { return }
        append(free, at: BenchThread.now())
    }

    private mutating func append(_ count: Int, at time: UInt64) {
        for _ in 0..<count {
            let members: JSONObject = [
                "n": .string(Self.digits(UInt64(made), 12)), "at": .string(Self.digits(time, 19)), "pad": Self.padding,
            ]
            hub.append(StreamEvent("bench", members), to: Self.stream)
            made += 1
        }
    }

    /// Such that an event has 1000 bytes.
    private static let padding = JSONValue.string(String(repeating: "x", count: 1000 - 71))

    private static func digits(_ value: UInt64, _ count: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: count - text.utf8.count) + text
    }
}
