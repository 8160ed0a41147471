internal import OrderedCollections
internal import WireProtocol

extension ViewerHub {
    /// Completes the subscription to the stream of a tile that `received` returned, once the stream was added.
    public mutating func subscribe(_ question: Question) {
        guard case .subscribe(let text, let after) = question.request else { return }
        settle(question)
        do throws(RPCError) {
            let stream = try streamName(text)
            defer { dropUnwatched(stream) }
            guard viewers.place(of: question.viewer) != nil else { return }
            try checkSubscription(question.viewer, to: stream)
            try subscribe(question.viewer, to: stream, after: after, answering: question.id)
        } catch {
            reply(to: question.id, of: question.viewer, .failure(error))
        }
    }

    func streamName(_ text: String) throws(RPCError) -> StreamName {
        guard let name = StreamName(text) else {
            let tiles =
                text.contains("/tiles/")
                ? "; tiles are layout/NAME/tiles/ZOOM/COLUMN/ROW, with a zoom of \(StreamName.zooms.lowerBound) to "
                    + "\(StreamName.zooms.upperBound), and columns and rows below 2^ZOOM" : ""
            throw RPCError(.notFound, "there is no stream \"\(text.prefix(200))\"\(tiles)")
        }
        return name
    }

    /// - Throws: when the viewer may not follow one more stream, or not this one.
    func checkSubscription(_ id: ViewerID, to name: StreamName) throws(RPCError) {
        guard let slot = viewers.place(of: id) else { return }
        guard viewers.values[slot].subscriptions[name] == nil else {
            throw RPCError(.invalidRequest, "this connection follows \"\(name.text)\" already")
        }
        guard viewers.values[slot].subscriptions.count < limits.subscriptions else {
            throw RPCError(.limit, "this connection follows \(limits.subscriptions) streams, which is the limit")
        }
    }

    /// Has a viewer follow a stream. The reply's `offset` is that of the first event that may come.
    mutating func subscribe(
        _ id: ViewerID, to name: StreamName, after: StreamPosition?, answering request: JSONValue?
    ) throws(RPCError) {
        guard let slot = viewers.place(of: id) else { return }
        guard let place = streams.place(of: name), !streams.values[place].isRetired else {
            throw RPCError(.notFound, "there is no stream \"\(name.text.prefix(200))\"")
        }
        let isReplay = streams.values[place].log.streamClass == .replay
        let next = streams.values[place].log.next
        // Of a replay stream the newcomer gets what comes from now on, of a state stream first what is.
        var follower = LiveStream.Follower(
            viewer: id, slot: slot, columns: viewers.values[slot].columns, cursor: isReplay ? next : 0, joinedAt: next,
            knowsFrom: next)
        var missing: Range<Int>?
        var isRecovered = false
        if let after, after.epoch == epoch {
            guard after.offset < next else {
                throw RPCError(
                    .invalidParams, "\"after\" is beyond \"\(name.text.prefix(200))\", whose next event is \(next)")
            }
            follower.cursor = after.offset + 1
            // Who has had nothing yet is a newcomer.
            if after.offset >= 0 { follower.knowsFrom = 0 }
            missing = streams.values[place].missing(for: follower)
            isRecovered = missing == nil
        }
        let number = streams.values[place].followers.count
        viewers.values[slot].subscriptions[name] = number
        streams.values[place].followers.append(follower)
        if missing != nil { streams.values[place].skip(number) }
        let cursor = streams.values[place].followers[number].cursor
        relieve(slot)
        reply(
            to: request, of: id,
            .success(
                Reply([
                    "epoch": .string(epoch), "offset": .integer(Int64(cursor)), "recovered": .bool(isRecovered),
                ])))
        if let missing { tell(id, of: missing, in: name, reason: "these events are not kept any more") }
    }

    mutating func unsubscribe(_ id: ViewerID, from text: String) throws(RPCError) {
        let (name, slot, place) = try followed(id, text)
        viewers.values[slot].subscriptions.removeValue(forKey: name)
        leave(name, place)
        forgiveStall(slot)
    }

