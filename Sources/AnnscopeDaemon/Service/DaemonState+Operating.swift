internal import Logging
internal import OrderedCollections
internal import SocketService
internal import ViewerHub
internal import WireProtocol

extension DaemonState {
    /// Tells systemd what has changed since it was told last.
    mutating func tellStatus() {
        guard drainEnds == nil, status != toldStatus else { return }
        toldStatus = status
        SystemdNotifier.status(status)
    }

    /// Gives a sign of life. That this runs shows that the loop does; the sockets' thread must have turned as well.
    mutating func answerWatchdog(at now: Duration) {
        nextWatchdog = watchdogPeriod.map { now + $0 }
        if server.statistics().lastTurn.duration(to: .now) < Self.silence { SystemdNotifier.watchdog() }
    }

    /// The sockets' thread looks after its deadlines twenty times in a second.
    private static let silence = Duration.seconds(5)

    /// Says goodbye: nobody is let in any more, and all get what is queued for them.
    mutating func beginDraining() {
        guard drainEnds == nil else { return }
        SystemdNotifier.stopping(within: configuration.drain + .seconds(10))
        log.info("stopping", metadata: ["viewers": "\(hub.viewerCount)", "searches": "\(running.count)"])
        server.refuseNewcomers()
        drainEnds = uptime + configuration.drain
        tellCounted(at: uptime + configuration.ingest.countedEvery)
        // Not all at once, or they would all come back at once; a few need no time at all.
        hub.drain(at: uptime, over: min(configuration.drain / 2, Self.farewell * hub.viewerCount))
    }

    /// For each viewer.
    private static let farewell = Duration.milliseconds(2)

    /// Nobody is left to say goodbye to, or there is no more time for it.
    var isOver: Bool {
        guard !isDeaf else { return true }
        guard let drainEnds else { return false }
        let isAnswered = running.isEmpty && unmeasured.isEmpty && batches.isEmpty
        return drainEnds <= uptime || hub.isDrained && isAnswered && server.statistics().waitingRequests == 0
    }
}
