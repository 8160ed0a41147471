internal import Foundation
public import SocketService
internal import ViewerHub
internal import WireProtocol

/// Serves a recording to the page as if it were live: the same page and the same protocol, without an index.
public final class ReplayService: Sendable {
    /// What to serve, and how.
    public struct Plan: Sendable {
        public var files: [String]
        /// 2 is twice as fast as it was.
        public var speed: Double
        /// It begins again when it is over.
        public var isLooping: Bool
        public var listeners: [SocketServerConfiguration.Listener]
        public var webFolder: String?

        public init(
            files: [String], speed: Double, isLooping: Bool, listeners: [SocketServerConfiguration.Listener],
            webFolder: String?
        ) {
            self.files = files
            self.speed = speed
            self.isLooping = isLooping
            self.listeners = listeners
            self.webFolder = webFolder
        }
    }

    private enum Input: Sendable {
        case sockets([SocketEvent])
        case terminate
    }

    private let plan: Plan
    private let queue = InputQueue<Input>()

    public init(_ plan: Plan) { self.plan = plan }

    /// Ends `run`.
    public func stop() { queue.yield(.terminate) }

    /// Runs until `stop`.
    ///
    /// - Parameters:
    ///   - announce: gets the addresses of the page once they listen.
    ///   - note: gets what a person should know, a line at a time.
    /// - Throws: `RecordingError` when a file is no recording, and at the end when one was damaged; `SocketError` when an
    ///   address can't be had; `DaemonError` when the page's files are not there.
    public func run(announce: ([String]) -> Void, note: @escaping @Sendable (String) -> Void) async throws {
        guard let web = DataFolders.web(plan.webFolder), case let page = StaticFiles(root: web), !page.isEmpty else {
            throw DaemonError(message: "the page's files were not found; say where they are with --web FOLDER")
        }
        let first = try ReplayLoop(plan, page: page, note: note)
        var sockets = SocketServerConfiguration()
        sockets.listeners = plan.listeners
        let queue = queue
        let server = SocketServer(configuration: sockets) { queue.yield(.sockets($0)) }
        announce(try server.start().map(\.url))
        let box = Handover(first)
        let fault = await withCheckedContinuation { (ended: CheckedContinuation<RecordingError?, Never>) in
            DetachedThread.start(named: "replay") {
                var loop = box.take()
                var isOver = loop == nil
                while !isOver {
                    for input in queue.next(within: loop?.wait) {
                        switch input {
                        case .terminate: isOver = true
                        case .sockets(let events): for event in events { loop?.handle(event, server) }
                        }
                    }
                    loop?.tick(server)
                }
                ended.resume(returning: loop?.fault)
            }
        }
        server.stop(code: CloseCode.restart.rawValue)
        server.join()
        if let fault { throw fault }
    }

    /// Hands the loop's state to its thread.
    ///
    /// `@unchecked Sendable`: it is put in before the thread starts, and taken out once.
    private final class Handover: @unchecked Sendable {
        private var loop: ReplayLoop?
        init(_ loop: ReplayLoop) { self.loop = loop }
        func take() -> ReplayLoop? {
            defer { loop = nil }
            return loop
        }
    }
}
