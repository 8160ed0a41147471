internal import Logging
internal import SocketService
internal import ViewerHub
internal import WireProtocol

extension DaemonState {
    /// The sockets' loop makes a turn a second at least; this much later it is stuck.
    private static let longestTurn = Duration.seconds(5)

    /// Tells systemd what has changed since it was told last.
    mutating func tellStatus() {
        guard farewell == nil, status != toldStatus else { return }
        toldStatus = status
        SystemdNotifier.status(status)
    }

    /// Gives a sign of life. That this runs shows that the loop does; the sockets' thread must have made a turn as well.
    func answerWatchdog() {
        if server.statistics().lastTurn.duration(to: .now) < Self.longestTurn { SystemdNotifier.watchdog() }
    }

    /// Says goodbye: nobody is let in any more, and all get what is queued for them, until the time for it is over.
    mutating func beginDraining() {
        guard farewell == nil else { return }
        let drain = configuration.drain
        farewell = uptime + drain
        SystemdNotifier.stopping()
        log.info("stopping", metadata: ["viewers": "\(hub.viewerCount)"])
        server.refuseNewcomers()
        // The last to go have as long again for what is queued for them.
        hub.drain(at: uptime, over: drain / 2)
    }

    /// Nobody is left to say goodbye to, or there is no more time for it.
    var isOver: Bool { farewell.map { hub.isDrained || $0 <= uptime } ?? false }
}
