import Foundation
import SocketService

/// Sends every message back to whoever sent it: what Autobahn|Testsuite asks of a server. The argument is the port.
var configuration = SocketServerConfiguration()
configuration.listeners = [
    .tcp(host: "127.0.0.1", port: CommandLine.arguments.dropFirst().first.flatMap(UInt16.init) ?? 0)
]
configuration.webSocketPath = "/"
configuration.subprotocol = nil
configuration.acceptsBinary = true
// Its largest messages have 16 MiB.
configuration.maxMessageBytes = 17 << 20
configuration.maxQueuedBytes = 64 << 20

let queue = InputQueue<[SocketEvent]>()
let server = SocketServer(configuration: configuration) { queue.yield($0) }
let listeners = try server.start()
FileHandle.standardOutput.write(Data("echo-server: port \(listeners.first?.port ?? 0)\n".utf8))
while true {
    for event in queue.next(within: nil).joined() {
        switch event {
        case .message(let connection, let bytes): server.send(SharedFrame(bytes), to: [connection])
        case .binary(let connection, let bytes): server.send(SharedFrame(bytes, isBinary: true), to: [connection])
        case .held(let connection): server.readOn(connection)
        default: continue
        }
    }
}
