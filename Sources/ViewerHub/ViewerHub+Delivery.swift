internal import OrderedCollections
internal import WireProtocol

extension ViewerHub {
    /// Offers the events of some streams to all of their followers, and those of all their streams to some viewers.
    mutating func deliver(_ names: [StreamName], _ slots: [Int], at now: Duration) {
        guard !names.isEmpty || !slots.isEmpty else { return }
        var behind = slots
        let before = counted.messagesSent
        // On a slow link the live steps of searches go before the drafts of maps.
        for kind in [StreamClass.replay, .state] {
            var touched: [Int] = []
            for name in names {
                guard let place = streams.place(of: name), streams.values[place].log.streamClass == kind
                else { continue }
                streams.values[place].isFresh = false
                offerToAll(place, at: now, &behind)
                touched.append(place)
            }
            for slot in behind { serve(slot, kind, at: now, &touched) }
            for place in touched where !streams.values[place].outgoing.isEmpty {
                outputs += streams.values[place].outgoing.takeOutputs()
                trim(place)
            }
        }
        for slot in behind { viewers.values[slot].isRelieved = false }
        pace.delivered(counted.messagesSent - before, at: now, limits)
    }

    /// Moves all followers of a stream by one message. That is all that there is for most; the others are served with all
    /// of their streams.
    private mutating func offerToAll(_ place: Int, at now: Duration, _ behind: inout [Int]) {
        var stream = streams.take(place)
        for number in stream.followers.indices where advance(number, in: &stream, at: now) {
            let follower = stream.followers[number]
            guard stream.hasMore(for: follower), !viewers.values[follower.slot].isRelieved else { continue }
            viewers.values[follower.slot].isRelieved = true
            behind.append(follower.slot)
        }
        streams.values[place] = stream
    }

    /// Moves a viewer in all of its streams of a class as far as it may go: in turn by one message each, so that none
    /// waits for the end of another.
    private mutating func serve(_ slot: Int, _ kind: StreamClass, at now: Duration, _ touched: inout [Int]) {
        let subscriptions = viewers.values[slot].subscriptions
        guard !subscriptions.isEmpty else { return }
        viewers.values[slot].turn = (viewers.values[slot].turn + 1) % subscriptions.count
        let turn = viewers.values[slot].turn
        var open = (0..<subscriptions.count).map { (turn + $0) % subscriptions.count }
        while !open.isEmpty {
            open.removeAll { number in
                let (name, follower) = subscriptions.elements[number]
                guard let place = streams.place(of: name), streams.values[place].log.streamClass == kind
                else { return true }
                var stream = streams.take(place)
                let isMoved = advance(follower, in: &stream, at: now)
                streams.values[place] = stream
                if isMoved { touched.append(place) }
                return !isMoved
            }
        }
    }

    /// Moves a follower by one message.
    ///
    /// - Parameter stream: taken out of its place.
    /// - Returns: false when it has all, or may get no more now.
    private mutating func advance(_ number: Int, in stream: inout LiveStream, at now: Duration) -> Bool {
        var follower = stream.followers[number]
        let slot = follower.slot
        guard stream.hasMore(for: follower), !viewers.values[slot].isDoomed else { return false }
        guard viewers.values[slot].queuedBytes < limits.softQueuedBytes else {
            if viewers.values[slot].stalledSince == nil {
                viewers.values[slot].stalledSince = now
                expect(now + limits.stall)
            }
            return false
        }
        if let missing = stream.missing(for: follower) {
            loseEvents(missing, of: follower, in: stream.name, at: now)
            stream.skip(number)
            follower = stream.followers[number]
        }
        let cursor = follower.cursor
        let isSnapshot = stream.log.streamClass == .state && cursor < follower.joinedAt
        let end = isSnapshot ? follower.joinedAt : stream.log.next
        let message = stream.outgoing.add(
            follower.viewer, at: cursor, before: end, isSnapshot: isSnapshot, follower.columns, of: &stream.log,
            named: stream.name, limits)
        stream.followers[number].cursor = message.map { $0.last + 1 } ?? end
        if let message {
            viewers.values[slot].queuedBytes += message.bytes
            counted.messagesSent += 1
            counted.bytesSent += message.bytes
        }
        return true
    }

    /// Tells a viewer what it lost by reading slowly; one that loses events too often is closed.
    private mutating func loseEvents(
        _ missing: Range<Int>, of follower: LiveStream.Follower, in name: StreamName, at now: Duration
    ) {
        let slot = follower.slot
        tell(follower.viewer, of: missing, in: name, reason: "this viewer reads more slowly than events come")
        viewers.values[slot].gaps.removeAll { now - $0 >= limits.gapWindow }
        viewers.values[slot].gaps.append(now)
        if viewers.values[slot].gaps.count >= limits.gaps {
            doom(slot, .slowViewer, reason: "events were lost \(limits.gaps) times within \(limits.gapWindow)")
        }
    }
}
