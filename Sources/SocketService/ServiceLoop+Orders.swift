internal import CWebSockets

extension ServiceLoop {
    func takeOrders() {
        for order in mailbox.drain() {
            switch order {
            case .send(let frame, let ids):
                for id in ids { if let connection = table[id] { queue(frame, connection) } }
            case .close(let id, let code, let reason):
                if let connection = table[id] { finish(connection, code, reason) }
            case .readOn(let id):
                guard let connection = table[id] else { continue }
                connection.unheldBytes = 0
                lws_rx_flow_control(connection.wsi, 1)
            case .respond(let id, let response):
                guard let connection = table[id], connection.response == nil else { continue }
                var response = response
                if respondingBytes + response.body.count > configuration.maxRespondingBytes, respondingBytes > 0 {
                    response = HTTPResponse(
                        status: 503, headers: [("Content-Type", "text/plain; charset=utf-8"), ("Retry-After", "1")],
                        body: Array("too much is being sent; ask again later\n".utf8))
                }
                respondingBytes += response.body.count
                connection.response = response
                expect(response.body.count, in: .responding, connection)
                if sendsNoMore(connection) {
                    answerDirectly(connection, response)
                    continue
                }
                // Input is let in again: else libwebsockets does not call back for writing either.
                if holdsInput(connection) { connection.closesAfterResponse = true }
                // At once: of a client that sends no more from now on libwebsockets reads the end before it calls back. A
                // connection that is to be closed then is left to its callback.
                if connection.closesAfterResponse {
                    if !sendResponse(connection) { kill(connection) }
                    lws_callback_on_writable(connection.wsi)
                } else if writeResponse(connection) != 0 {
                    kill(connection)
                }
            case .reload(let new, let newGuard, let identity):
                rules = new
                requestGuard = newGuard
                if let identity { takeIdentity(identity) }
            case .refuseNewcomers: refusesNewcomers = true
            case .stop(let code): stop(code: code)
            }
        }
        sendDirty()
    }

    private func queue(_ frame: SharedFrame, _ connection: Connection) {
        guard connection.isInTalk else { return }
        // One message may be larger than that, if nothing else waits.
        guard connection.outgoing.byteCount <= configuration.maxQueuedBytes else {
            // What waits can't be delivered in time; the client comes back and resumes.
            statistics.queuedBytes -= connection.outgoing.byteCount
            connection.outgoing.removeAll()
            finish(connection, 4508, "too slow: \(configuration.maxQueuedBytes) bytes were waiting")
            return
        }
        connection.outgoing.append(frame)
        statistics.queuedBytes += frame.byteCount
        guard !connection.isDirty else { return }
        connection.isDirty = true
        dirty.append(connection)
    }

    /// Sends what came in this turn at once: most sockets have room, and asking each by poll would cost as much as
    /// sending. libwebsockets keeps what the kernel does not take, and calls back. Who sent something is asked: a pong
    /// that its ping is owed goes first.
    private func sendDirty() {
        for connection in dirty {
            connection.isDirty = false
            if connection.mayOwePong || lws_partial_buffered(connection.wsi) != 0 {
                lws_callback_on_writable(connection.wsi)
            } else if !send(connection) {
                kill(connection)
            }
        }
        dirty.removeAll(keepingCapacity: true)
    }

    func finish(_ connection: Connection, _ code: UInt16, _ reason: String) {
        guard connection.closing == nil else { return }
        connection.closing = (code, reason)
        expectEnd(connection)
        lws_callback_on_writable(connection.wsi)
    }

    /// A peer that never reads never becomes writable: it is cut off.
    func expectEnd(_ connection: Connection) {
        lws_set_timeout(
            connection.wsi, PENDING_TIMEOUT_CLOSE_SEND,
            Int32(max(1, configuration.deadlines.farewell.components.seconds)))
    }
}
