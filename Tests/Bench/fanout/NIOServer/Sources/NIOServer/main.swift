import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// Fans events out to all who are connected, on one event loop. `../../../README.md` says what the bench's servers do.
let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
let publisher = Publisher(loop: group.next())
let upgrader = NIOWebSocketServerUpgrader(
    shouldUpgrade: { channel, _ in
        channel.eventLoop.makeSucceededFuture(["Sec-WebSocket-Protocol": "annscope.v1"])
    },
    upgradePipelineHandler: { [publisher] channel, _ in
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(ViewerHandler(publisher: publisher))
        }
    })
let server = try await ServerBootstrap(group: group)
    .serverChannelOption(.backlog, value: 511)
    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
    .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
    .childChannelInitializer { [upgrader] channel in
        channel.pipeline.configureHTTPServerPipeline(
            withServerUpgrade: (upgraders: [upgrader], completionHandler: { _ in }))
    }
    .bind(host: "127.0.0.1", port: 0).get()
Publisher.tell("port \(server.localAddress?.port ?? 0)")

// The driver's orders, on a thread that may block.
while let line = readLine() {
    let words = line.split(separator: " ").compactMap { Int($0) }
    if line.hasPrefix("go "), words.count == 4 {
        publisher.loop.execute { [publisher] in
            publisher.go(rate: words[0], seconds: words[1], isBatching: words[2] == 1, window: words[3])
        }
    } else if line.hasPrefix("ack "), words.count == 1 {
        publisher.loop.execute { [publisher] in publisher.acknowledged(words[0]) }
    }
}
