internal import WireProtocol

/// The messages of one stream in one tick: each is put together once, for all who stand at the same place.
struct SharedMessages {
    /// Where a viewer stands, and what it wants.
    private struct Place: Hashable {
        let cursor, end: Int
        let isSnapshot: Bool
        let columns: ColumnMode
    }

    private struct Message {
        let text: [UInt8]
        let first, last: Int
        var recipients: [ViewerID]
    }

    private var messages: [Message] = []
    private var numbers: [Place: Int] = [:]
    /// Of the place that was asked for last: mostly all viewers stand at the same.
    private var latest: (place: Place, number: Int)?

    var isEmpty: Bool { messages.isEmpty }

    /// The message for a viewer at a place, put together if there is none yet, gets one more recipient.
    ///
    /// - Parameters:
    ///   - cursor: the viewer has all events before this one.
    ///   - end: the message may hold events before this one.
    ///   - isSnapshot: the events are of before the subscription.
    /// - Returns: the message's bytes, and the offset of its last event; nil when no events are kept there.
    mutating func add(
        _ viewer: ViewerID, at cursor: Int, before end: Int, isSnapshot: Bool, _ columns: ColumnMode,
        of log: inout StreamLog, named name: StreamName, _ limits: HubLimits
    ) -> (bytes: Int, last: Int)? {
        let number: Int
        if let latest, latest.place.cursor == cursor, latest.place.end == end, latest.place.columns == columns,
            latest.place.isSnapshot == isSnapshot
        {
            number = latest.number
        } else {
            let place = Place(cursor: cursor, end: end, isSnapshot: isSnapshot, columns: columns)
            if let known = numbers[place] {
                number = known
            } else {
                guard let first = log.firstOffset(from: cursor, before: end) else { return nil }
                // Who stands anywhere in a hole of a state stream gets the same.
                let normal = Place(cursor: first, end: end, isSnapshot: isSnapshot, columns: columns)
                if let known = numbers[normal] {
                    number = known
                } else {
                    guard let batch = log.batch(from: first, before: end, maxBytes: limits.messageBytes, columns)
                    else { return nil }
                    number = messages.count
                    messages.append(
                        Message(
                            text: ServerMessage.events(
                                stream: name, offset: first, last: batch.last, isSnapshot: isSnapshot, batch.texts),
                            first: first, last: batch.last, recipients: []))
                    numbers[normal] = number
                }
                numbers[place] = number
            }
            latest = (place, number)
        }
        messages[number].recipients.append(viewer)
        return (messages[number].text.count, messages[number].last)
    }

    /// Hands out the messages, those with earlier events first: a viewer may get several.
    mutating func takeOutputs() -> [HubOutput] {
        defer { self = SharedMessages() }
        if messages.count > 1 { messages.sort { $0.first < $1.first } }
        return messages.map { .send($0.text, to: $0.recipients) }
    }
}
