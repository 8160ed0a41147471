public import WireProtocol

/// Decides which connection gets which message. It has no socket, no clock and no file: what happened comes in by
/// calls, with the time since the start, and what is to be done comes out of `tick`.
///
/// Every subscription has a cursor in its stream's log. A delivery moves the cursors of all who may get more, and those
/// who stand at the same place share one message. A viewer that reads slowly simply stays behind: of a state stream it
/// then gets the newest event of each key, of a replay stream all that is still kept, and `stream.gap` for the rest; one that
/// reads nothing, or can't follow at all, is closed.
public struct ViewerHub: Sendable {
    /// Changes with every start of the daemon: offsets of another epoch mean nothing.
    public let epoch: String

    let limits: HubLimits
    let wireLimits: WireLimits
    var rules: AccessRules
    var viewers: SlotTable<ViewerID, Viewer>
    var streams = SlotTable<StreamName, LiveStream>(blank: .blank)
    /// What is to be done at the next tick.
    var outputs: [HubOutput] = []
    /// Streams with news since the last delivery.
    var fresh: [StreamName] = []
    /// Places of viewers that may get more than at the last delivery.
    var relieved: [Int] = []
    /// Viewers that are to be closed at the end of a tick.
    var doomed: [(viewer: ViewerID, code: CloseCode, reason: String)] = []
    var pace = Pace()
    /// No viewer's deadline is before this moment.
    var earliestDeadline: Duration?
    /// Viewers that have not introduced themselves.
    var waitingCount = 0
    var tileCount = 0
    /// Where the offsets of a new stream begin: not below those of any that is gone, as that may have had its name.
    var streamOffset = 0
    /// Bytes kept of all replay streams.
    var replayBytes = 0
    var isDraining = false
    var counted = HubStatistics()

    public init(
        epoch: String, access: AccessRules = AccessRules(), limits: HubLimits = HubLimits(),
        wireLimits: WireLimits = WireLimits()
    ) {
        self.epoch = epoch
        rules = access
        self.limits = limits
        self.wireLimits = wireLimits
        viewers = SlotTable(blank: Viewer(id: ViewerID(.max), peer: "", at: .zero, limits))
    }

    /// Viewers that have introduced themselves.
    public var viewerCount: Int { viewers.count - waitingCount }

    /// Lets time pass and hands out what is to be done: replies and closes at once, events of streams when they are due.
    ///
    /// - Parameter now: the time since the start, never less than at an earlier call.
    public mutating func tick(at now: Duration) -> [HubOutput] {
        let leaving = passDeadlines(at: now)
        if pace.isDue(at: now) {
            deliver(fresh, relieved + leaving, at: now)
            fresh.removeAll(keepingCapacity: true)
            relieved.removeAll(keepingCapacity: true)
        } else if !leaving.isEmpty {
            deliver([], leaving, at: now)
        }
        for slot in leaving {
            guard let id = viewers.key(at: slot) else { continue }
            doomed.append((id, .restart, "the daemon is going down"))
        }
        for (id, code, reason) in doomed { drop(id, code, reason: reason) }
        doomed.removeAll(keepingCapacity: true)
        defer { outputs = [] }
        return outputs
    }

    /// When `tick` must be called if nothing else happens before, by the same clock; a moment that is over means at once. Nil
    /// while nothing waits for time to pass.
    public var nextTick: Duration? {
        if !outputs.isEmpty { return .zero }
        let delivery = fresh.isEmpty && relieved.isEmpty ? nil : pace.due
        guard let delivery, let earliestDeadline else { return delivery ?? earliestDeadline }
        return min(delivery, earliestDeadline)
    }

    /// Finds whose time is over.
    ///
    /// - Returns: the places of those who are to be sent away after they got what is there for them.
    private mutating func passDeadlines(at now: Duration) -> [Int] {
        guard let earliest = earliestDeadline, earliest <= now else { return [] }
        earliestDeadline = nil
        var leaving: [Int] = []
        for slot in viewers.occupied {
            guard let deadline = viewers.values[slot].deadline(limits) else { continue }
            guard deadline <= now else {
                expect(deadline)
                continue
            }
            if let leavesAt = viewers.values[slot].leavesAt, leavesAt <= now {
                leaving.append(slot)
            } else if !viewers.values[slot].isInitialized {
                doom(slot, .noInitialize, reason: "initialize did not come")
            } else if isBehind(slot) {
                doom(slot, .slowViewer, reason: "nothing was read for \(limits.stall)")
            } else {
                // What it waited for was forgotten since.
                viewers.values[slot].stalledSince = nil
                if let leavesAt = viewers.values[slot].leavesAt { expect(leavesAt) }
            }
        }
        return leaving
    }

    /// Something must be done at a moment.
    mutating func expect(_ deadline: Duration) {
        earliestDeadline = earliestDeadline.map { min($0, deadline) } ?? deadline
    }

    /// Has a viewer closed at the end of this tick, when all that goes out in it is put together.
    mutating func doom(_ slot: Int, _ code: CloseCode, reason: String) {
        guard !viewers.values[slot].isDoomed else { return }
        viewers.values[slot].isDoomed = true
        doomed.append((viewers.values[slot].id, code, reason))
    }

    /// What the hub holds and has done.
    public var statistics: HubStatistics {
        var result = counted
        result.waiting = waitingCount
        result.streams = streams.count
        result.replayBytes = replayBytes
        for slot in viewers.occupied {
            let viewer = viewers.values[slot]
            result.queuedBytes += viewer.queuedBytes
            if viewer.isInitialized { result.viewers[viewer.role, default: 0] += 1 }
            if viewer.stalledSince != nil { result.stalled += 1 }
        }
        for place in streams.occupied {
            let log = streams.values[place].log
            if log.streamClass == .state { result.stateBytes += log.keptBytes }
            result.subscriptions += streams.values[place].followers.count
            result.paused += streams.values[place].followers.count(where: \.isPaused)
        }
        return result
    }
}
