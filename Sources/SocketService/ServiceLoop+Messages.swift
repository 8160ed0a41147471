internal import CWebSockets

extension ServiceLoop {
    /// Bytes that one connection may send before others have their turn.
    private static let maxBytesPerTurn = 256 << 10
    /// Bytes sent on one connection that are worth waking somebody for.
    private static let newsBytes = 256 << 10
    /// Bytes that come from one connection before it is held.
    private static let heldBytes = 1 << 20
    private static let messageCost = 1024
    /// Of a close frame's reason (RFC 6455 §5.5.1).
    private static let maxReasonBytes = 120

    func opened(_ connection: Connection) {
        connection.phase = .webSocket
        connection.deadline = .max
        connection.head = nil
        events.append(.opened(table.openWebSocket(connection), connection.peer))
    }

    func receiveMessage(_ connection: Connection, _ input: UnsafeMutableRawPointer?, _ length: Int) -> Int32 {
        guard let id = connection.id, connection.isInTalk else { return 0 }
        connection.mayOwePong = true
        let isBinary = lws_frame_is_binary(connection.wsi) != 0
        guard !isBinary || configuration.acceptsBinary else { return refuse(connection, 1003, "text messages only") }
        guard connection.incoming.count + length <= configuration.maxMessageBytes else {
            return refuse(connection, 1009, "a message may have \(configuration.maxMessageBytes) bytes")
        }
        guard arrivingBytes + length <= configuration.maxArrivingBytes else {
            return refuse(connection, 1013, "too much is arriving; try again later")
        }
        if let input { connection.incoming += UnsafeRawBufferPointer(start: input, count: length) }
        arrivingBytes += length
        renewStallDeadline(connection)
        statistics.bytesIn += UInt64(length)
        if lws_is_final_fragment(connection.wsi) != 0, lws_remaining_packet_payload(connection.wsi) == 0 {
            statistics.messagesIn += 1
            events.append(isBinary ? .binary(id, connection.incoming) : .message(id, connection.incoming))
            hold(connection, id)
            endMessage(connection)
        }
        return 0
    }

    private func endMessage(_ connection: Connection) {
        arrivingBytes -= connection.incoming.count
        connection.incoming = []
        connection.stallDeadline = .max
    }

    /// What comes behind a close frame is passed over, and nothing is sent but the close frame that libwebsockets answers
    /// with (RFC 6455 §5.5.1).
    func peerLeaves(_ connection: Connection) {
        connection.isLeaving = true
        endMessage(connection)
        expectEnd(connection)
    }

    /// A client that sends faster than its messages are dealt with waits: what it goes on sending stays with the kernel and
    /// with the client.
    private func hold(_ connection: Connection, _ id: ConnectionID) {
        // A short message costs more than its bytes.
        connection.unheldBytes += connection.incoming.count + Self.messageCost
        guard connection.unheldBytes >= Self.heldBytes else { return }
        lws_rx_flow_control(connection.wsi, 0)
        events.append(.held(id))
    }

    /// Closes after what is queued: what else comes is passed over.
    private func refuse(_ connection: Connection, _ code: UInt16, _ reason: String) -> Int32 {
        endMessage(connection)
        finish(connection, code, reason)
        return 0
    }

    private func end(_ connection: Connection, _ code: UInt16, _ reason: String) -> Int32 {
        var text = Array(reason.utf8.prefix(Self.maxReasonBytes))
        lws_close_reason(connection.wsi, lws_close_status(UInt32(code)), &text, text.count)
        return -1
    }

    func writeMessages(_ connection: Connection) -> Int32 {
        connection.mayOwePong = false
        guard send(connection) else { return -1 }
        guard connection.outgoing.isEmpty, let closing = connection.closing else { return 0 }
        // Closing now would drop what libwebsockets still holds, and the close frame with it.
        guard lws_partial_buffered(connection.wsi) == 0 else {
            lws_callback_on_writable(connection.wsi)
            return 0
        }
        return end(connection, closing.code, closing.reason)
    }

    /// Sends what waits until the kernel takes no more, which libwebsockets then holds (64 KiB at the most).
    ///
    /// Frames are complete when they come here. `LWS_WRITE_HTTP` sends bytes as they are also on a WebSocket
    /// connection (libwebsockets 4.1.6, ops-ws.c, `send_raw`), so that many short messages are one write.
    ///
    /// - Returns: false when the connection is broken.
    func send(_ connection: Connection) -> Bool {
        let wsi = connection.wsi
        var wire = 0
        var payload = 0
        var isBroken = false
        while !connection.outgoing.isEmpty, wire < Self.maxBytesPerTurn {
            let batch = connection.outgoing.sendNext(gatheringIn: scratch, capacity: Self.scratchBytes) { batch in
                lws_write(wsi, UnsafeMutablePointer(mutating: batch.start), batch.count, LWS_WRITE_HTTP) >= batch.count
            }
            guard let batch else {
                isBroken = true
                break
            }
            wire += batch.count
            payload += batch.payload
            statistics.messagesOut += UInt64(batch.messages)
            if lws_partial_buffered(wsi) != 0 { break }
        }
        statistics.bytesOut += UInt64(wire)
        statistics.queuedBytes -= payload
        if payload > 0 {
            if connection.unreportedBytes == 0 { unreported.append(connection) }
            connection.unreportedBytes += payload
            // Who counts what is on the way to one client looks at much larger amounts.
            if connection.unreportedBytes >= Self.newsBytes { hasNewsOfSent = true }
        }
        if !isBroken, !connection.outgoing.isEmpty || connection.closing != nil { lws_callback_on_writable(wsi) }
        return !isBroken
    }
}
