import Glibc
import SocketService
import ViewerHub
import WireProtocol

/// Fans events out to all who follow the stream `searches/bench`, by the parts that the daemon does it with, put together
/// as the daemon puts them together. `../fanout/README.md` says what the bench's servers do.
///
/// The argument `each` has every event sent at once.
let queue = InputQueue<BenchInput>()
var configuration = SocketServerConfiguration()
configuration.listeners = [.tcp(host: "127.0.0.1", port: 0)]
let server = SocketServer(configuration: configuration) { queue.yield(.sockets($0)) }
let listeners = try server.start()
BenchThread.tell("port \(listeners.first?.port ?? 0)")

BenchThread.start {
    while let line = readLine() {
        let words = line.split(separator: " ").compactMap { Int($0) }
        if line.hasPrefix("go "), words.count == 4 {
            queue.yield(.go(rate: words[0], seconds: words[1], window: words[3]))
        } else if line.hasPrefix("ack "), words.count == 1 {
            queue.yield(.acknowledged(words[0]))
        }
    }
    exit(0)
}

BenchThread.start {
    var loop = BenchLoop(server: server, queue: queue, isPaced: !CommandLine.arguments.contains("each"))
    while true {
        for input in queue.next(within: loop.timeToNextTick) { loop.handle(input) }
        loop.tick()
    }
}
// The threads do the rest, until the driver closes its end.
while true { pause() }
