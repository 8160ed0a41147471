internal import OrderedCollections
internal import WireProtocol

extension ViewerHub {
    /// A connection is there.
    ///
    /// - Parameter peer: its address, as text.
    public mutating func opened(_ id: ViewerID, peer: String, at now: Duration) {
        guard viewers.place(of: id) == nil else { return }
        let slot = viewers.insert(Viewer(id: id, peer: peer, at: now, limits), for: id)
        waitingCount += 1
        if isDraining {
            drop(id, .restart, reason: "the daemon is going down")
        } else if let deadline = viewers.values[slot].deadline(limits) {
            expect(deadline)
        }
    }

    public mutating func closed(_ id: ViewerID) {
        guard let viewer = viewers.remove(id) else { return }
        if !viewer.isInitialized { waitingCount -= 1 }
        for (stream, place) in viewer.subscriptions { leave(stream, place) }
    }

    /// The kernel took so many bytes of what was sent to a viewer.
    public mutating func sent(_ id: ViewerID, bytes: Int) {
        guard let slot = viewers.place(of: id) else { return }
        viewers.values[slot].queuedBytes = max(0, viewers.values[slot].queuedBytes - bytes)
        guard viewers.values[slot].stalledSince != nil else { return }
        viewers.values[slot].stalledSince = nil
        relieve(slot)
    }

    /// Has a viewer looked after at the next delivery: there may be more for it.
    mutating func relieve(_ slot: Int) {
        guard !viewers.values[slot].isRelieved else { return }
        viewers.values[slot].isRelieved = true
        relieved.append(slot)
    }

    /// Who may do what. Setting it closes all viewers that are allowed nothing any more; for the others, what is allowed
    /// changes with their next request.
    public var access: AccessRules {
        get { rules }
        set {
            let earlier = rules
            rules = newValue
            for slot in Array(viewers.occupied) {
                guard let grant = viewers.values[slot].grant else { continue }
                let renewed = rules.renewed(grant, of: earlier)
                viewers.values[slot].grant = renewed
                if renewed == nil {
                    drop(
                        viewers.values[slot].id, .unauthorized,
                        reason: grant.name == nil ? "a token is needed now" : "the token is not valid any more")
                }
            }
        }
    }

    // MARK: Going down

    /// Sends everybody away, each after it got what is there for it, spread evenly over a time so that they do not all come
    /// back at once. Newcomers are sent away at once. A second call sets the moments anew for those who are left.
    public mutating func drain(at now: Duration, over time: Duration) {
        isDraining = true
        let slots = Array(viewers.occupied)
        for (rank, slot) in slots.enumerated() {
            let moment = now + time * rank / slots.count
            viewers.values[slot].leavesAt = moment
            expect(moment)
        }
    }

    /// `drain` was called and nobody is left.
    public var isDrained: Bool { isDraining && viewers.count == 0 }

    // MARK: Messages to one viewer

    /// Sends an answer, unless so much waits already that the viewer can't be reading.
    mutating func answer(_ message: [UInt8], to id: ViewerID) {
        guard let slot = viewers.place(of: id) else { return }
        guard viewers.values[slot].queuedBytes <= limits.hardQueuedBytes else {
            drop(id, .slowViewer, reason: "answers of more than \(limits.hardQueuedBytes) bytes were not read")
            return
        }
        send(message, toViewerAt: slot)
    }

    mutating func send(_ message: [UInt8], toViewerAt slot: Int) {
        viewers.values[slot].queuedBytes += message.count
        counted.messagesSent += 1
        counted.bytesSent += message.count
        outputs.append(.send(message, to: [viewers.values[slot].id]))
    }

    /// Closes a viewer; nothing is sent to it any more.
    mutating func drop(_ id: ViewerID, _ code: CloseCode, reason: String) {
        guard viewers.place(of: id) != nil else { return }
        // A close frame carries at most 123 bytes of reason (RFC 6455, 5.5).
        outputs.append(.close(id, code, reason: String(decoding: reason.utf8.prefix(120), as: UTF8.self)))
        counted.closes[code, default: 0] += 1
        closed(id)
    }
}