    /// Nothing of the stream is sent to the viewer until it resumes.
    mutating func pause(_ id: ViewerID, _ text: String) throws(RPCError) {
        let (name, slot, place) = try followed(id, text)
        guard let stream = streams.place(of: name) else { return }
        guard !streams.values[stream].followers[place].isPaused else {
            throw RPCError(.invalidRequest, "\"\(name.text.prefix(200))\" is paused already")
        }
        streams.values[stream].followers[place].isPaused = true
        forgiveStall(slot)
    }

    /// The viewer goes on where it stood when it paused, or where the stream begins now.
    mutating func resume(_ id: ViewerID, _ text: String, answering request: JSONValue?) throws(RPCError) {
        let (name, slot, place) = try followed(id, text)
        guard let stream = streams.place(of: name) else { return }
        guard streams.values[stream].followers[place].isPaused else {
            throw RPCError(.invalidRequest, "\"\(name.text.prefix(200))\" is not paused")
        }
        streams.values[stream].followers[place].isPaused = false
        let missing = streams.values[stream].missing(for: streams.values[stream].followers[place])
        if missing != nil { streams.values[stream].skip(place) }
        let cursor = streams.values[stream].followers[place].cursor
        relieve(slot)
        reply(
            to: request, of: id,
            .success(Reply(["offset": .integer(Int64(cursor)), "recovered": .bool(missing == nil)])))
        if let missing { tell(id, of: missing, in: name, reason: "these events went by while the stream was paused") }
    }

    /// Tells a viewer of events that are lost to it.
    mutating func tell(_ id: ViewerID, of missing: Range<Int>, in name: StreamName, reason: String) {
        guard let slot = viewers.place(of: id) else { return }
        counted.gaps += 1
        counted.eventsLost += missing.count
        send(
            ServerMessage.gap(stream: name, from: missing.lowerBound, to: missing.upperBound, reason: reason),
            toViewerAt: slot)
    }

    /// - Returns: a stream that the viewer follows, the viewer's place, and that among the stream's followers.
    private func followed(
        _ id: ViewerID, _ text: String
    ) throws(RPCError) -> (name: StreamName, slot: Int, place: Int) {
        guard let name = StreamName(text), let slot = viewers.place(of: id),
            let place = viewers.values[slot].subscriptions[name]
        else { throw RPCError(.notFound, "this connection does not follow \"\(text.prefix(200))\"") }
        return (name, slot, place)
    }

    /// A viewer for which nothing waits any more is not slow.
    private mutating func forgiveStall(_ slot: Int) {
        if viewers.values[slot].stalledSince != nil, !isBehind(slot) { viewers.values[slot].stalledSince = nil }
    }

    /// Events that are kept wait for a viewer, of a stream that it did not pause.
    func isBehind(_ slot: Int) -> Bool {
        viewers.values[slot].subscriptions.contains { name, place in
            guard let stream = streams.place(of: name) else { return false }
            let follower = streams.values[stream].followers[place]
            let log = streams.values[stream].log
            return streams.values[stream].hasMore(for: follower)
                && log.firstOffset(from: follower.cursor, before: log.next) != nil
        }
    }

    /// Takes a viewer off a stream's followers.
    mutating func leave(_ name: StreamName, _ place: Int) {
        guard let stream = streams.place(of: name) else { return }
        if let moved = streams.values[stream].removeFollower(at: place) {
            viewers.values[moved.slot].subscriptions[name] = place
        }
        dropUnwatched(name)
    }

    /// Forgets a stream that nobody follows where it is that of a tile, as there are too many to keep, or of what is gone.
    mutating func dropUnwatched(_ name: StreamName) {
        guard let place = streams.place(of: name), streams.values[place].followers.isEmpty else { return }
        if case .tile = name {
            tileCount -= 1
        } else if !streams.values[place].isRetired {
            return
        }
        streamOffset = max(streamOffset, streams.values[place].log.next)
        if let stream = streams.remove(name) { replayBytes -= stream.countedBytes }
    }
}
