public import WireProtocol

extension ViewerHub {
    /// Adds a stream, unless it is there. That of a tile goes by itself when the last of its viewers goes.
    public mutating func addStream(_ name: StreamName, _ streamClass: StreamClass) {
        if let place = streams.place(of: name) {
            streams.values[place].isRetired = false
            return
        }
        if case .tile = name { tileCount += 1 }
        streams.insert(LiveStream(name: name, log: StreamLog(streamClass, start: streamOffset)), for: name)
    }

    /// Takes a stream away, at once or with the last of its viewers: those who are there go on with it if it is added again
    /// meanwhile. A later stream of its name goes on with higher offsets.
    public mutating func retire(_ name: StreamName) {
        guard let place = streams.place(of: name) else { return }
        streams.values[place].isRetired = true
        dropUnwatched(name)
    }

    /// Appends an event to a stream that was added.
    ///
    /// - Parameter isEnd: of a state stream: the event's key holds nothing from now on. Such events are forgotten after some
    ///   others; whoever then comes back from before one begins anew with all that is there.
    public mutating func append(_ event: StreamEvent, to name: StreamName, isEnd: Bool = false) {
        guard let place = streams.place(of: name) else { return }
        counted.eventsAppended += 1
        if isEnd {
            streams.values[place].log.append(end: event, keeping: limits.ends)
        } else {
            streams.values[place].log.append(event)
        }
        if !streams.values[place].isFresh {
            streams.values[place].isFresh = true
            fresh.append(name)
        }
        trim(place)
    }

    /// Keeps a replay stream, and all of them together, within what may be kept, once something was added to it. Not while
    /// messages of it are put together: a follower could be told of a gap before it gets what comes before the gap.
    mutating func trim(_ place: Int) {
        guard streams.values[place].log.streamClass == .replay else { return }
        streams.values[place].log.trim(events: limits.replayEvents, bytes: limits.replayBytes)
        replayBytes += streams.values[place].countKeptBytes()
        guard replayBytes > limits.totalReplayBytes else { return }
        // A few more are forgotten than must be, so that this comes seldom: it walks over all streams.
        let target = limits.totalReplayBytes - limits.totalReplayBytes / 16
        while replayBytes > target {
            let replays = streams.occupied.filter { streams.values[$0].log.streamClass == .replay }
            guard let largest = replays.max(by: { streams.values[$0].log.keptBytes < streams.values[$1].log.keptBytes })
            else { return }
            let kept = streams.values[largest].log.keptBytes
            guard kept > 0 else { return }
            // In small parts, as another stream may be the largest then.
            let part = min(replayBytes - target, max(limits.totalReplayBytes / 256, 1))
            streams.values[largest].log.trim(events: .max, bytes: max(kept - part, 0))
            replayBytes += streams.values[largest].countKeptBytes()
        }
    }

    /// Appends an event to a state stream, unless the newest of its key says the same.
    public mutating func update(_ event: StreamEvent, in name: StreamName) {
        if newest(key: event.key, in: name) != event { append(event, to: name) }
    }

    /// A state stream holds an event of a key.
    public func holds(key: String, in name: StreamName) -> Bool { newest(key: key, in: name) != nil }

    private func newest(key: String?, in name: StreamName) -> StreamEvent? {
        streams.place(of: name).flatMap { streams.values[$0].log.newest(key: key) }
    }

    /// Has a state stream forget the event of a key. Those who have it keep it.
    public mutating func forget(key: String, in name: StreamName) {
        guard let place = streams.place(of: name) else { return }
        streams.values[place].log.remove(key: key)
    }

    /// Forgets what a state stream holds; its viewers keep their subscription.
    public mutating func clear(_ name: StreamName) {
        guard let place = streams.place(of: name), streams.values[place].log.streamClass == .state else { return }
        streams.values[place].log.clear()
    }

    /// The streams of an index's tiles that are there, in no order that means anything but always the same.
    public func tiles(of index: String) -> [StreamName] {
        streams.occupied.map { streams.values[$0].name }
            .filter { if case .tile(index, _, _, _) = $0 { true } else { false } }
            .sorted { $0.text < $1.text }
    }

    public func hasSubscribers(_ name: StreamName) -> Bool {
        streams.place(of: name).map { !streams.values[$0].followers.isEmpty } ?? false
    }
}
