import AnnscopeDaemon
import Glibc
import SocketService

/// Fans events out to all who follow the stream `searches/bench`, by the parts that the daemon does it with, put together
/// as the daemon puts them together. `../fanout/README.md` says what the bench's servers do.
let queue = InputQueue<BenchInput>()
var configuration = SocketServerConfiguration()
configuration.listeners = [.init(host: "127.0.0.1", port: 0)]
let server = SocketServer(configuration: configuration)
let ports = try server.start()
BenchThread.tell("port \(ports.first ?? 0)")

let forwarder = Task { for await event in server.events { queue.yield(.socket(event)) } }
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

BenchThread.start { [server, queue] in
    var loop = BenchLoop(server: server, queue: queue)
    while true {
        for input in queue.next(within: nil) { loop.handle(input) }
        loop.tick()
    }
}
await forwarder.value
